package dev.imdsanalyzer.imds.caller;

import dev.imdsanalyzer.imds.Category;
import dev.imdsanalyzer.imds.Finding;
import dev.imdsanalyzer.imds.FindingSets;
import dev.imdsanalyzer.imds.ImdsCall;
import dev.imdsanalyzer.imds.ImdsSettings;
import dev.imdsanalyzer.imds.ImdsVersion;
import dev.imdsanalyzer.imds.Operation;
import dev.imdsanalyzer.imds.advice.Advice;
import dev.imdsanalyzer.imds.advice.WorkloadPlace;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Remembers which processes asked for a token and got none, and marks their IMDSv1 calls as fallbacks.
 *
 * <p>A process is remembered for its life, for many SDKs stay on IMDSv1 after one failed PUT and never send another; it
 * is forgotten when it gets a token later, for then its IMDSv1 calls have another cause. A container is remembered only
 * for {@link #CONTAINER_NANOS}, and only where the answer did not arrive: that tells of the way to the container, which
 * all its processes share (the PUT and the GET of a script are two processes), while a refusal tells of one program.
 *
 * <p>Bounded: past {@link #MAX_CALLERS} the caller not heard of for longest is forgotten. One thread.
 */
public final class FallbackMemory {
    static final int MAX_CALLERS = 4096;
    static final long CONTAINER_NANOS = 300_000_000_000L;
    static final long PROCESS_NANOS = 7L * 24 * 3600 * 1_000_000_000L;

    private final Advice advice;
    private final Map<String, Failure> failures = new LinkedHashMap<>(64, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Failure> eldest) {
            return size() > MAX_CALLERS;
        }
    };

    private record Failure(Advice.Cause cause, long atNanos) {}

    public FallbackMemory(ImdsSettings settings) {
        this.advice = new Advice(settings);
    }

    /** The same of a caller of whose place nothing is known. */
    public ImdsCall review(ImdsCall call, @Nullable String processKey, @Nullable String containerKey) {
        return review(call, processKey, containerKey, WorkloadPlace.UNKNOWN);
    }

    /**
     * Learns from the call, and marks it if it is a fallback. Calls are to come in the order of their time.
     *
     * @param processKey what tells a process from any other, such as pid and start time; null if it is not known
     * @param containerKey the same for its container; null if there is none
     * @param place where the caller runs, for the advice
     * @return the same call, or one with {@link Finding#IMDSV1_FALLBACK} or another advice
     */
    public ImdsCall review(
            ImdsCall call, @Nullable String processKey, @Nullable String containerKey, WorkloadPlace place) {
        if (call.operation() == Operation.TOKEN || isTokenRequestElsewhere(call)) {
            learn(call, processKey, containerKey);
            return placed(call, place);
        }
        if (call.version() != ImdsVersion.V1 || call.category() == Category.TOKEN) {
            return call;
        }
        Failure failure = recall("p" + processKey, processKey, call.timestampNanos(), PROCESS_NANOS);
        if (failure == null) {
            failure = recall("c" + containerKey, containerKey, call.timestampNanos(), CONTAINER_NANOS);
        }
        return failure == null
                ? call
                : call.withFindings(
                        FindingSets.with(call.findings(), Finding.IMDSV1_FALLBACK),
                        advice.fallback(failure.cause, call, place));
    }

    /** The advice on a dropped answer, where it is that of which the call's speaks, for this workload. */
    private ImdsCall placed(ImdsCall call, WorkloadPlace place) {
        boolean dropped = call.findings().contains(Finding.TOKEN_RESPONSE_DROPPED)
                && !call.findings().contains(Finding.CONFLICTING_SEGMENTS)
                && !call.findings().contains(Finding.OTHER_CLOUD_PROBE);
        return dropped && place.kind() != WorkloadPlace.Kind.UNKNOWN
                ? call.withFindings(call.findings(), advice.responseDropped(place))
                : call;
    }

    /** A PUT with the token's TTL field to a path at which there is no token. */
    private static boolean isTokenRequestElsewhere(ImdsCall call) {
        return call.findings().contains(Finding.TOKEN_REFUSED)
                || call.findings().contains(Finding.TOKEN_FORBIDDEN);
    }

    private void learn(ImdsCall call, @Nullable String processKey, @Nullable String containerKey) {
        Advice.Cause cause = cause(call);
        if (cause == null && call.status() != 200) {
            return;
        }
        if (processKey != null) {
            note("p" + processKey, cause, call.timestampNanos());
        }
        boolean onTheWay = cause == Advice.Cause.DROPPED || cause == Advice.Cause.UNANSWERED;
        if (containerKey != null && (cause == null || onTheWay)) {
            note("c" + containerKey, cause, call.timestampNanos());
        }
    }

    private void note(String key, Advice.@Nullable Cause cause, long atNanos) {
        if (cause == null) {
            failures.remove(key);
        } else {
            failures.put(key, new Failure(cause, atNanos));
        }
    }

    private @Nullable Failure recall(String key, @Nullable String given, long nowNanos, long keptNanos) {
        if (given == null) {
            return null;
        }
        Failure failure = failures.get(key);
        return failure != null && Math.abs(nowNanos - failure.atNanos) <= keptNanos ? failure : null;
    }

    /** Why the request gave no token; null if it gave one, or if nobody knows. */
    private static Advice.@Nullable Cause cause(ImdsCall call) {
        if (call.findings().contains(Finding.TOKEN_RESPONSE_DROPPED)) {
            return Advice.Cause.DROPPED;
        }
        if (call.findings().contains(Finding.TOKEN_UNANSWERED)) {
            return Advice.Cause.UNANSWERED;
        }
        if (call.findings().contains(Finding.TOKEN_REFUSED) && call.status() < 300) {
            return Advice.Cause.REFUSED;
        }
        return switch (call.status()) {
            case 0, 200 -> null;
            case 403 -> Advice.Cause.FORBIDDEN;
            case 429, 503 -> Advice.Cause.THROTTLED;
            default -> Advice.Cause.REFUSED;
        };
    }
}
