package dev.imdsanalyzer.output.line;

import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Checks lines of the log against all that is promised of them. Any thread. */
public final class LineValidator {
    private static final int MAX_BYTES = 64 * 1024;
    /** CloudWatch Logs Insights takes no more fields of a line. */
    private static final int MAX_LEAVES = 200;

    private static final JsonMapper STRICT = JsonMapper.builder(tools.jackson.core.json.JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .build();

    private static final Schema SCHEMA = schema();

    private LineValidator() {}

    private static Schema schema() {
        InputStream resource = LineValidator.class.getResourceAsStream("/dev/imdsanalyzer/output/event.schema.json");
        return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(resource);
    }

    /**
     * @param line with or without its line end
     * @return the line, parsed
     * @throws AssertionError saying what is wrong with it
     */
    public static JsonNode check(String line) {
        String text = line.endsWith("\n") ? line.substring(0, line.length() - 1) : line;
        require(text.getBytes(StandardCharsets.UTF_8).length < MAX_BYTES, "the line has 64 KiB or more", text);
        require(text.startsWith("{\"timestamp\":\""), "timestamp is not first", text);
        require(text.chars().noneMatch(c -> c < ' ' || (c >= 0x7F && c <= 0x9F)), "control characters", text);
        JsonNode node = STRICT.readTree(text);
        List<Error> errors = SCHEMA.validate(node);
        require(errors.isEmpty(), errors.toString(), text);
        require(leaves(node) < MAX_LEAVES, "200 leaves or more: " + leaves(node), text);
        return node;
    }

    /** How many fields Logs Insights would make of the line. */
    static int leaves(JsonNode node) {
        if (node.isContainer()) {
            int sum = 0;
            for (JsonNode child : node) {
                sum += leaves(child);
            }
            return sum;
        }
        return 1;
    }

    private static void require(boolean condition, String what, String line) {
        if (!condition) {
            throw new AssertionError(what + "\nin " + line);
        }
    }
}
