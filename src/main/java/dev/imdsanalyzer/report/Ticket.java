package dev.imdsanalyzer.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * Work to hand out: one caller that keeps instances from READY. All texts may hold what a log says; formats escape them.
 *
 * @param owners kinds and names by which its owner is found: package, unit, image, namespace, team; in that order
 * @param blocked instances that it keeps from READY
 * @param alone how many of them nobody else keeps from it
 * @param complete whether there was room to note all instances
 */
public record Ticket(
        CallerGroup caller,
        String title,
        Map<String, String> owners,
        Remedy remedy,
        List<Instance> blocked,
        long alone,
        boolean complete,
        boolean broken,
        String evidence,
        String done) {
    private static final int NAMED = 3;

    /** What the owner's cells are called, in order. */
    public static final List<String> OWNER_KINDS = List.of("package", "unit", "image", "namespace", "team", "user");

    /** One for each caller in the way, the most pressing first, and among those who block most instances. */
    public static List<Ticket> of(ReportData data) {
        long window = data.options().windowMicros();
        Map<Instance, Integer> blockers = new HashMap<>();
        Map<CallerGroup, List<Instance>> blocked = new HashMap<>();
        for (CallerGroup caller : data.blockers()) {
            List<Instance> held = caller.instances().stream()
                    .filter(on ->
                            data.verdicts().get(on.instance()).holds(on.tally().lastV1(), window))
                    .map(CallerGroup.OnInstance::instance)
                    .toList();
            held.forEach(instance -> blockers.merge(instance, 1, Integer::sum));
            blocked.put(caller, held);
        }
        List<Ticket> tickets = new ArrayList<>();
        for (CallerGroup caller : data.blockers()) {
            tickets.add(of(data, caller, blocked.get(caller), blockers, window));
        }
        Map<CallerGroup, Urgency> urgencies = new HashMap<>();
        data.blockers().forEach(caller -> urgencies.put(caller, data.urgency(caller)));
        tickets.sort(Comparator.comparing((Ticket ticket) -> urgencies.get(ticket.caller()))
                .thenComparing(Comparator.comparingInt(
                                (Ticket ticket) -> ticket.blocked().size())
                        .thenComparingLong(Ticket::alone)
                        .thenComparingLong(ticket -> ticket.caller().tally().v1InTheWay())
                        .reversed()));
        return tickets;
    }

    private static Ticket of(
            ReportData data, CallerGroup caller, List<Instance> held, Map<Instance, Integer> blockers, long window) {
        boolean broken = data.isBroken(caller);
        return new Ticket(
                caller,
                caller.label() + (broken ? ": refused now, as IMDSv2 is required" : ": use IMDSv2"),
                owners(data, caller, held),
                data.remedy(caller),
                held,
                held.stream().filter(instance -> blockers.get(instance) == 1).count(),
                caller.isComplete(),
                broken,
                evidence(caller),
                "report does not list it among the callers of IMDSv1 any more: no such call of fingerprint "
                        + caller.fingerprint() + " in " + Times.length(window) + " of proven coverage");
    }

    private static Map<String, String> owners(ReportData data, CallerGroup caller, List<Instance> held) {
        Map<String, String> owners = new LinkedHashMap<>();
        put(owners, "package", caller.packages());
        put(owners, "unit", caller.units());
        put(owners, "image", caller.images());
        put(owners, "namespace", caller.namespaces());
        if (data.inventory() != null) {
            List<String> teams = held.stream()
                    .map(instance -> data.inventory().get(instance.id()))
                    .filter(Objects::nonNull)
                    .map(Inventory.Host::team)
                    .filter(Objects::nonNull)
                    .distinct()
                    .sorted()
                    .toList();
            if (!teams.isEmpty()) {
                owners.put("team", named(teams));
            }
        }
        put(owners, "user", caller.users());
        return owners;
    }

    private static void put(Map<String, String> owners, String kind, TopTexts texts) {
        List<String> names = texts.sorted().stream().map(TopTexts.Counted::text).toList();
        if (!names.isEmpty()) {
            owners.put(kind, named(names));
        }
    }

    private static String named(List<String> names) {
        return names.stream().limit(NAMED).collect(Collectors.joining(", "))
                + (names.size() > NAMED ? " and " + (names.size() - NAMED) + " more" : "");
    }

    private static String evidence(CallerGroup caller) {
        Tally tally = caller.tally();
        StringBuilder text = new StringBuilder(Amount.of(tally.v1Served(), "IMDSv1 call"))
                .append(" served, ")
                .append(Amount.grouped(tally.v1Rejected()))
                .append(" refused, the last ")
                .append(Times.minutes(tally.lastV1()))
                .append(" UTC");
        caller.paths().sorted().stream()
                .findFirst()
                .ifPresent(path -> text.append("; path ").append(path.text()));
        caller.arguments().sorted().stream()
                .findFirst()
                .ifPresent(arguments -> text.append("; run as ").append(arguments.text()));
        if (caller.lineage() != null) {
            text.append("; started by ").append(caller.lineage());
        }
        return text.toString();
    }

    /** How much it holds up, in a clause. */
    public String reach() {
        if (!complete) {
            return "on " + Amount.of(blocked.size(), "instance") + " and more that there was no room to note";
        }
        return "on " + Amount.of(blocked.size(), "instance") + " that it keeps from READY"
                + (alone == 0 ? "" : ", " + (alone == blocked.size() ? "alone" : "alone on " + Amount.grouped(alone)));
    }

    /** The instances it blocks by name: the first three, and how many more. */
    public String where() {
        return named(blocked.stream().map(Instance::title).toList());
    }
}
