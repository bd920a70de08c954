package dev.imdsanalyzer.report;

import java.util.List;
import java.util.Map;

/**
 * When an instance becomes READY if from the report's time on nobody calls IMDSv1 there and all time is watched. Where waiting
 * does not help there is no forecast. Times: microseconds since the epoch.
 */
final class Forecast {
    /** Gaps of this share of the window keep READY away no more. */
    static final double TOLERATED_GAP_SHARE = 0.1;

    private Forecast() {}

    /**
     * Of an instance that is not READY.
     *
     * @param cleanFrom since when no IMDSv1 call is known
     * @param sessions of CloudTrail, begun by IMDSv1
     * @return {@link Tally#NEVER} where waiting does not help
     */
    static long of(
            Instance instance,
            IntervalSet proven,
            long cleanFrom,
            long asOf,
            long windowMicros,
            List<TrailSession> sessions) {
        boolean stays = instance.lastEvent() == Tally.NEVER
                || instance.undatedV1() > 0
                || instance.isSeveralHosts()
                || instance.sources().size() > 1
                || instance.hasMoreSources()
                || instance.sourceOfAnother() != null;
        if (stays) {
            return Tally.NEVER;
        }
        long from = cleanFrom;
        for (Map.Entry<Doubt, Instance.Doubted> doubt : instance.doubts().entrySet()) {
            if (doubt.getValue().last() == Long.MAX_VALUE) {
                return Tally.NEVER;
            }
            from = Math.max(from, doubt.getValue().last());
        }
        for (TrailSession session : sessions) {
            from = Math.max(from, session.fetchedUntil());
        }
        return Math.max(asOf, from) + windowMicros - usable(proven, from, asOf, windowMicros);
    }

    /** How much of what was watched since then still counts: up to where the gaps behind it are too long for READY. */
    private static long usable(IntervalSet proven, long from, long asOf, long windowMicros) {
        double tolerated = windowMicros * TOLERATED_GAP_SHARE;
        long usable = 0;
        long gaps = 0;
        long later = asOf;
        for (int i = proven.size() - 1; i >= 0 && proven.end(i) > from && usable < windowMicros; i--) {
            gaps += Math.max(0, later - proven.end(i));
            if (gaps > tolerated) {
                break;
            }
            later = Math.max(proven.start(i), from);
            usable += Math.max(0, Math.min(proven.end(i), asOf) - later);
        }
        return Math.min(usable, windowMicros);
    }

    /** For a person; empty where there is none. */
    static String sentence(long time, long asOf) {
        return time == Tally.NEVER ? "" : "READY on " + Times.day(time, asOf) + " if quiet";
    }
}
