package dev.imdsanalyzer.output.line.field;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.core.io.SerializedString;

/**
 * Every field of every line: its name (dots stand for nested objects), type, whether each line has it, its meaning and an
 * example. The writer writes by these values, the JSON Schema is made of them, and the tests check each line against it.
 *
 * <p>The order is the order on the line; fields of one object stand together, so that no object is opened twice.
 */
public enum EventSchema {
    TIMESTAMP(
            "timestamp",
            Type.TIME,
            true,
            "capture time of the request's first byte; of other lines, when they were written",
            "2026-11-21T12:34:56.789123Z"),
    LEVEL(
            "level",
            Type.LEVEL,
            true,
            "WARN for IMDSv1, INFO for IMDSv2, ERROR for what could not be understood",
            "WARN"),
    MESSAGE("message", Type.TEXT, true, "the line in words", "IMDSv1 GET /latest/meta-data/ 200 by curl[6028]"),

    EVENT_ACTION("event.action", Type.ACTION, true, "what kind of line this is", "imds-request"),
    EVENT_OUTCOME("event.outcome", Type.OUTCOME, false, "how the call went, by its response", "success"),
    EVENT_REASON("event.reason", Type.TEXT, false, "why the analyzer stopped or missed something", "SIGTERM"),
    EVENT_DURATION(
            "event.duration",
            Type.INTEGER,
            false,
            "nanoseconds from the request's first byte to the response's head; of a summary or gap, its length",
            "812345"),
    EVENT_SCHEMA("event.schema", Type.INTEGER, true, "version of this format", "1"),
    EVENT_START(
            "event.start",
            Type.TIME,
            false,
            "the first of the calls that the line stands for; of a summary or gap, its begin",
            "2026-11-21T12:34:56.789123Z"),
    EVENT_END("event.end", Type.TIME, false, "the last of them; the end", "2026-11-21T12:34:58.100000Z"),

    IMDS_VERSION("imds.version", Type.VERSION, false, "version of IMDS that the request speaks", "v1"),
    IMDS_OPERATION("imds.operation", Type.OPERATION, false, "what the request does", "get"),
    IMDS_CATEGORY("imds.category", Type.CATEGORY, false, "what the path is about", "credentials"),
    IMDS_TOKEN_PRESENT("imds.token.present", Type.BOOLEAN, false, "whether the request has a token field", "false"),
    IMDS_TOKEN_TTL_SECONDS(
            "imds.token.ttl_seconds", Type.INTEGER, false, "life that a token request asks for", "21600"),
    IMDS_TOKEN_TTL_GRANTED_SECONDS(
            "imds.token.ttl_granted_seconds", Type.INTEGER, false, "life left of the token, by the response", "21600"),
    IMDS_FINDINGS("imds.findings", Type.FINDINGS, false, "what is worth telling about the call", "imdsv1-request"),
    IMDS_ADVICE("imds.advice", Type.TEXT, false, "one remedy", "Upgrade Boto3 to 1.12.6 or newer."),
    IMDS_DETAIL("imds.detail", Type.TEXT, false, "what was odd or missing", "the token field is empty"),
    IMDS_REPEAT_COUNT("imds.repeat_count", Type.INTEGER, false, "how many equal calls the line stands for", "1"),
    IMDS_SDK_MINIMUM(
            "imds.sdk.minimum",
            Type.TEXT,
            false,
            "first version of the caller's SDK that knows IMDSv2, where its own is older",
            "1.13.25"),
    IMDS_SERVER("imds.server", Type.TEXT, false, "the response's Server field", "EC2ws"),
    IMDS_ANSWERED_BY(
            "imds.answered_by",
            Type.TEXT,
            false,
            "local-proxy where a process of this host answered, not IMDS; else left out",
            "local-proxy"),
    IMDS_REQUESTS("imds.requests", Type.COUNTS, false, "calls of the interval by version and outcome", ""),
    IMDS_FINDINGS_COUNT("imds.findings_count", Type.COUNTS, false, "findings of the interval by code", ""),
    IMDS_ATTRIBUTION(
            "imds.attribution",
            Type.COUNTS,
            false,
            "calls of the interval with and without a process, and connects that the capture has not shown",
            ""),
    IMDS_PACKETS("imds.packets", Type.COUNTS, false, "packets of the interval, seen and dropped", ""),
    IMDS_FLOWS("imds.flows", Type.COUNTS, false, "connections open now, and evicted in the interval", ""),
    IMDS_PEAK("imds.peak", Type.PEAK, false, "the second with most IMDS packets and who called in it", ""),
    IMDS_COUNTERS("imds.counters", Type.COUNTS, false, "totals since the analyzer started", ""),
    IMDS_SCHEDULES(
            "imds.schedules",
            Type.TEXTS,
            false,
            "once a day what the host runs by the clock: timers and lines of crontabs as written, with base names, at most 64",
            "17 3 * * 0 backup.sh"),
    IMDS_GAP(
            "imds.gap",
            Type.COUNTS,
            false,
            "packets, lines and connect events lost in the gap, and connects not shown",
            ""),

    COVERAGE_SECONDS("coverage.seconds", Type.NUMBER, false, "seconds of the interval really watched", "300.0"),
    COVERAGE_GAP_SECONDS("coverage.gap_seconds", Type.NUMBER, false, "seconds not watched", "0.0"),

    HTTP_VERSION("http.version", Type.TEXT, false, "version of the request line", "1.1"),
    HTTP_REQUEST_METHOD("http.request.method", Type.TEXT, false, "method as sent", "GET"),
    HTTP_RESPONSE_STATUS_CODE("http.response.status_code", Type.INTEGER, false, "status of the response", "200"),
    HTTP_RESPONSE_BODY_BYTES("http.response.body.bytes", Type.INTEGER, false, "size of the response's body", "312"),

    URL_PATH("url.path", Type.TEXT, false, "path as sent, control characters escaped", "/latest/meta-data/"),
    URL_QUERY("url.query", Type.TEXT, false, "query as sent", "a=b"),

    USER_AGENT_ORIGINAL("user_agent.original", Type.TEXT, false, "the User-Agent field", "curl/7.88.1"),
    USER_AGENT_NAME("user_agent.name", Type.TEXT, false, "the product in it that tells most", "curl"),
    USER_AGENT_VERSION("user_agent.version", Type.TEXT, false, "that product's version", "7.88.1"),

    SOURCE_IP("source.ip", Type.TEXT, false, "the caller's address, before any masquerade", "10.0.0.5"),
    SOURCE_PORT("source.port", Type.INTEGER, false, "its port", "40112"),
    DESTINATION_IP("destination.ip", Type.TEXT, false, "address of IMDS", "169.254.169.254"),
    DESTINATION_PORT("destination.port", Type.INTEGER, false, "its port", "80"),
    NETWORK_TYPE("network.type", Type.NETWORK_TYPE, false, "ipv4 or ipv6", "ipv4"),

    PROCESS_PID("process.pid", Type.INTEGER, false, "the calling process, as the host numbers it", "6028"),
    PROCESS_NAME("process.name", Type.TEXT, false, "the kernel's name of it", "curl"),
    PROCESS_EXECUTABLE("process.executable", Type.TEXT, false, "path of its program file", "/usr/bin/curl"),
    PROCESS_SCRIPT("process.script", Type.TEXT, false, "script, jar, module or class that it runs", "/opt/job.py"),
    PROCESS_COMMAND_LINE("process.command_line", Type.TEXT, false, "its arguments, shell-quoted", "curl -s 'a b'"),
    PROCESS_WORKING_DIRECTORY("process.working_directory", Type.TEXT, false, "its working directory", "/root"),
    PROCESS_START("process.start", Type.TIME, false, "when it started", "2026-11-21T12:34:56.780000Z"),
    PROCESS_PARENT_PID("process.parent.pid", Type.INTEGER, false, "who started it", "6027"),
    PROCESS_PARENT_NAME("process.parent.name", Type.TEXT, false, "that process's name", "makeCalls.sh"),
    PROCESS_ANCESTORS("process.ancestors", Type.ANCESTORS, false, "from the parent up to pid 1, at most 16", ""),
    PROCESS_LINEAGE("process.lineage", Type.TEXT, false, "the names of all of them", "curl < bash < sshd < systemd"),
    PROCESS_NETWORK_NAMESPACE(
            "process.network_namespace", Type.INTEGER, false, "inode of its network namespace", "4026531840"),

    PROXY_PROCESS_PID(
            "proxy.process.pid", Type.INTEGER, false, "the process of this host between the caller and IMDS", "812"),
    PROXY_PROCESS_NAME("proxy.process.name", Type.TEXT, false, "the kernel's name of it", "kube2iam"),
    PROXY_PROCESS_EXECUTABLE(
            "proxy.process.executable", Type.TEXT, false, "path of its program file", "/usr/bin/kube2iam"),
    PROXY_PROCESS_SCRIPT(
            "proxy.process.script", Type.TEXT, false, "script, jar, module or class that it runs", "/opt/proxy.py"),
    PROXY_PROCESS_COMMAND_LINE(
            "proxy.process.command_line",
            Type.TEXT,
            false,
            "its arguments, shell-quoted",
            "kube2iam --host-ip=10.0.0.5"),
    PROXY_PROCESS_START("proxy.process.start", Type.TIME, false, "when it started", "2026-11-21T12:00:00.000000Z"),

    USER_ID("user.id", Type.TEXT, false, "the effective user's number", "0"),
    USER_NAME("user.name", Type.TEXT, false, "that user's name", "root"),
    USER_LOGIN_NAME("user.login_name", Type.TEXT, false, "who logged in, behind sudo", "ubuntu"),
    CONTAINER_ID("container.id", Type.TEXT, false, "container of the process", "3f1c0a9be2d4"),
    CONTAINER_NAME("container.name", Type.TEXT, false, "as its runtime, or its pod, names it", "web"),
    CONTAINER_RUNTIME("container.runtime", Type.TEXT, false, "what runs the container", "docker"),
    CONTAINER_TYPE("container.type", Type.TEXT, false, "sandbox for a pause container; else left out", "sandbox"),
    CONTAINER_IMAGE_NAME(
            "container.image.name", Type.TEXT, false, "its image, without a tag", "registry.example.com/shop/web"),
    CONTAINER_IMAGE_TAG("container.image.tag", Type.TEXTS, false, "the tag that the image was named by", "7"),
    CONTAINER_LABEL_PROJECT(
            "container.labels.com_docker_compose_project", Type.TEXT, false, "project of Docker Compose", "shop"),
    CONTAINER_LABEL_SERVICE(
            "container.labels.com_docker_compose_service", Type.TEXT, false, "service of Docker Compose", "front"),
    K8S_POD_UID("k8s.pod.uid", Type.TEXT, false, "pod of the container", "0f6d…"),
    K8S_POD_NAME("k8s.pod.name", Type.TEXT, false, "its name", "checkout-7d4f9c8b6d-x2kqp"),
    K8S_POD_QOS("k8s.pod.qos", Type.TEXT, false, "its quality of service", "burstable"),
    K8S_NAMESPACE_NAME("k8s.namespace.name", Type.TEXT, false, "namespace of the pod", "shop"),
    K8S_CONTAINER_NAME("k8s.container.name", Type.TEXT, false, "name of the container in the pod", "web"),
    AWS_ECS_CLUSTER_NAME("aws.ecs.cluster.name", Type.TEXT, false, "cluster of the task", "prod"),
    AWS_ECS_TASK_ARN(
            "aws.ecs.task.arn",
            Type.TEXT,
            false,
            "task of the container",
            "arn:aws:ecs:eu-west-1:111122223333:task/prod/0123…"),
    AWS_ECS_TASK_ID("aws.ecs.task.id", Type.TEXT, false, "the last part of it", "0123…"),
    AWS_ECS_TASK_FAMILY("aws.ecs.task.family", Type.TEXT, false, "family of its definition", "shop"),
    AWS_ECS_TASK_REVISION("aws.ecs.task.revision", Type.TEXT, false, "revision of its definition", "7"),
    AWS_ECS_CONTAINER_NAME(
            "aws.ecs.container.name", Type.TEXT, false, "name of the container in the definition", "web"),
    SYSTEMD_UNIT("systemd.unit", Type.TEXT, false, "unit of the process", "nginx.service"),
    PACKAGE_NAME("package.name", Type.TEXT, false, "package that owns the executable or script", "curl"),
    PACKAGE_VERSION("package.version", Type.TEXT, false, "its version", "7.88.1-10"),
    PACKAGE_TYPE("package.type", Type.TEXT, false, "deb or rpm", "deb"),
    CALLER_WORKLOAD(
            "caller.workload",
            Type.TEXT,
            false,
            "what its container is part of, the same on any host",
            "shop/checkout web"),
    CALLER_LABEL(
            "caller.label",
            Type.TEXT,
            false,
            "what a person would call the program",
            "crond.service: job.py (boto3 1.9)"),
    CALLER_FINGERPRINT(
            "caller.fingerprint", Type.TEXT, false, "the same for the same program on any host", "3f1c0a9be2d4c7e1"),
    ATTRIBUTION_METHOD("attribution.method", Type.ATTRIBUTION, false, "where the process is known from", "connect"),
    ATTRIBUTION_REASON(
            "attribution.reason", Type.TEXT, false, "what is missing of it, and why", "the process was gone"),

    AGENT_VERSION("agent.version", Type.TEXT, false, "version of the analyzer", "0.1.0"),
    AGENT_EPHEMERAL_ID("agent.ephemeral_id", Type.TEXT, false, "one run of the analyzer", "5d0c6e2f9a3b4c1d"),
    ANALYZER_CAPTURE("analyzer.capture", Type.TEXT, false, "device captured on", "any"),
    ANALYZER_ATTRIBUTION("analyzer.attribution", Type.TEXTS, false, "sources in use", "connect"),
    ANALYZER_ATTRIBUTION_REASON(
            "analyzer.attribution_reason", Type.TEXT, false, "what is lacking, and why", "no tracefs"),
    ANALYZER_CONFIGURATION_DIGEST(
            "analyzer.configuration_digest", Type.TEXT, false, "digest of the configuration in force", "sha256:…"),
    ANALYZER_IMDS_REACHABLE(
            "analyzer.imds_reachable",
            Type.BOOLEAN,
            false,
            "whether the host had a route to IMDS when the capture began: who called before, at boot say, was not seen",
            "false"),
    CLOUD_ACCOUNT_ID(
            "cloud.account.id",
            Type.TEXT,
            false,
            "account, from files on the host or the configuration",
            "123456789012"),
    CLOUD_AVAILABILITY_ZONE("cloud.availability_zone", Type.TEXT, false, "zone, from the same", "eu-west-1a"),
    CLOUD_INSTANCE_ID("cloud.instance.id", Type.TEXT, false, "the instance, from DMI", "i-0123456789abcdef0"),
    CLOUD_REGION("cloud.region", Type.TEXT, false, "Region, from the same", "eu-west-1"),
    HOST_NAME("host.name", Type.TEXT, false, "name of the host", "web-1"),
    HOST_UPTIME("host.uptime", Type.INTEGER, false, "seconds since the host booted", "8123"),
    HOST_OS_KERNEL("host.os.kernel", Type.TEXT, false, "release of its kernel", "6.1.0");

    /** What a field's value may be; the JSON Schema of each is in {@code event.schema.json}. */
    enum Type {
        TIME,
        LEVEL,
        TEXT,
        TEXTS,
        ACTION,
        OUTCOME,
        INTEGER,
        NUMBER,
        BOOLEAN,
        VERSION,
        OPERATION,
        CATEGORY,
        FINDINGS,
        NETWORK_TYPE,
        ATTRIBUTION,
        ANCESTORS,
        COUNTS,
        PEAK
    }

    /** Value of {@code event.schema}; rises when a field changes its name or meaning. */
    public static final int VERSION = 1;

    private static final Map<String, EventSchema> BY_NAME =
            Stream.of(values()).collect(Collectors.toUnmodifiableMap(EventSchema::fieldName, Function.identity()));

    private final String fieldName;
    private final Type type;
    private final boolean required;
    private final String meaning;
    private final String example;

    // SerializedString is immutable but for what it caches.
    @SuppressWarnings("ImmutableEnumChecker")
    private final List<SerializedString> steps;

    EventSchema(String fieldName, Type type, boolean required, String meaning, String example) {
        this.fieldName = fieldName;
        this.type = type;
        this.required = required;
        this.meaning = meaning;
        this.example = example;
        this.steps =
                Stream.of(fieldName.split("\\.")).map(SerializedString::new).toList();
    }

    /** The field of that dotted name; null if there is none. */
    public static EventSchema of(String fieldName) {
        return BY_NAME.get(fieldName);
    }

    /** With dots between the names of nested objects. */
    public String fieldName() {
        return fieldName;
    }

    Type type() {
        return type;
    }

    /** Whether every line has it, of whatever kind. */
    public boolean required() {
        return required;
    }

    /** As a clause for a person. */
    public String meaning() {
        return meaning;
    }

    /** One value; empty where the field is an object or a list of them. */
    public String example() {
        return example;
    }

    /** The names from the outermost object to the field. */
    List<SerializedString> steps() {
        return steps;
    }
}
