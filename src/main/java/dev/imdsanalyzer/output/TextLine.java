package dev.imdsanalyzer.output;

import dev.imdsanalyzer.imds.Finding;
import dev.imdsanalyzer.imds.ImdsCall;
import dev.imdsanalyzer.secrets.SecretRedactor;
import java.util.Locale;
import java.util.stream.Collectors;

/** Lines for people: one a call, and one more with the remedy where there is a finding. One thread. */
final class TextLine {
    private static final String RED = "\u001B[31;1m";
    private static final String GREEN = "\u001B[32m";
    private static final String YELLOW = "\u001B[33m";
    private static final String DIM = "\u001B[2m";
    private static final String PLAIN = "\u001B[0m";
    private static final int MAX_LINE_BYTES = 1024;
    /** Where the clock time begins in {@link UtcTime}'s text, and its length with milliseconds. */
    private static final int CLOCK = 11;

    private static final int CLOCK_LENGTH = 12;

    private final boolean colour;
    private final UtcTime time = new UtcTime();
    private final StringBuilder out = new StringBuilder(512);

    TextLine(boolean colour) {
        this.colour = colour;
    }

    /** What was written since the last time that this was asked. */
    String take() {
        String text = out.toString();
        out.setLength(0);
        return text;
    }

    void call(CallLine line) {
        ImdsCall call = line.call;
        clock(call.timestampNanos());
        StringBuilder what = new StringBuilder(64);
        CallMessage.appendWhat(what, line, line.method(), line.path());
        painted(
                switch (call.version()) {
                    case V1 -> RED;
                    case V2 -> GREEN;
                    case UNKNOWN -> YELLOW;
                },
                SafeText.of(what.toString(), MAX_LINE_BYTES));
        if (call.durationNanos() >= 0) {
            painted(DIM, String.format(Locale.ROOT, " %.1f ms", call.durationNanos() / 1e6));
        }
        StringBuilder who = new StringBuilder(64).append("  ");
        CallMessage.appendWho(who, line);
        if (line.caller.containerId() != null) {
            String id = line.caller.containerId();
            who.append(" in container ").append(id, 0, Math.min(12, id.length()));
        } else if (line.caller.systemdUnit() != null) {
            who.append(" in ").append(SecretRedactor.redact(line.caller.systemdUnit()));
        }
        if (line.count > 1) {
            who.append("  ").append(line.count).append(" times");
        }
        out.append(SafeText.of(who.toString(), MAX_LINE_BYTES)).append('\n');
        advice(call);
    }

    private void advice(ImdsCall call) {
        if (call.findings().isEmpty()) {
            return;
        }
        String codes = call.findings().stream().map(Finding::code).collect(Collectors.joining(", "));
        String advice = call.advice() == null ? "" : ": " + call.advice();
        out.append("             ");
        painted(YELLOW, codes);
        painted(DIM, SafeText.of(advice, MAX_LINE_BYTES));
        out.append('\n');
    }

    /** A line about the analyzer itself. */
    void note(long timestampNanos, String message, boolean warning) {
        clock(timestampNanos);
        painted(warning ? YELLOW : DIM, SafeText.of(SecretRedactor.redact(message), MAX_LINE_BYTES));
        out.append('\n');
    }

    private void clock(long timestampNanos) {
        String clock = new String(time.write(timestampNanos), CLOCK, CLOCK_LENGTH);
        painted(DIM, clock);
        out.append(' ');
    }

    private void painted(String paint, String text) {
        if (colour) {
            out.append(paint).append(text).append(PLAIN);
        } else {
            out.append(text);
        }
    }
}
