package dev.imdsanalyzer.report.input;

/** The fields of a log line that the report reads, each under its dotted path. */
public enum Field {
    TIMESTAMP("timestamp"),
    ACTION("event.action"),
    DURATION("event.duration"),
    START("event.start"),
    END("event.end"),
    SCHEMA("event.schema"),
    VERSION("imds.version"),
    CATEGORY("imds.category"),
    FINDINGS("imds.findings"),
    ADVICE("imds.advice"),
    REPEAT_COUNT("imds.repeat_count"),
    SDK_MINIMUM("imds.sdk.minimum"),
    METHOD("http.request.method"),
    STATUS("http.response.status_code"),
    PATH("url.path"),
    USER_AGENT("user_agent.original"),
    USER_AGENT_NAME("user_agent.name"),
    USER_AGENT_VERSION("user_agent.version"),
    SOURCE_IP("source.ip"),
    SOURCE_PORT("source.port"),
    PID("process.pid"),
    PROCESS_NAME("process.name"),
    EXECUTABLE("process.executable"),
    SCRIPT("process.script"),
    COMMAND_LINE("process.command_line"),
    ANCESTORS("process.ancestors"),
    LINEAGE("process.lineage"),
    USER_ID("user.id"),
    USER_NAME("user.name"),
    LOGIN_NAME("user.login_name"),
    CONTAINER_ID("container.id"),
    POD_UID("k8s.pod.uid"),
    ECS_TASK("aws.ecs.task.arn"),
    ECS_TASK_ID("aws.ecs.task.id"),
    ECS_FAMILY("aws.ecs.task.family"),
    ECS_CONTAINER("aws.ecs.container.name"),
    POD_NAME("k8s.pod.name"),
    NAMESPACE("k8s.namespace.name"),
    POD_CONTAINER("k8s.container.name"),
    CONTAINER_NAME("container.name"),
    IMAGE("container.image.name"),
    COMPOSE_PROJECT("container.labels.com_docker_compose_project"),
    COMPOSE_SERVICE("container.labels.com_docker_compose_service"),
    WORKLOAD("caller.workload"),
    UNIT("systemd.unit"),
    PACKAGE_NAME("package.name"),
    PACKAGE_VERSION("package.version"),
    LABEL("caller.label"),
    FINGERPRINT("caller.fingerprint"),
    INSTANCE_ID("cloud.instance.id"),
    ACCOUNT("cloud.account.id"),
    REGION("cloud.region"),
    ZONE("cloud.availability_zone"),
    HOST_NAME("host.name"),
    UPTIME("host.uptime"),
    IMDS_REACHABLE("analyzer.imds_reachable"),
    COVERAGE_SECONDS("coverage.seconds"),
    COVERAGE_GAP_SECONDS("coverage.gap_seconds"),
    RUN_ID("agent.ephemeral_id"),
    CAPTURE("analyzer.capture"),
    REPORTED_CALLS("imds.requests.total"),
    REPORTED_V1_SUCCESS("imds.requests.v1.success"),
    REPORTED_V1_FAILURE("imds.requests.v1.failure"),
    REPORTED_V1_UNKNOWN("imds.requests.v1.unknown"),
    DROPPED_BY_KERNEL("imds.packets.dropped_by_kernel"),
    DROPPED_BY_INTERFACE("imds.packets.dropped_by_interface"),
    DROPPED_BY_ANALYZER("imds.packets.dropped_by_analyzer"),
    FLOWS_EVICTED("imds.flows.evicted"),
    UNNAMED("imds.attribution.unnamed"),
    UNSEEN_CONNECTS("imds.attribution.unseen_connects"),
    PROXY_NAME("proxy.process.name"),
    REPORTED_UNKNOWN_SUCCESS("imds.requests.unknown.success"),
    REPORTED_UNKNOWN_UNKNOWN("imds.requests.unknown.unknown"),
    /** A list of texts, taken as it stands. */
    SCHEDULES("imds.schedules"),
    /** An object of numbers, taken as it stands. */
    COUNTERS("imds.counters");

    /** Stands for a hash that no member has. */
    static final long ROOT = 0;

    /** No place. */
    static final int NONE = -1;

    private static final int TABLE_SIZE = 1024;
    private static final long[] HASHES = new long[TABLE_SIZE];
    private static final Field[] FIELDS = new Field[TABLE_SIZE];

    static {
        for (Field field : values()) {
            long hash = ROOT;
            for (String name : field.path.split("\\.", -1)) {
                put(hash, null);
                hash = Bytes.member(hash, name);
            }
            put(hash, field);
        }
    }

    private final String path;

    Field(String path) {
        this.path = path;
    }

    /** Member names from the root, joined by dots. */
    public String path() {
        return path;
    }

    // An object on the way to a field stands in the table without a field.
    private static void put(long hash, Field field) {
        int slot = slot(hash);
        if (HASHES[slot] == hash && hash != ROOT && (field != null || FIELDS[slot] != null)) {
            throw new IllegalStateException("two paths have one hash, " + field);
        }
        HASHES[slot] = hash;
        FIELDS[slot] = field;
    }

    /** The place of a path (see {@link Bytes#member}) that is a field or an object that holds one; else {@link #NONE}. */
    static int find(long hash) {
        int slot = slot(hash);
        return HASHES[slot] == hash ? slot : NONE;
    }

    /** The field at a place; null where there is an object, or for {@link #NONE}. */
    static Field at(int place) {
        return place == NONE ? null : FIELDS[place];
    }

    /** The hash of the path at a place. */
    static long hashAt(int place) {
        return HASHES[place];
    }

    private static int slot(long hash) {
        int slot = (int) (hash >>> 52) & (TABLE_SIZE - 1);
        while (HASHES[slot] != hash && HASHES[slot] != 0) {
            slot = (slot + 1) & (TABLE_SIZE - 1);
        }
        return slot;
    }
}
