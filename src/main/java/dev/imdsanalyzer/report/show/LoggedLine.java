package dev.imdsanalyzer.report.show;

import dev.imdsanalyzer.output.text.TextCall;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** One line of a log by the dotted names of its fields, whether nested or, as exports have them, flat. */
final class LoggedLine {
    private static final int MAX_ANCESTORS = 4;
    private static final int SHORT_ID = 12;
    private static final String UNAUTHORIZED = "401";
    private static final List<String> CALLER_FIELDS = List.of(
            "caller.label",
            "process.name",
            "process.executable",
            "process.script",
            "systemd.unit",
            "container.id",
            "container.name",
            "k8s.pod.name",
            "user_agent.original");

    private final JsonNode line;

    LoggedLine(JsonNode line) {
        this.line = line;
    }

    /** A scalar's text; null where there is none. */
    String text(String field) {
        JsonNode node = find(field);
        return node == null || !node.isValueNode() || node.isNull() ? null : node.asString();
    }

    private JsonNode find(String field) {
        JsonNode node = line.get(field);
        if (node != null) {
            return node;
        }
        node = line;
        for (String name : field.split("\\.", -1)) {
            node = node == null ? null : node.get(name);
        }
        return node;
    }

    private long number(String field, long absent) {
        JsonNode node = find(field);
        return node == null || !node.isIntegralNumber() || !node.canConvertToLong() ? absent : node.asLong();
    }

    private List<String> findings() {
        JsonNode node = find("imds.findings");
        List<String> codes = new ArrayList<>();
        if (node != null && node.isArray()) {
            node.forEach(code -> codes.add(code.isString() ? code.asString() : "?"));
        }
        return codes;
    }

    /** Whether it is of this host: by its instance id or its name. */
    boolean isOf(String host) {
        return Stream.of("cloud.instance.id", "host.name").anyMatch(field -> host.equalsIgnoreCase(text(field)));
    }

    /** The host as people call it; null where the line does not say. */
    String host() {
        String name = text("host.name");
        String id = text("cloud.instance.id");
        return name == null ? id : id == null ? name : name + " (" + id + ")";
    }

    /** The same in a word: the name, or else the id; null for neither. */
    String shortHost() {
        String name = text("host.name");
        return name == null ? text("cloud.instance.id") : name;
    }

    /** Whether everything that the filter wants of a call holds; its time and host aside. */
    boolean matches(ShowOptions.Filter filter) {
        return (filter.findings().isEmpty() || findings().stream().anyMatch(filter.findings()::contains))
                && (filter.versions().isEmpty() || filter.versions().contains(version()))
                && (filter.callers().isEmpty() || filter.callers().stream().anyMatch(this::isCaller));
    }

    private boolean isCaller(String part) {
        String lower = part.toLowerCase(Locale.ROOT);
        return lower.equals(text("caller.fingerprint"))
                || CALLER_FIELDS.stream()
                        .map(this::text)
                        .anyMatch(text ->
                                text != null && text.toLowerCase(Locale.ROOT).contains(lower));
    }

    private String version() {
        String version = text("imds.version");
        return version == null ? "unknown" : version;
    }

    /** The call that the line tells of. */
    TextCall call(long timestampNanos) {
        String status = text("http.response.status_code");
        return new TextCall(
                timestampNanos,
                version(),
                what(status),
                number("event.duration", -1),
                text("caller.label"),
                chain(),
                place(),
                Math.max(1, number("imds.repeat_count", 1)),
                UNAUTHORIZED.equals(status),
                findings(),
                text("imds.advice"));
    }

    private String what(String status) {
        String version = switch (version()) {
            case "v1" -> "IMDSv1 ";
            case "v2" -> "IMDSv2 ";
            default -> "IMDS? ";
        };
        String method = text("http.request.method");
        String path = text("url.path");
        return version
                + (method == null ? "something" : method + (path == null ? "" : " " + path))
                + (status != null ? " " + status : method == null ? "" : " unanswered");
    }

    private String chain() {
        String pid = text("process.pid");
        if (pid == null) {
            return null;
        }
        StringBuilder chain = new StringBuilder(64).append(link(text("process.name"), pid));
        JsonNode ancestors = find("process.ancestors");
        if (ancestors == null || !ancestors.isArray()) {
            return chain.toString();
        }
        int told = 0;
        for (JsonNode ancestor : ancestors) {
            LoggedLine one = new LoggedLine(ancestor);
            String parent = one.text("pid");
            if ("1".equals(parent) && told > 0) {
                break;
            }
            if (told++ == MAX_ANCESTORS) {
                return chain.append(" < …").toString();
            }
            chain.append(" < ").append(link(one.text("name"), parent));
        }
        return chain.toString();
    }

    private static String link(String name, String pid) {
        return (name == null ? "?" : name) + "[" + (pid == null ? "?" : pid) + "]";
    }

    private String place() {
        String container = text("container.id");
        if (container != null) {
            return "container " + container.substring(0, Math.min(SHORT_ID, container.length()));
        }
        return text("systemd.unit");
    }
}
