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
        this.columns = columns;
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
        int start = out.length();
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
        int column = hanging() + DisplayWidth.of(what) + duration.length();
        String on = host == null ? "" : SafeText.of(host, MAX_LINE_BYTES) + "  ";
        String who = SafeText.of(call.who(), MAX_LINE_BYTES);
        column = room(column, "  ", DisplayWidth.of(on) + DisplayWidth.of(who));
        out.append(on);
        painted(BOLD, who);
        String tail = (call.place() == null ? "" : " in " + call.place())
                + (call.count() > 1 ? "  " + call.count() + " times" : "");
        tail = SafeText.of(tail, MAX_LINE_BYTES);
        if (call.chain() != null) {
            column = chain(column, SafeText.of(call.chain(), MAX_LINE_BYTES), DisplayWidth.of(tail));
        }
        room(column, "", DisplayWidth.of(tail));
        out.append(tail).append('\n');
        fit(start, hanging());
        advice(call);
    }

    /** Where what comes next begins: behind these blanks, or on a further line if this one has no room for it. */
    private int room(int column, String blanks, int width) {
        if (columns > 0 && width > 0 && column + blanks.length() + width > columns) {
            int indent = Math.min(hanging(), columns / 3);
            out.append('\n').append(" ".repeat(indent));
            return indent + width;
        }
        out.append(blanks);
        return column + blanks.length() + width;
    }

    /** As many of a chain's links as there is room for before the line's end, from the nearest on. */
    private int chain(int column, String whole, int tail) {
        String chain = chain(whole, columns - column - 2 - tail);
        if (chain == null) {
            String below = chain(whole, columns - hanging() - tail);
            chain = below == null ? whole : below;
        }
        int next = room(column, "  ", DisplayWidth.of(chain));
        painted(DIM, chain);
        return next;
    }

    /** The links for which there is room; null where there is none for a single one. */
    private String chain(String chain, int room) {
        if (columns == 0 || DisplayWidth.of(chain) <= room) {
            return chain;
        }
        int end = chain.lastIndexOf(LINK);
        while (end > 0 && DisplayWidth.of(chain.substring(0, end)) + CUT.length() > room) {
            end = chain.lastIndexOf(LINK, end - 1);
        }
        return end > 0 ? chain.substring(0, end) + CUT : null;
    }

    /** Blanks below the time of day. */
    private int hanging() {
        return CLOCK_LENGTH + 1 + (dated ? CLOCK : 0);
    }

    /** Breaks what was written since then where it is too long. */
    private void fit(int start, int hanging) {
        String fitted = Paragraph.fit(out.substring(start), columns, hanging);
        out.setLength(start);
        out.append(fitted);
    }

    private void advice(TextCall call) {
        String codes = SafeText.of(String.join(", ", call.findings()), MAX_LINE_BYTES);
        if (codes.isEmpty() || !first(call.who() + '\n' + codes)) {
            return;
        }
        int start = out.length();
        String advice = call.advice() == null ? "" : SafeText.of(call.advice(), MAX_LINE_BYTES);
        out.append(INDENT);
        painted(YELLOW, codes + (advice.isEmpty() ? "" : ":"));
        out.append(advice.isEmpty() ? "" : " ");
        painted(DIM, advice);
        out.append('\n');
        fit(start, INDENT.length());
    }

    private boolean first(String callerAndCodes) {
        return advised.size() >= MAX_ADVISED ? !advised.contains(callerAndCodes) : advised.add(callerAndCodes);
    }

    /** A line about the analyzer itself. */
    public void note(long timestampNanos, String message, boolean warning) {
        int start = out.length();
        clock(timestampNanos);
        painted(warning ? YELLOW : DIM, SafeText.of(SecretRedactor.redact(message), MAX_LINE_BYTES));
        out.append('\n');
        fit(start, hanging());
    }

    /** A line between others: whose calls come now. */
    public void heading(String text) {
        int start = out.length();
        painted(BOLD, SafeText.of(text, MAX_LINE_BYTES));
        out.append('\n');
        fit(start, 0);
    }

    /** The callers of all calls so far, after a blank line. */
    public void callers() {
        int start = out.length();
        out.append('\n').append(callers.text());
        fit(start, CallerTable.NAME_COLUMN);
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
