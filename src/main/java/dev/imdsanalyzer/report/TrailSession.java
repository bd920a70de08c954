package dev.imdsanalyzer.report;

import dev.imdsanalyzer.report.input.EventLine;
import dev.imdsanalyzer.report.input.TrailRecord;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Credentials of an instance's role that IMDSv1 handed out, as CloudTrail saw them used. All callers by IMDSv1 of an instance
 * share them until they rotate, so they name no program. Times: microseconds since the epoch.
 */
public final class TrailSession {
    /** Clocks of the host and of CloudTrail, and the second that CloudTrail cuts times to. */
    static final long SLACK_MICROS = 60_000_000L;

    private static final long SECOND_MICROS = 1_000_000L;
    /** Credentials of an instance's role live for hours; where the record does not say when they were made, as long as that. */
    private static final long LIFE_MICROS = 12 * 3_600_000_000L;

    private static final int MAXIMUM_CALLERS = 16;
    private static final int MAXIMUM_AGENTS = 16;
    private static final int LONGEST_AGENT = 256;
    private static final int AGENT_BYTES = 512;

    private final String instanceId;
    private final String role;
    private final boolean creationKnown;
    private final TopTexts operations;
    private final TopTexts agents;
    private final Map<String, TopTexts> operationsByAgent = new LinkedHashMap<>();
    private final Budget budget;
    private final Set<CallerGroup> callers = new LinkedHashSet<>();
    private long created;
    private long firstEvent = Long.MAX_VALUE;
    private long lastEvent = Long.MIN_VALUE;
    private long calls;
    private boolean fetchSeen;

    TrailSession(String instanceId, String role, long created, Budget budget) {
        this.instanceId = instanceId;
        this.role = role;
        this.created = created;
        this.creationKnown = created != EventLine.NO_TIME;
        this.budget = budget;
        this.operations = new TopTexts(budget);
        this.agents = new TopTexts(budget);
    }

    void add(TrailRecord entry, long time) {
        calls++;
        firstEvent = Math.min(firstEvent, time);
        lastEvent = Math.max(lastEvent, time);
        if (!creationKnown) {
            created = firstEvent - LIFE_MICROS;
        }
        operations.add(entry.operation());
        if (entry.userAgent() != null) {
            agents.add(entry.userAgent());
            addOfAgent(TopTexts.shortened(entry.userAgent(), LONGEST_AGENT), entry.operation());
        }
    }

    private void addOfAgent(String agent, String operation) {
        TopTexts ofAgent = operationsByAgent.get(agent);
        if (ofAgent == null && operationsByAgent.size() < MAXIMUM_AGENTS && budget.take(AGENT_BYTES)) {
            ofAgent = new TopTexts(budget);
            operationsByAgent.put(agent, ofAgent);
        }
        if (ofAgent != null) {
            ofAgent.add(operation);
        }
    }

    /**
     * What was called with a user agent that names this product, as {@code Boto3} or {@code Botocore}: as likely as not by the
     * caller that fetched the credentials with the same.
     *
     * @param product null for none
     */
    public List<TopTexts> operationsBy(String product) {
        if (product == null || product.isEmpty()) {
            return List.of();
        }
        Pattern named = Pattern.compile("(?<![A-Za-z0-9-])" + Pattern.quote(product) + "/", Pattern.CASE_INSENSITIVE);
        return operationsByAgent.entrySet().stream()
                .filter(entry -> named.matcher(entry.getKey()).find())
                .map(Map.Entry::getValue)
                .toList();
    }

    /** What was called with the user agent of this caller. */
    public static List<TopTexts> ownOperations(CallerGroup caller, List<TrailSession> sessions) {
        return sessions.stream()
                .flatMap(session -> session.operationsBy(caller.userAgentName()).stream())
                .toList();
    }

    /** Takes note of IMDSv1 calls for a role's credentials that the log has. */
    void fetched(String fetchedRole, long first, long last, CallerGroup caller) {
        boolean sameRole = role == null || role.equals(fetchedRole);
        if (!sameRole || last < created - SLACK_MICROS || first > Math.max(firstEvent, lastEvent) + SLACK_MICROS) {
            return;
        }
        fetchSeen |= first <= firstEvent + SLACK_MICROS;
        if (callers.size() < MAXIMUM_CALLERS) {
            callers.add(caller);
        }
    }

    /** Whether all of the time in which the credentials must have been fetched is proven to have been watched. */
    boolean isWithin(IntervalSet proven) {
        long end = fetchedUntil();
        return creationKnown && proven.measure(created, end) >= end - created;
    }

    /** When they were made. */
    public long created() {
        return created;
    }

    /** Their first use, before which they were fetched; a second after they were made at the earliest. */
    public long fetchedUntil() {
        return Math.max(firstEvent, created + SECOND_MICROS);
    }

    /** Their last use that CloudTrail has. */
    public long lastEvent() {
        return lastEvent;
    }

    public String instanceId() {
        return instanceId;
    }

    /** The role's name; null if the record does not say it. */
    public String role() {
        return role;
    }

    /** API calls that they signed. */
    public long calls() {
        return calls;
    }

    /** Whether the log has an IMDSv1 call for the role's credentials in that time. */
    public boolean fetchSeen() {
        return fetchSeen;
    }

    /** Services and operations called with them. */
    public TopTexts operations() {
        return operations;
    }

    /** User agents of those calls. */
    public TopTexts agents() {
        return agents;
    }

    /** Callers of ours that were handed these credentials. */
    public Set<CallerGroup> callers() {
        return Set.copyOf(callers);
    }
}
