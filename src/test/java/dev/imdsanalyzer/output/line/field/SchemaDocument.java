package dev.imdsanalyzer.output.line.field;

import dev.imdsanalyzer.imds.Category;
import dev.imdsanalyzer.imds.Finding;
import dev.imdsanalyzer.imds.ImdsVersion;
import dev.imdsanalyzer.imds.Operation;
import dev.imdsanalyzer.imds.Outcome;
import dev.imdsanalyzer.process.AttributionMethod;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Makes the JSON Schema of the lines from {@link EventSchema}. */
final class SchemaDocument {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final String TIME = "^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}\\.\\d{6}Z$";
    /** Targets of the embedded metrics, which CloudWatch wants in the root. */
    private static final String METRIC_NAME = "^[A-Z][A-Za-z0-9]*$";

    private SchemaDocument() {}

    static String text() {
        ObjectNode root = object();
        root.put("$schema", "https://json-schema.org/draft/2020-12/schema");
        root.put("title", "One line of the imds-packet-analyzer log");
        for (EventSchema field : EventSchema.values()) {
            add(root, field);
        }
        ObjectNode aws = root.withObject("/properties").putObject("_aws");
        aws.put("description", "CloudWatch embedded metric format");
        aws.put("type", "object");
        ObjectNode metric = root.putObject("patternProperties").putObject(METRIC_NAME);
        metric.putArray("type").add("number").add("string");
        requiredByAction(root);
        return JsonMapper.builder().build().writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n";
    }

    private static void add(ObjectNode root, EventSchema field) {
        ObjectNode parent = root;
        String[] steps = field.fieldName().split("\\.", -1);
        for (int i = 0; i < steps.length - 1; i++) {
            if (field.required()) {
                require(parent, steps[i]);
            }
            ObjectNode properties = parent.withObject("/properties");
            if (!properties.has(steps[i])) {
                properties.set(steps[i], object());
            }
            parent = (ObjectNode) properties.get(steps[i]);
        }
        String leaf = steps[steps.length - 1];
        if (field.required()) {
            require(parent, leaf);
        }
        ObjectNode value = value(field.type());
        value.put("description", field.meaning());
        if (!field.example().isEmpty()) {
            value.putArray("examples").add(field.example());
        }
        parent.withObject("/properties").set(leaf, value);
    }

    private static ObjectNode object() {
        ObjectNode object = NODES.objectNode();
        object.put("type", "object");
        object.put("additionalProperties", false);
        object.putObject("properties");
        return object;
    }

    private static void require(ObjectNode object, String name) {
        ArrayNode required = object.withArray("/required");
        if (required.valueStream().noneMatch(known -> known.asString().equals(name))) {
            required.add(name);
        }
    }

    private static ObjectNode value(EventSchema.Type type) {
        return switch (type) {
            case TIME -> typed("string").put("pattern", TIME);
            case TEXT -> typed("string").put("minLength", 1);
            case TEXTS -> listOf(typed("string"));
            case INTEGER -> typed("integer").put("minimum", 0);
            case NUMBER -> typed("number").put("minimum", 0);
            case BOOLEAN -> typed("boolean");
            case LEVEL -> oneOf(Level.values(), Level::name);
            case ACTION -> oneOf(EventAction.values(), EventAction::label);
            case OUTCOME -> oneOf(Outcome.values(), Outcome::label);
            case VERSION -> oneOf(ImdsVersion.values(), ImdsVersion::label);
            case OPERATION -> oneOf(Operation.values(), Operation::label);
            case CATEGORY -> oneOf(Category.values(), Category::label);
            case ATTRIBUTION -> oneOf(AttributionMethod.values(), AttributionMethod::label);
            case NETWORK_TYPE -> oneOf(new String[] {"ipv4", "ipv6"}, Function.identity());
            case FINDINGS ->
                listOf(oneOf(Finding.values(), Finding::code))
                        .put("minItems", 1)
                        .put("uniqueItems", true);
            case ANCESTORS -> listOf(ancestor()).put("maxItems", 16);
            case COUNTS -> counts();
            case PEAK -> peak();
        };
    }

    private static ObjectNode typed(String type) {
        return NODES.objectNode().put("type", type);
    }

    private static <T> ObjectNode oneOf(T[] values, Function<T, String> label) {
        ObjectNode node = NODES.objectNode();
        ArrayNode labels = node.putArray("enum");
        Arrays.stream(values).map(label).forEach(labels::add);
        return node;
    }

    private static ObjectNode listOf(ObjectNode item) {
        ObjectNode list = typed("array");
        list.set("items", item);
        return list;
    }

    private static ObjectNode ancestor() {
        ObjectNode ancestor = object();
        ObjectNode properties = ancestor.withObject("/properties");
        properties.set("pid", typed("integer"));
        Stream.of("name", "executable", "script", "command_line")
                .forEach(name -> properties.set(name, typed("string")));
        require(ancestor, "pid");
        return ancestor;
    }

    /** Numbers by name, one level deeper at most. */
    private static ObjectNode counts() {
        ObjectNode inner = typed("object");
        inner.set("additionalProperties", typed("number"));
        ObjectNode either = NODES.objectNode();
        either.putArray("anyOf").add(typed("number")).add(inner);
        ObjectNode counts = typed("object");
        counts.set("additionalProperties", either);
        return counts;
    }

    private static ObjectNode peak() {
        ObjectNode caller = object();
        ObjectNode members = caller.withObject("/properties");
        members.set("label", typed("string"));
        members.set("fingerprint", typed("string"));
        members.set("calls", typed("integer"));
        ObjectNode peak = object();
        ObjectNode properties = peak.withObject("/properties");
        properties.set("packets_per_second", typed("integer"));
        properties.set("at", typed("string").put("pattern", TIME));
        properties.set("callers", listOf(caller).put("maxItems", 5));
        return peak;
    }

    /** What a line of each kind has besides. */
    private static void requiredByAction(ObjectNode root) {
        ArrayNode rules = root.putArray("allOf");
        rule(
                rules,
                EventAction.IMDS_REQUEST,
                List.of(
                        EventSchema.EVENT_OUTCOME,
                        EventSchema.IMDS_VERSION,
                        EventSchema.IMDS_OPERATION,
                        EventSchema.IMDS_CATEGORY,
                        EventSchema.IMDS_TOKEN_PRESENT,
                        EventSchema.IMDS_REPEAT_COUNT,
                        EventSchema.SOURCE_IP,
                        EventSchema.SOURCE_PORT,
                        EventSchema.DESTINATION_IP,
                        EventSchema.DESTINATION_PORT,
                        EventSchema.NETWORK_TYPE,
                        EventSchema.ATTRIBUTION_METHOD));
        rule(
                rules,
                EventAction.IMDS_SUMMARY,
                List.of(
                        EventSchema.EVENT_START,
                        EventSchema.EVENT_END,
                        EventSchema.COVERAGE_SECONDS,
                        EventSchema.COVERAGE_GAP_SECONDS,
                        EventSchema.AGENT_EPHEMERAL_ID,
                        EventSchema.IMDS_REQUESTS,
                        EventSchema.IMDS_COUNTERS));
        rule(rules, EventAction.ANALYZER_STARTED, List.of(EventSchema.AGENT_EPHEMERAL_ID, EventSchema.AGENT_VERSION));
        rule(rules, EventAction.ANALYZER_STOPPED, List.of(EventSchema.AGENT_EPHEMERAL_ID, EventSchema.EVENT_REASON));
        rule(
                rules,
                EventAction.CAPTURE_GAP,
                List.of(
                        EventSchema.EVENT_START,
                        EventSchema.EVENT_END,
                        EventSchema.EVENT_REASON,
                        EventSchema.COVERAGE_GAP_SECONDS));
    }

    private static void rule(ArrayNode rules, EventAction action, List<EventSchema> fields) {
        ObjectNode rule = rules.addObject();
        rule.withObject("/if/properties/event/properties/action").put("const", action.label());
        ObjectNode then = rule.putObject("then");
        for (EventSchema field : fields) {
            ObjectNode parent = then;
            for (String step : field.fieldName().split("\\.", -1)) {
                require(parent, step);
                parent = parent.withObject("/properties/" + step);
            }
        }
    }
}
