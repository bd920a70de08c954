package dev.imdsanalyzer.config;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Every key of the configuration: its dotted name, its kind of value, its default and a sentence for the person who sets
 * it. The shipped file, the reader and the tests all go by this list.
 */
public enum Setting {
    CAPTURE_INTERFACE(
            "capture.interface", ValueType.TEXT, "any", "Network device to capture on; \"any\" is all of them."),
    CAPTURE_BUFFER(
            "capture.buffer",
            ValueType.size(256 << 10, 1 << 30),
            "4MiB",
            "Memory that the kernel keeps captured packets in until they are read, 256KiB to 1GiB."),
    LIMITS_CONNECTIONS(
            "limits.connections",
            ValueType.integer(16, 1_000_000),
            "16384",
            "Connections followed at a time, 16 to 1000000; past it the oldest is given up and counted."),
    LIMITS_CONNECTION_BYTES(
            "limits.connection_bytes",
            ValueType.size(4 << 10, 16 << 20),
            "128KiB",
            "Bytes kept of one direction of one connection, 4KiB to 16MiB."),
    LIMITS_TOTAL_BYTES(
            "limits.total_bytes",
            ValueType.size(64 << 10, 1 << 30),
            "4MiB",
            "Bytes kept of all connections together, 64KiB to 1GiB."),
    LIMITS_RESPONSE_SECONDS(
            "limits.response_seconds",
            ValueType.integer(1, 600),
            "5",
            "Seconds that a request waits for its response before it is logged without one, 1 to 600."),
    ATTRIBUTION_CONNECT(
            "attribution.connect",
            ValueType.BOOLEAN,
            "true",
            "Ask the kernel (BPF) who connects; false leaves the search through /proc alone."),
    ATTRIBUTION_EXEC_MEMORY(
            "attribution.exec_memory",
            ValueType.BOOLEAN,
            "true",
            "Let the kernel remember what processes have executed (paths and arguments), for scripts that end at once."),
    ATTRIBUTION_WAIT_MILLISECONDS(
            "attribution.wait_milliseconds",
            ValueType.integer(0, 60_000),
            "5000",
            "How long a line waits for its caller's name at most, in milliseconds, 0 to 60000."),
    OUTPUT_DESTINATION(
            "output.destination",
            ValueType.TEXT,
            "-",
            "Where the lines go: \"-\" is standard output, a path that ends in / is a folder for dated files, any other"
                    + " path is a file."),
    OUTPUT_FORMAT("output.format", ValueType.oneOf("json", "text"), "json", "json, or text for people."),
    OUTPUT_METRICS(
            "output.metrics",
            ValueType.oneOf("fleet", "instance", "none"),
            "fleet",
            "Metrics that CloudWatch takes from summaries: fleet (one set for all), instance (one for each too), or none."),
    OUTPUT_FOLD_SECONDS(
            "output.fold_seconds",
            ValueType.integer(0, 86_400),
            "60",
            "Equal calls within so many seconds become one line with imds.repeat_count; 0 writes each call, up to 86400."),
    OUTPUT_SUMMARY_SECONDS(
            "output.summary_seconds",
            ValueType.integer(1, 86_400),
            "300",
            "Seconds between two imds-summary lines, 1 to 86400."),
    OUTPUT_FILE_SIZE(
            "output.file_size",
            ValueType.size(64 << 10, 4L << 30),
            "64MiB",
            "A dated file that has grown to this is followed by the next one, 64KiB to 4GiB."),
    OUTPUT_TOTAL_SIZE(
            "output.total_size",
            ValueType.size(128 << 10, 1L << 40),
            "1GiB",
            "All dated files together stay below this, the oldest is deleted first, 128KiB to 1TiB."),
    OUTPUT_KEEP_DAYS(
            "output.keep_days",
            ValueType.integer(1, 3_650),
            "30",
            "Dated files older than so many days are deleted, 1 to 3650."),
    OUTPUT_QUEUE(
            "output.queue",
            ValueType.integer(64, 1_000_000),
            "8192",
            "Calls that may wait for their caller's name and for the disk, 64 to 1000000; past it they are lost and counted."),
    HOST_ROOT(
            "host.root",
            ValueType.FOLDER,
            "/",
            "Where the host's root directory is seen; another one in a container that has it mounted, as /host."),
    CONTAINERS_FOLDERS(
            "containers.folders",
            ValueType.LIST,
            "",
            "Folders of container runtimes beside the usual ones: containerd's state, Docker's data-root, the storage of"
                    + " podman or CRI-O."),
    CLOUD_ACCOUNT_ID(
            "cloud.account_id",
            ValueType.matching("|[0-9]{12}", "twelve digits"),
            "",
            "Account of this instance, for cloud.account.id; empty: as cloud-init's files on the host say."),
    CLOUD_REGION(
            "cloud.region",
            ValueType.matching("|[a-z]{2,4}(-[a-z]{2,12}){1,3}-[0-9]{1,2}", "a Region such as eu-west-1"),
            "",
            "Region of this instance, for cloud.region; empty: as cloud-init's or Afterburn's files on the host say."),
    CLOUD_AVAILABILITY_ZONE(
            "cloud.availability_zone",
            ValueType.matching("|[a-z]{2,4}(-[a-z]{2,12}){1,3}-[0-9]{1,2}[a-z0-9-]{1,24}", "a zone such as eu-west-1a"),
            "",
            "Availability zone of this instance, for cloud.availability_zone; empty: as those files say."),
    POLICY_CREDENTIALS_ALLOW(
            "policy.credentials.allow",
            ValueType.LIST,
            "",
            "Who may ask for credentials, by exact name or glob (* and ?): an executable, systemd unit or container, or a"
                    + " mapping of unit, package, image, namespace, pod, task, user, path that must all hold; anybody else"
                    + " gets the finding unexpected-caller. Empty: no such check.");

    /** What the names of all our environment variables begin with. */
    static final String ENVIRONMENT_PREFIX = "IMDS_ANALYZER_";

    private static final Map<String, Setting> BY_KEY =
            Stream.of(values()).collect(Collectors.toUnmodifiableMap(Setting::key, Function.identity()));

    private final String key;
    // Its implementations are lambdas without state, which the checker cannot know.
    @SuppressWarnings("ImmutableEnumChecker")
    private final ValueType type;

    private final String defaultText;
    private final String sentence;

    Setting(String key, ValueType type, String defaultText, String sentence) {
        this.key = key;
        this.type = type;
        this.defaultText = defaultText;
        this.sentence = sentence;
    }

    public static Optional<Setting> of(String key) {
        return Optional.ofNullable(BY_KEY.get(key));
    }

    /** The dotted name. */
    public String key() {
        return key;
    }

    public ValueType type() {
        return type;
    }

    /** A String, Long, Boolean or List of Strings, by the type. */
    public Object defaultValue() {
        return defaultText.isEmpty() && type == ValueType.LIST ? List.of() : type.parse(defaultText);
    }

    public String sentence() {
        return sentence;
    }

    /** The environment variable that overrides the key in the file: {@code IMDS_ANALYZER_OUTPUT_FOLD_SECONDS}. */
    public String environmentVariable() {
        return ENVIRONMENT_PREFIX + key.replace('.', '_').toUpperCase(java.util.Locale.ROOT);
    }
}
