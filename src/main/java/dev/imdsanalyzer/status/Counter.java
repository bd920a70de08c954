package dev.imdsanalyzer.status;

/**
 * Everything that can be lost or cut short, and the totals it is measured against. Each value has a stable label
 * (a field name under {@code imds.counters} of the {@code imds-summary} line) and a sentence for a person.
 */
public enum Counter {
    FRAMES("frames", "frames that the capture delivered"),
    FRAMES_IGNORED("frames_ignored", "frames that are no TCP traffic with IMDS"),
    FRAMES_UNDECODABLE("frames_undecodable", "frames whose headers lie about their lengths or are cut short"),
    KERNEL_DROPS("kernel_drops", "packets that the kernel dropped because the capture buffer was full"),
    LONG_PACKETS_CUT(
            "long_packets_cut", "packets of which only the start was kept because the buffer for long ones was full"),
    INTERFACE_DROPS("interface_drops", "packets that the network interface or its driver dropped"),
    FRAGMENTS_EXPIRED("fragments_expired", "IP fragments whose packet never became complete"),
    SEGMENTS("segments", "TCP segments to or from IMDS"),
    SEGMENTS_TRUNCATED("segments_truncated", "segments whose last bytes the capture left out"),
    SEGMENTS_DUPLICATE("segments_duplicate", "segments seen before: retransmitted, or seen on a second interface"),
    TIME_EXCEEDED("time_exceeded", "packets from IMDS that a router reported dead for lack of time to live"),
    SEGMENTS_CONFLICTING("segments_conflicting", "segments that repeat bytes with other content"),
    SEGMENTS_DOUBTFUL(
            "segments_doubtful",
            "segments that their receiver may not have taken: they count once it has acknowledged them"),
    SEGMENTS_FOREIGN("segments_foreign", "segments in IMDS's name that came from the caller's side, and do not count"),
    CONNECTIONS("connections", "TCP connections to IMDS"),
    CONNECTIONS_EVICTED("connections_evicted", "connections forgotten before their end to stay within the budget"),
    STREAM_GAPS("stream_gaps", "places where bytes of a connection were never seen"),
    STREAM_BYTES_DISCARDED("stream_bytes_discarded", "buffered bytes given up to stay within the budget"),
    REQUESTS("requests", "HTTP requests to IMDS"),
    REQUESTS_UNANSWERED("requests_unanswered", "requests whose response was not seen"),
    REQUESTS_UNTRACKED(
            "requests_untracked",
            "requests past the bounds of those that may wait, whose responses were not looked for"),
    RESPONSES_UNMATCHED("responses_unmatched", "responses whose request was not seen"),
    MALFORMED("malformed", "requests that break the rules of HTTP, and bytes that are none"),
    ATTRIBUTION_QUEUE_DROPS("attribution_queue_drops", "connections not looked up because the look-up queue was full"),
    CONNECT_EVENTS("connect_events", "connects to IMDS that the kernel reported"),
    CONNECT_EVENTS_LOST("connect_events_lost", "connect events that the kernel could not hand over"),
    CONNECTS_UNSEEN(
            "connects_unseen",
            "connects to IMDS that succeeded and that the capture has not shown: redirected within a network namespace, or on a"
                    + " device that is not captured"),
    PACKAGE_DATABASES_GIVEN_UP(
            "package_databases_given_up",
            "package databases left before their end, as they pass a bound of time, length or work"),
    CONTAINERS_UNWATCHED(
            "containers_unwatched",
            "times that the making of containers could not be watched: of one that lived for one request the name may be missing"),
    SCHEDULES_LEFT_OUT(
            "schedules_left_out",
            "timers and lines of crontabs past the first 64, which no summary names, at each daily look"),
    CALLERS_NAMED("callers_named", "calls logged with a process"),
    CALLERS_UNNAMED("callers_unnamed", "calls logged without a process"),
    CALLERS_GIVEN_UP(
            "callers_given_up", "callers given up to stay within the memory for them; their lines, if any, say less"),
    LINES_WRITTEN("lines_written", "log lines written"),
    LINES_DROPPED("lines_dropped", "log lines lost because the output queue was full or writing failed"),
    INTERNAL_ERRORS("internal_errors", "faults of this program that it survived");

    /** As the names of counters end behind which there may be a call without a line, or one without a name. */
    private static final String[] LOSSES = {
        "_lost",
        "_drops",
        "_dropped",
        "_evicted",
        "_discarded",
        "_expired",
        "_gaps",
        "_untracked",
        "_unnamed",
        "_unmatched",
        "_undecodable",
        "callers_given_up",
        "_errors"
    };

    private final String label;
    private final String sentence;

    Counter(String label, String sentence) {
        this.label = label;
        this.sentence = sentence;
    }

    /** The field name: lower case, words joined by underscores. */
    public String label() {
        return label;
    }

    /** What is counted, as a clause for a person. */
    public String sentence() {
        return sentence;
    }

    /** Whether a counter of this label, which a later version may have, counts what was lost. */
    public static boolean isLoss(String label) {
        for (String ending : LOSSES) {
            if (label.endsWith(ending)) {
                return true;
            }
        }
        return false;
    }
}
