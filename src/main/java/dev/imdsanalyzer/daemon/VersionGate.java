package dev.imdsanalyzer.daemon;

import dev.imdsanalyzer.imds.Finding;
import dev.imdsanalyzer.imds.HarmlessCall;
import dev.imdsanalyzer.imds.ImdsCall;
import dev.imdsanalyzer.output.line.caller.CallerLabel;
import dev.imdsanalyzer.process.Caller;
import dev.imdsanalyzer.status.Counter;
import dev.imdsanalyzer.status.Counters;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * What stands against the sentence that nothing used IMDSv1 in one run: IMDSv1 calls, calls whose version is not known, and
 * everything that may have hidden one.
 *
 * <p>Bounded: callers past {@link #MAXIMUM_CALLERS} are counted without a name. Any thread.
 */
final class VersionGate {
    static final int MAXIMUM_CALLERS = 256;

    private static final int UNAUTHORIZED = 401;
    private static final int FORBIDDEN = 403;
    private static final int CLIENT_ERROR = 400;
    private static final int LAST_STATUS = 599;
    private static final String OTHERS = "other callers";
    /**
     * What has a call of its own, which is asked whether it stands against the sentence, and when it was made: these are counted
     * late where the capture lags, so that older ones would count as well.
     */
    private static final Set<Counter> TOLD_BY_CALLS = EnumSet.of(Counter.CALLERS_UNNAMED, Counter.RESPONSES_UNMATCHED);
    /** Of which the content is not known, or may have been another one than what was read. */
    private static final Set<Counter> DOUBTFUL = EnumSet.of(
            Counter.SEGMENTS_DOUBTFUL, Counter.SEGMENTS_TRUNCATED, Counter.LONG_PACKETS_CUT, Counter.CONNECTS_UNSEEN);

    private final Counters counters;
    private final Map<String, Long> callers = new LinkedHashMap<>();
    private final List<String> unwatched = new ArrayList<>();
    private final Map<Counter, Long> before = new EnumMap<>(Counter.class);
    private long othersUnseen;
    private long beginNanos = Long.MIN_VALUE;

    /** @param counters of the whole run, read when it begins to count and when it is over */
    VersionGate(Counters counters) {
        this.counters = counters;
    }

    /**
     * What was lost up to now does not count, nor what is lost of connections that are open now: those are seen in part. Their
     * calls count.
     *
     * @param wallNanos now, when the watched command is about to start, ns since the epoch
     */
    synchronized void begin(long wallNanos) {
        beginNanos = wallNanos;
        counters.tellOlderApart(wallNanos);
        for (Counter counter : Counter.values()) {
            before.put(counter, counters.get(counter));
        }
    }

    /** Takes a call that counts, with all its findings. */
    void add(ImdsCall call, Caller caller) {
        String what = against(call);
        if (what != null) {
            count(what + " by " + CallerLabel.of(caller, call));
        }
    }

    /** Takes a call of which nobody knows whether the watched command made it. */
    synchronized void addDoubtful(ImdsCall call, Caller caller) {
        String what = call.timestampNanos() >= beginNanos ? against(call) : null;
        if (what != null) {
            String who = caller.pid() < 0 ? "a process that could not be told" : CallerLabel.of(caller, call);
            count(what + " by " + who + ", maybe one of the command");
        }
    }

    /** One of {@link Counter#CONNECTS_UNSEEN} is somebody else's than the watched command's. */
    synchronized void addOthersUnseen() {
        othersUnseen++;
    }

    private synchronized void count(String line) {
        callers.merge(callers.containsKey(line) || callers.size() < MAXIMUM_CALLERS ? line : OTHERS, 1L, Long::sum);
    }

    /** @param why a time was not watched, as a clause */
    synchronized void unwatched(String why) {
        unwatched.add(why);
    }

    /** What a call is that stands against the sentence; null if it does not. */
    private static String against(ImdsCall call) {
        if (call.findings().contains(Finding.ANSWERED_LOCALLY)) {
            // It never reached IMDS.
            return null;
        }
        boolean readTwoWays = call.findings().contains(Finding.MALFORMED_REQUEST)
                || call.findings().contains(Finding.CONFLICTING_SEGMENTS);
        boolean answeredWithError = call.status() >= CLIENT_ERROR && call.status() <= LAST_STATUS;
        return switch (call.version()) {
            case V1 -> isHarmless(call) ? null : "IMDSv1";
            case V2 -> readTwoWays && !answeredWithError ? "a call that can be read in two ways," : null;
            case UNKNOWN -> "a call of unknown version";
        };
    }

    private static boolean isHarmless(ImdsCall call) {
        boolean refused = call.status() == UNAUTHORIZED || call.status() == FORBIDDEN;
        return HarmlessCall.isHarmless(
                call.findings()::contains, refused, call.category().label());
    }

    /**
     * Says what stands against the sentence, a caller or a loss a line.
     *
     * @return whether nothing does
     */
    synchronized boolean tell(Consumer<String> lines) {
        List<String> told = new ArrayList<>();
        callers.forEach((what, calls) -> told.add(what + ": " + calls + (calls == 1 ? " call" : " calls")));
        for (Counter counter : Counter.values()) {
            long others = counters.ofOlder(counter) + (counter == Counter.CONNECTS_UNSEEN ? othersUnseen : 0);
            long value = counters.get(counter) - before.getOrDefault(counter, 0L) - others;
            if (value > 0 && hides(counter)) {
                told.add("not all was seen: " + value + " " + counter.sentence());
            }
        }
        unwatched.forEach(why -> told.add("not all was seen: " + why));
        told.forEach(line -> lines.accept("--fail-on-v1: " + line));
        return told.isEmpty();
    }

    private static boolean hides(Counter counter) {
        return (Counter.isLoss(counter.label()) && !TOLD_BY_CALLS.contains(counter)) || DOUBTFUL.contains(counter);
    }
}
