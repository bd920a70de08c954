package dev.imdsanalyzer.imds;

import java.util.EnumSet;
import java.util.Set;

/**
 * What the next request of the same caller says of one that was refused with 401. If it asks for a token and gets one, a
 * request without a token was no fault of old software, and one with a bad token was the renewal of an old one.
 */
public final class Recovery {
    private Recovery() {}

    /** Whether a call is one that a token request may explain. */
    public static boolean mayFollow(ImdsCall call) {
        return call.status() == 401
                && (call.findings().contains(Finding.IMDSV1_REJECTED)
                        || call.findings().contains(Finding.TOKEN_INVALID));
    }

    /**
     * @param refused a call that {@link #mayFollow} is true of
     * @param next the caller's next one
     * @return the refused call, with what is to be said of it now
     */
    public static ImdsCall review(ImdsCall refused, ImdsCall next) {
        if (!isGranted(next)) {
            return refused;
        }
        EnumSet<Finding> findings = EnumSet.noneOf(Finding.class);
        findings.addAll(refused.findings());
        boolean recovers = findings.remove(Finding.IMDSV1_REJECTED);
        findings.remove(Finding.TOKEN_INVALID);
        Set<Finding> others = FindingSets.of(findings);
        if (!recovers) {
            return refused.withFindings(others, others.isEmpty() ? null : refused.advice());
        }
        return refused.withFindings(
                FindingSets.with(others, Finding.IMDSV1_RECOVERS),
                others.isEmpty() ? Advice.recovers() : refused.advice());
    }

    private static boolean isGranted(ImdsCall call) {
        return call.operation() == Operation.TOKEN && call.outcome() == Outcome.SUCCESS;
    }
}
