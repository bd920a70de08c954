package dev.imdsanalyzer.report;

import dev.imdsanalyzer.report.input.EventLine;
import dev.imdsanalyzer.report.input.Field;
import dev.imdsanalyzer.report.input.TrailHandler;
import dev.imdsanalyzer.report.input.TrailReader;
import dev.imdsanalyzer.report.input.TrailRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What CloudTrail saw of the credentials of instances' roles: the second witness. Read before the logs, whose IMDSv1 calls for
 * credentials then find their sessions. Bounded: what there is no room for keeps READY away.
 */
public final class Trail implements TrailHandler {
    /** What it can and cannot say. */
    public static final String MEANING =
            "CloudTrail sees the use of credentials, not their fetch: only callers that fetch a role's"
                    + " credentials by IMDSv1 show in it, those that read the instance id, the Region or user data never; calls of data events"
                    + " show only where the trail records them; credentials live for hours, so those of IMDSv1 show for hours after the last"
                    + " fetch; all IMDSv1 callers of an instance share them, so they name no program. That it is silent proves little.";

    private static final double VERSION_2 = 2.0;
    private static final Pattern VERSION = Pattern.compile("[0-9]{1,3}(?:\\.[0-9]{1,3})?");
    private static final int MAXIMUM_SESSIONS = 200_000;
    private static final int SESSION_BYTES = 512;
    /** Each call of the log is held against all sessions of its instance: two years' worth of one role. */
    private static final int MAXIMUM_SESSIONS_OF_AN_INSTANCE = 4_096;

    private static final String CREDENTIALS = "/security-credentials/";

    private final Budget budget;
    private final long since;
    private final long until;
    private final Map<String, Map<String, TrailSession>> sessions = new HashMap<>();
    private final Set<String> usedInstances = new HashSet<>();
    private long count;
    private long dropped;
    private long undated;
    private long unknownVersions;
    private long v2Records;
    private long firstEvent = Long.MAX_VALUE;
    private long lastEvent = Long.MIN_VALUE;
    private TrailReader reader;

    /** @param budget shared with everything else that grows with what is read */
    public Trail(Budget budget, ReportOptions options) {
        this.budget = budget;
        this.since = options.since() == null ? Long.MIN_VALUE : Times.micros(options.since());
        this.until = options.until() == null ? Long.MAX_VALUE : Times.micros(options.until());
    }

    /** Whoever reads the records: says what could not be read. */
    public void setReader(TrailReader trailReader) {
        reader = trailReader;
    }

    @Override
    public void onRecord(TrailRecord entry) {
        long time = entry.eventMicros();
        if (time != EventLine.NO_TIME) {
            firstEvent = Math.min(firstEvent, time);
            lastEvent = Math.max(lastEvent, time);
        }
        String instanceId = entry.instanceId();
        if (!VERSION.matcher(entry.delivery()).matches()) {
            unknownVersions++;
            return;
        }
        // As the condition key ec2:RoleDelivery compares it.
        if (Double.parseDouble(entry.delivery()) >= VERSION_2) {
            v2Records++;
            if (usedInstances.size() < MAXIMUM_SESSIONS && InstanceIds.isValid(instanceId)) {
                usedInstances.add(instanceId);
            }
            return;
        }
        if (!InstanceIds.isValid(instanceId) || time == EventLine.NO_TIME) {
            undated++;
            return;
        }
        long created = entry.createdMicros();
        // Judged by when the credentials were made: their use goes on for hours after the last fetch.
        long from = created == EventLine.NO_TIME ? time : created;
        if (from >= until || from < since) {
            return;
        }
        String role = TopTexts.shortened(entry.role(), 128);
        Map<String, TrailSession> own = sessions.computeIfAbsent(instanceId, id -> new LinkedHashMap<>());
        String key = role + " " + created;
        TrailSession session = own.get(key);
        if (session == null) {
            if (count >= MAXIMUM_SESSIONS
                    || own.size() >= MAXIMUM_SESSIONS_OF_AN_INSTANCE
                    || !budget.take(SESSION_BYTES)) {
                dropped++;
                return;
            }
            count++;
            session = new TrailSession(instanceId, role, created, budget);
            own.put(key, session);
        }
        session.add(entry, time);
    }

    /** Takes note of an IMDSv1 call of the log. */
    void onCall(EventLine line, Call call, Instance instance, CallerGroup caller) {
        if (call.local() || call.kind() != Call.Kind.V1_SERVED || instance.id() == null || !line.has(Field.PATH)) {
            return;
        }
        Map<String, TrailSession> own = sessions.get(instance.id());
        long status = line.number(Field.STATUS, 200);
        if (own == null || status < 200 || status > 299) {
            return;
        }
        String path = line.text(Field.PATH);
        int at = path.lastIndexOf(CREDENTIALS);
        String role = at < 0 ? "" : path.substring(at + CREDENTIALS.length()).replaceAll("/+$", "");
        if (role.isEmpty()) {
            return;
        }
        for (TrailSession session : own.values()) {
            session.fetched(role, call.firstMicros(), call.lastMicros(), caller);
        }
    }

    /** Sessions of this instance that IMDSv1 began. */
    public List<TrailSession> sessions(String instanceId) {
        return instanceId == null
                ? List.of()
                : List.copyOf(sessions.getOrDefault(instanceId, Map.of()).values());
    }

    /** Tells an instance that its role's credentials were used: whoever does has them from IMDS. */
    void tell(Instance instance) {
        if (instance.id() != null && (usedInstances.contains(instance.id()) || sessions.containsKey(instance.id()))) {
            instance.traits().setCredentialsUsed();
        }
    }

    /** All of them. */
    public List<TrailSession> sessions() {
        List<TrailSession> all = new ArrayList<>();
        sessions.values().forEach(own -> all.addAll(own.values()));
        return all;
    }

    /** Instances with such sessions. */
    List<String> instanceIds() {
        return sessions.entrySet().stream()
                .filter(own -> !own.getValue().isEmpty())
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
    }

    /** Records of sessions that IMDSv2 began. */
    public long v2Records() {
        return v2Records;
    }

    /** The first call of an instance's role, in microseconds since the epoch; later than {@link #lastEvent} where there is none. */
    public long firstEvent() {
        return firstEvent;
    }

    /** The last such call. */
    public long lastEvent() {
        return lastEvent;
    }

    public TrailReader reader() {
        return reader;
    }

    /** Why it cannot be relied on, each in a clause; empty where it can. */
    public List<String> lacks() {
        List<String> lacks = new ArrayList<>();
        for (String name : reader.unreadNames()) {
            lacks.add("could not be read to its end: " + name);
        }
        if (reader.unread() > reader.unreadNames().size()) {
            lacks.add(Amount.of(reader.unread() - reader.unreadNames().size(), "more file")
                    + " could not be read to the end");
        }
        if (reader.records() == 0) {
            lacks.add("there is no record in it"
                    + (reader.others() > 0 ? ", only digests or insights of CloudTrail" : ""));
        } else if (count == 0 && v2Records == 0 && undated == 0 && dropped == 0 && unknownVersions == 0) {
            lacks.add("no record in it is of an instance's role");
        }
        if (undated > 0) {
            lacks.add(Amount.of(undated, "record") + " of IMDSv1 credentials without a time or an instance");
        }
        if (unknownVersions > 0) {
            lacks.add(Amount.of(unknownVersions, "record") + " whose ec2RoleDelivery is no version");
        }
        if (dropped > 0) {
            lacks.add(Amount.of(dropped, "record") + " of more sessions than there is room for");
        }
        return lacks;
    }
}
