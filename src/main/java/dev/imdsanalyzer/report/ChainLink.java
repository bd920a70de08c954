package dev.imdsanalyzer.report;

import dev.imdsanalyzer.report.input.EventLine;
import dev.imdsanalyzer.report.input.Field;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/**
 * One process of a caller's chain.
 *
 * @param pid -1 if not known
 * @param name null if not known, as the others
 */
public record ChainLink(long pid, String name, String executable, String commandLine) {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    /** The calling process and then its ancestors up to pid 1; empty if nobody is known. */
    static List<ChainLink> of(EventLine line) {
        List<ChainLink> chain = new ArrayList<>();
        if (!line.has(Field.PID) && !line.has(Field.PROCESS_NAME)) {
            return chain;
        }
        chain.add(new ChainLink(
                line.number(Field.PID, -1),
                line.text(Field.PROCESS_NAME),
                line.text(Field.EXECUTABLE),
                line.text(Field.COMMAND_LINE)));
        byte[] ancestors = line.json(Field.ANCESTORS);
        if (ancestors == null) {
            return chain;
        }
        try {
            for (JsonNode node : MAPPER.readTree(ancestors)) {
                chain.add(new ChainLink(
                        node.path("pid").asLong(-1),
                        text(node, "name"),
                        text(node, "executable"),
                        text(node, "command_line")));
            }
        } catch (JacksonException e) {
            // The scanner does not check everything; the chain then ends here.
        }
        return chain;
    }

    private static String text(JsonNode node, String member) {
        JsonNode value = node.get(member);
        return value == null || !value.isString() ? null : value.stringValue();
    }
}
