package dev.imdsanalyzer.report.input;

/** The fields of a log line that the report reads, each under its dotted path. */
public enum Field {
    TIMESTAMP("timestamp"),
    ACTION("event.action"),
    DURATION("event.duration"),
    START("event.start"),
    END("event.end"),
    SCHEMA("event.schema"),
    REASON("event.reason"),
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
    CONTAINER_ID("container.id"),
    CONTAINER_RUNTIME("container.runtime"),
    POD_UID("k8s.pod.uid"),
    UNIT("systemd.unit"),
    PACKAGE_NAME("package.name"),
    PACKAGE_VERSION("package.version"),
    LABEL("caller.label"),
    FINGERPRINT("caller.fingerprint"),
    ATTRIBUTION("attribution.method"),
    INSTANCE_ID("cloud.instance.id"),
    HOST_NAME("host.name"),
    UPTIME("host.uptime"),
    COVERAGE_SECONDS("coverage.seconds"),
    COVERAGE_GAP_SECONDS("coverage.gap_seconds"),
    RUN_ID("agent.ephemeral_id"),
    DROPPED_BY_KERNEL("imds.packets.dropped_by_kernel"),
    DROPPED_BY_INTERFACE("imds.packets.dropped_by_interface"),
    DROPPED_BY_ANALYZER("imds.packets.dropped_by_analyzer");

    private static final Field[] VALUES = values();
    private static final int TABLE_SIZE = 512;
    private static final Field[] TABLE = new Field[TABLE_SIZE];

    static {
        for (Field field : VALUES) {
            int slot = slot(field.hash);
            while (TABLE[slot] != null) {
                if (TABLE[slot].hash == field.hash) {
                    throw new IllegalStateException(field + " and " + TABLE[slot] + " have one hash");
                }
                slot = (slot + 1) & (TABLE_SIZE - 1);
            }
            TABLE[slot] = field;
        }
    }

    private final String path;
    private final long hash;

    Field(String path) {
        this.path = path;
        long pathHash = PathHash.START;
        for (int i = 0; i < path.length(); i++) {
            pathHash = PathHash.add(pathHash, path.charAt(i));
        }
        this.hash = pathHash;
    }

    /** Member names from the root, joined by dots. */
    public String path() {
        return path;
    }

    /** The field whose path has this hash, or null. */
    static Field of(long pathHash) {
        int slot = slot(pathHash);
        while (TABLE[slot] != null) {
            if (TABLE[slot].hash == pathHash) {
                return TABLE[slot];
            }
            slot = (slot + 1) & (TABLE_SIZE - 1);
        }
        return null;
    }

    private static int slot(long hash) {
        return (int) (hash >>> 40) & (TABLE_SIZE - 1);
    }

    /** 64-bit FNV-1a over a path, so that a nested member and a dotted name come out alike. */
    static final class PathHash {
        static final long START = 0xcbf29ce484222325L;
        private static final long PRIME = 0x100000001b3L;

        private PathHash() {}

        static long add(long hash, int character) {
            return (hash ^ character) * PRIME;
        }
    }
}
