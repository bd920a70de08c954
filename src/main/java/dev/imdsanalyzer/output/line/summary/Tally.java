package dev.imdsanalyzer.output.line.summary;

import dev.imdsanalyzer.imds.Finding;
import dev.imdsanalyzer.imds.ImdsCall;
import dev.imdsanalyzer.imds.ImdsVersion;
import dev.imdsanalyzer.imds.Outcome;
import dev.imdsanalyzer.imds.caller.LocalAnswer;
import dev.imdsanalyzer.process.AttributionMethod;
import dev.imdsanalyzer.process.Caller;

/** The calls of one interval, counted. Confined to the lock of {@link dev.imdsanalyzer.output.EventLog}. */
public final class Tally {
    private final long[][] calls = new long[ImdsVersion.values().length][Outcome.values().length];
    /** Those of them that a process of this host answered. */
    private final long[][] local = new long[ImdsVersion.values().length][Outcome.values().length];

    private final long[] findings = new long[Finding.values().length];
    private long named;
    private long unnamed;

    /** Counts a call. */
    public void add(ImdsCall call, Caller caller) {
        if (LocalAnswer.isOf(call)) {
            local[call.version().ordinal()][call.outcome().ordinal()]++;
        }
        calls[call.version().ordinal()][call.outcome().ordinal()]++;
        for (Finding finding : call.findings()) {
            findings[finding.ordinal()]++;
        }
        if (isNamed(caller)) {
            named++;
        } else {
            unnamed++;
        }
    }

    /** Whether a process is known. */
    public static boolean isNamed(Caller caller) {
        return caller.method() != AttributionMethod.NONE;
    }

    long calls(ImdsVersion version, Outcome outcome) {
        return calls[version.ordinal()][outcome.ordinal()];
    }

    /** The same without those that a process of this host answered. */
    long reached(ImdsVersion version, Outcome outcome) {
        return calls(version, outcome) - local[version.ordinal()][outcome.ordinal()];
    }

    long calls(ImdsVersion version) {
        long sum = 0;
        for (long count : calls[version.ordinal()]) {
            sum += count;
        }
        return sum;
    }

    long total() {
        return named + unnamed;
    }

    long findings(Finding finding) {
        return findings[finding.ordinal()];
    }

    long named() {
        return named;
    }

    long unnamed() {
        return unnamed;
    }
}
