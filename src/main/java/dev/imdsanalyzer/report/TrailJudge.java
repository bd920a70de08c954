package dev.imdsanalyzer.report;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Joins what CloudTrail saw with what the log proves, for one instance. A session that IMDSv1 began, whose fetch lies wholly
 * inside the time proven to have been watched and is not in the log, is a call that was missed.
 */
final class TrailJudge {
    private static final int NAMED = 4;

    private final Trail trail;
    private final long windowMicros;

    TrailJudge(Trail trail, long windowMicros) {
        this.trail = trail;
        this.windowMicros = windowMicros;
    }

    /** The instance's sessions that IMDSv1 began. */
    List<TrailSession> sessions(Instance instance) {
        return trail.sessions(instance.id());
    }

    /** The sessions whose fetch must be in the log and is not. */
    List<TrailSession> missed(Instance instance, IntervalSet proven) {
        return trail.sessions(instance.id()).stream()
                .filter(session -> !session.fetchSeen() && session.isWithin(proven))
                .toList();
    }

    Verdict judge(Instance instance, IntervalSet proven, Verdict soFar, List<String> reasons) {
        List<TrailSession> sessions = trail.sessions(instance.id());
        List<TrailSession> missed = missed(instance, proven);
        Verdict verdict = soFar;
        if (!missed.isEmpty()) {
            reasons.add(
                    "CloudTrail saw credentials that IMDSv1 handed out in time proven to have been watched, and the log has no"
                            + " such call: " + named(missed) + ": calls were missed");
            verdict = verdict.and(
                    missed.stream().anyMatch(session -> isRecent(session, proven))
                            ? Verdict.NOT_READY
                            : Verdict.WATCH_LONGER);
        }
        List<TrailSession> unwatched = new ArrayList<>(sessions);
        unwatched.removeIf(session -> session.fetchSeen() || missed.contains(session) || !isRecent(session, proven));
        if (!unwatched.isEmpty()) {
            boolean unknown = instance.lastEvent() == Tally.NEVER;
            reasons.add("CloudTrail saw credentials that IMDSv1 handed out in time that was not watched"
                    + (unknown ? " (the logs have no line of this instance)" : "") + ": " + named(unwatched));
            verdict = verdict.and(Verdict.NOT_READY);
        }
        return verdict;
    }

    /** Whether less than the window was watched since the credentials can have been fetched. */
    private boolean isRecent(TrailSession session, IntervalSet proven) {
        return proven.measure(session.fetchedUntil(), Long.MAX_VALUE) < windowMicros;
    }

    private static String named(List<TrailSession> sessions) {
        return sessions.stream().limit(NAMED).map(TrailJudge::fetched).collect(Collectors.joining("; "))
                + (sessions.size() > NAMED ? " and " + (sessions.size() - NAMED) + " more" : "");
    }

    /** Which credentials, and when they must have been fetched. */
    static String fetched(TrailSession session) {
        return (session.role() == null ? "a role" : session.role()) + ", fetched from "
                + Times.minutes(session.created()) + " to " + Times.minutes(session.fetchedUntil()) + " UTC";
    }

    /** What CloudTrail says of an instance beside the log. */
    Witness witness(Instance instance, IntervalSet proven) {
        List<TrailSession> sessions = trail.sessions(instance.id());
        long seen = sessions.stream().filter(TrailSession::fetchSeen).count();
        int missed = missed(instance, proven).size();
        long unwatched = sessions.size() - seen - missed;
        return new Witness(
                "CloudTrail",
                sessions.isEmpty() ? "no session by IMDSv1" : Amount.of(sessions.size(), "session") + " by IMDSv1",
                seen + " of them with their call in the log"
                        + (missed == 0 ? "" : ", " + missed + " missed by it")
                        + (unwatched == 0 ? "" : ", " + unwatched + " from time not watched"),
                seen == sessions.size());
    }
}
