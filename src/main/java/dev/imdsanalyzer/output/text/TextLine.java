package dev.imdsanalyzer.output.text;

import dev.imdsanalyzer.secrets.SecretRedactor;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/**
 * Lines for people: one a call and, the first time that a caller has a finding, one more with the remedy. At the end a table of
 * the callers. One thread. Whatever a stranger wrote is escaped by {@link SafeText}.
 */
public final class TextLine {
    private static final String RED = "\u001B[31;1m";
    private static final String GREEN = "\u001B[32m";
    private static final String YELLOW = "\u001B[33m";
    private static final String BOLD = "\u001B[1m";
    private static final String DIM = "\u001B[2m";
    private static final String PLAIN = "\u001B[0m";
    private static final int MAX_LINE_BYTES = 1024;
    private static final String LINK = " < ";
    private static final String CUT = LINK + "…";
    private static final String INDENT = " ".repeat(13);
    /** Narrower terminals break lines by themselves just as well. */
    private static final int NARROWEST = 40;

    /** A remedy is told again for callers past so many: names may be a stranger's. */
    private static final int MAX_ADVISED = 1_000;

    /** Where the clock time begins in {@link UtcTime}'s text, and its length with milliseconds. */
    private static final int CLOCK = 11;

    private static final int CLOCK_LENGTH = 12;

    private final boolean colour;
    private final int columns;
    private final boolean dated;
    private final UtcTime time = new UtcTime();
    private final StringBuilder out = new StringBuilder(512);
    private final Set<String> advised = new HashSet<>();
    private final CallerTable callers = new CallerTable();

    /**
     * @param colour whether to write ANSI escapes
     * @param columns width of the terminal; 0 where nothing is to be fitted
     * @param dated whether each line has its date beside the time of day
     */
    public TextLine(boolean colour, int columns, boolean dated) {
        this.colour = colour;
        this.columns = columns < NARROWEST ? 0 : columns;
        this.dated = dated;
    }

    /** What was written since the last time that this was asked. */
    public String take() {
        String text = out.toString();
        out.setLength(0);
        return text;
    }

    /** A call, its caller as people name it, and the remedy where this caller had none yet. */
    public void call(TextCall call) {
        call(call, null);
    }

    /** @param host on which it was made, to stand before the caller's name; null for none */
    public void call(TextCall call, String host) {
        callers.add(call);
        clock(call.timestampNanos());
        String what = SafeText.of(call.what(), MAX_LINE_BYTES);
        painted(
                switch (call.version()) {
                    case "v1" -> RED;
                    case "v2" -> GREEN;
                    default -> YELLOW;
                },
                what);
        String duration =
                call.durationNanos() < 0 ? "" : String.format(Locale.ROOT, " %.1f ms", call.durationNanos() / 1e6);
        painted(DIM, duration);
        String who = SafeText.of(call.who(), MAX_LINE_BYTES);
        String on = host == null ? "" : SafeText.of(host, MAX_LINE_BYTES) + "  ";
        out.append("  ").append(on);
        painted(BOLD, who);
        String tail = (call.place() == null ? "" : " in " + call.place())
                + (call.count() > 1 ? "  " + call.count() + " times" : "");
        tail = SafeText.of(tail, MAX_LINE_BYTES);
        int used =
                CLOCK_LENGTH + 3 + (dated ? CLOCK : 0) + what.length() + duration.length() + on.length() + who.length();
        if (call.chain() != null) {
            painted(DIM, chain(SafeText.of(call.chain(), MAX_LINE_BYTES), columns - used - tail.length()));
        }
        out.append(tail).append('\n');
        advice(call);
    }

    /** As many of a chain's links as there is room for, from the nearest on; two blanks before it. */
    private String chain(String chain, int room) {
        String whole = "  " + chain;
        if (columns == 0 || whole.length() <= room) {
            return whole;
        }
        int end = whole.lastIndexOf(LINK);
        while (end > 0 && end + CUT.length() > room) {
            end = whole.lastIndexOf(LINK, end - 1);
        }
        return end > 0 ? whole.substring(0, end) + CUT : "";
    }

    private void advice(TextCall call) {
        String codes = String.join(", ", call.findings());
        if (codes.isEmpty() || !first(call.who() + '\n' + codes)) {
            return;
        }
        String advice = call.advice() == null ? "" : call.advice();
        out.append(INDENT);
        painted(YELLOW, codes + (advice.isEmpty() ? "" : ":"));
        int column = INDENT.length() + codes.length() + 1;
        for (String word : SafeText.of(advice, MAX_LINE_BYTES).split(" ", -1)) {
            boolean breaks = columns > 0 && column + 1 + word.length() > columns && column > INDENT.length();
            out.append(breaks ? "\n" + INDENT : word.isEmpty() ? "" : " ");
            column = breaks ? INDENT.length() : column + 1;
            painted(DIM, word);
            column += word.length();
        }
        out.append('\n');
    }

    private boolean first(String callerAndCodes) {
        return advised.size() >= MAX_ADVISED ? !advised.contains(callerAndCodes) : advised.add(callerAndCodes);
    }

    /** A line about the analyzer itself. */
    public void note(long timestampNanos, String message, boolean warning) {
        clock(timestampNanos);
        painted(warning ? YELLOW : DIM, SafeText.of(SecretRedactor.redact(message), MAX_LINE_BYTES));
        out.append('\n');
    }

    /** A line between others: whose calls come now. */
    public void heading(String text) {
        painted(BOLD, SafeText.of(text, MAX_LINE_BYTES));
        out.append('\n');
    }

    /** The callers of all calls so far, after a blank line. */
    public void callers() {
        out.append('\n').append(callers.text());
    }

    private void clock(long timestampNanos) {
        char[] text = time.write(timestampNanos);
        String day = dated ? new String(text, 0, CLOCK - 1) + " " : "";
        painted(DIM, day + new String(text, CLOCK, CLOCK_LENGTH));
        out.append(' ');
    }

    private void painted(String paint, String text) {
        if (colour && !text.isEmpty()) {
            out.append(paint).append(text).append(PLAIN);
        } else {
            out.append(text);
        }
    }
}
