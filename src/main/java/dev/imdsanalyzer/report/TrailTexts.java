package dev.imdsanalyzer.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The join with CloudTrail in sentences, for the formats that people read. Texts of the records are not escaped yet. */
public final class TrailTexts {
    private static final int NAMED = 6;
    private static final int NAMED_INSTANCES = 20;

    private TrailTexts() {}

    /** How much was read, in a sentence. */
    public static String read(Trail trail) {
        return Amount.of(trail.reader().records(), "record") + " in "
                + Amount.of(trail.reader().files(), "file") + ": "
                + Amount.of(trail.sessions().size(), "session") + " of instances' roles by IMDSv1, "
                + Amount.of(trail.v2Records(), "call") + " with credentials by IMDSv2";
    }

    /** Our callers whose credentials are used, and by which calls: what to fix first. */
    public static List<String> used(ReportData data) {
        List<String> lines = new ArrayList<>();
        data.usedCallers()
                .forEach((caller, sessions) -> lines.add(caller.label() + ": "
                        + Amount.of(
                                sessions.stream().mapToLong(TrailSession::calls).sum(), "API call") + " as "
                        + sessions.stream()
                                .map(session -> session.role() == null ? "a role" : session.role())
                                .distinct()
                                .limit(NAMED)
                                .collect(Collectors.joining(", "))
                        + ": "
                        + joined(sessions.stream().map(TrailSession::operations).toList())
                        + agents(sessions)
                        + own(caller, sessions)));
        return lines;
    }

    /** Which of the calls bear the user agent with which the credentials were fetched. */
    private static String own(CallerGroup caller, List<TrailSession> sessions) {
        if (caller.userAgentName() == null) {
            return "";
        }
        List<TopTexts> own = TrailSession.ownOperations(caller, sessions);
        long calls = TopTexts.calls(own);
        return calls == 0
                ? "; none of them by its own user agent (" + caller.userAgentName() + ")"
                : "; " + Amount.grouped(calls) + " of them by its own user agent (" + caller.userAgentName() + "): "
                        + joined(own);
    }

    private static String agents(List<TrailSession> sessions) {
        String agents = joined(sessions.stream().map(TrailSession::agents).toList());
        return agents.isEmpty() ? "" : "; by " + agents;
    }

    /** The texts of several lists with their sums, the most frequent first. */
    public static Map<String, Long> sums(List<TopTexts> lists) {
        Map<String, Long> sums = new LinkedHashMap<>();
        lists.forEach(list -> list.sorted().forEach(text -> sums.merge(text.text(), text.count(), Long::sum)));
        Map<String, Long> sorted = new LinkedHashMap<>();
        sums.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed().thenComparing(Map.Entry.comparingByKey()))
                .forEach(entry -> sorted.put(entry.getKey(), entry.getValue()));
        return sorted;
    }

    private static String joined(List<TopTexts> lists) {
        Map<String, Long> sums = sums(lists);
        return sums.entrySet().stream()
                        .limit(NAMED)
                        .map(entry -> entry.getKey() + " (" + Amount.grouped(entry.getValue()) + ")")
                        .collect(Collectors.joining(", "))
                + (sums.size() > NAMED ? " …" : "");
    }

    /** Sessions whose fetch must be in the log and is not: where, when, and who used them for what. */
    public static List<String> missed(ReportData data) {
        List<String> lines = new ArrayList<>();
        for (InstanceVerdict verdict : data.instances()) {
            for (TrailSession session : verdict.missed()) {
                lines.add(verdict.instance().title() + ": " + TrailJudge.fetched(session) + "; used for "
                        + joined(List.of(session.operations())) + agents(List.of(session)));
            }
        }
        return lines;
    }

    /** Instances to watch next; empty if none. */
    public static String watchNext(ReportData data) {
        List<String> ids = data.watchNext();
        return ids.stream().limit(NAMED_INSTANCES).collect(Collectors.joining(", "))
                + (ids.size() > NAMED_INSTANCES
                        ? " and " + Amount.grouped(ids.size() - NAMED_INSTANCES) + " more"
                        : "");
    }
}
