package dev.imdsanalyzer.imds.caller;

import dev.imdsanalyzer.imds.Finding;
import dev.imdsanalyzer.imds.FindingSets;
import dev.imdsanalyzer.imds.ImdsCall;
import dev.imdsanalyzer.imds.ImdsVersion;
import dev.imdsanalyzer.imds.Operation;
import dev.imdsanalyzer.imds.Outcome;
import dev.imdsanalyzer.imds.advice.Advice;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a later request says of one that was refused with 401. If its caller asks for a token and gets one, a request without a
 * token was no fault of old software, and one with a bad token was the renewal of an old one.
 */
public final class Recovery {
    private Recovery() {}

    /** Whether a call is one that a token request may explain. */
    public static boolean mayFollow(ImdsCall call) {
        return call.status() == 401
                && (call.findings().contains(Finding.IMDSV1_REJECTED)
                        || call.findings().contains(Finding.TOKEN_INVALID));
    }

    /** Whether a call brought a token. */
    public static boolean isGrant(ImdsCall call) {
        return call.operation() == Operation.TOKEN && call.outcome() == Outcome.SUCCESS;
    }

    /** Whether a call was served with a token. */
    public static boolean isServedWithToken(ImdsCall call) {
        return call.operation() == Operation.GET
                && call.version() == ImdsVersion.V2
                && call.outcome() == Outcome.SUCCESS;
    }

    /**
     * A token that a caller got.
     *
     * @param nanos when it was answered, ns since the epoch
     * @param client the product that asked, as it calls itself; null if it does not
     */
    public record Grant(long nanos, @Nullable String client) {
        /** @param call one that {@link #isGrant} is true of */
        public static Grant of(ImdsCall call) {
            return new Grant(call.timestampNanos() + Math.max(0, call.durationNanos()), call.userAgentName());
        }

        /**
         * Whether it explains a refusal of the same caller: it came after the refused request was sent, which so cannot have
         * borne it. What another library of the process does tells nothing.
         */
        public boolean explains(ImdsCall refused) {
            return nanos >= refused.timestampNanos() && mayBeOne(client, refused.userAgentName());
        }
    }

    /** Whether the same was served with a token after the refusal, to a process of the same program: it knows what to do. */
    public static boolean repeats(ImdsCall served, ImdsCall refused) {
        return isServedWithToken(served)
                && served.timestampNanos() >= refused.timestampNanos()
                && served.path() != null
                && served.path().equals(refused.path())
                && mayBeOne(served.userAgentName(), refused.userAgentName());
    }

    /** Some clients name themselves in requests without a token only. */
    private static boolean mayBeOne(@Nullable String client, @Nullable String other) {
        return client == null || other == null || client.equals(other);
    }

    /** A refused call that was explained, with what is to be said of it now. */
    public static ImdsCall explained(ImdsCall refused) {
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
}
