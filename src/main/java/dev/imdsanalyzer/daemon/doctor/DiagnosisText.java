package dev.imdsanalyzer.daemon.doctor;

import dev.imdsanalyzer.daemon.doctor.Check.State;
import dev.imdsanalyzer.output.text.Paragraph;
import java.util.List;

/** A diagnosis for a person: a line for each check, and below a lack what it costs and how to mend it. */
public final class DiagnosisText {
    private static final int STATE_WIDTH = 9;
    private static final String RESET = "\u001b[0m";

    private final Diagnosis diagnosis;
    private final boolean colour;
    private final int columns;
    private final StringBuilder text = new StringBuilder();

    private DiagnosisText(Diagnosis diagnosis, boolean colour, int columns) {
        this.diagnosis = diagnosis;
        this.colour = colour;
        this.columns = columns;
    }

    /**
     * Every line with its line end.
     *
     * @param columns width of the terminal; 0 where lines are not to be broken
     */
    public static String of(Diagnosis diagnosis, boolean colour, int columns) {
        return new DiagnosisText(diagnosis, colour, columns).all();
    }

    private String all() {
        int nameWidth = 2
                + diagnosis.checks().stream()
                        .mapToInt(check -> check.name().length())
                        .max()
                        .orElse(0);
        String indent = " ".repeat(STATE_WIDTH + nameWidth);
        for (Check check : diagnosis.checks()) {
            State state = check.state();
            text.append(paint(state, padded(state.code(), STATE_WIDTH)));
            text.append(padded(check.name(), nameWidth)).append(plain(check.found()));
            text.append('\n');
            if (check.cost() != null) {
                text.append(indent)
                        .append("costs: ")
                        .append(plain(check.cost()))
                        .append('\n');
            }
            if (check.mend() != null) {
                text.append(indent)
                        .append("mend:  ")
                        .append(plain(check.mend()))
                        .append('\n');
            }
        }
        String sentence = paint(diagnosis.state(), sentence());
        return Paragraph.fit(text.toString(), columns, indent.length())
                + '\n'
                + Paragraph.fit(sentence, columns, 0)
                + '\n';
    }

    private String sentence() {
        List<String> weak = diagnosis.named(State.WEAK);
        String weakness = weak.isEmpty() ? "" : " Weak: " + String.join(", ", weak) + ".";
        if (diagnosis.canWork()) {
            return "Everything needed is there." + weakness;
        }
        return "Missing: " + String.join(", ", diagnosis.named(State.MISSING)) + "." + weakness;
    }

    private String paint(State state, String words) {
        if (!colour) {
            return words;
        }
        String code = switch (state) {
            case OK -> "32";
            case WEAK -> "33";
            case MISSING -> "1;31";
        };
        return "\u001b[" + code + "m" + words + RESET;
    }

    private static String padded(String words, int width) {
        return words + " ".repeat(Math.max(0, width - words.length()));
    }

    /** File names and messages of others come here: nothing in them may steer the terminal. */
    private static String plain(String words) {
        return words.replaceAll("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]", "?");
    }
}
