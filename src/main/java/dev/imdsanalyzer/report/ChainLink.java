package dev.imdsanalyzer.report;

import dev.imdsanalyzer.report.input.EventLine;
import dev.imdsanalyzer.report.input.Field;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * One process of a caller's chain.
 *
 * @param pid -1 if not known
 * @param name null if not known, as the others
 */
public record ChainLink(long pid, String name, String executable, String commandLine) {
    // The analyzer writes 16 ancestors at most.
    private static final int MAXIMUM = 17;
    private static final int LONGEST_NAME = 128;
    private static final int LONGEST_TEXT = 512;
    private static final JsonFactory JSON = new JsonFactory();

    /** The calling process and then its ancestors up to pid 1; empty if nobody is known. */
    static List<ChainLink> of(EventLine line) {
        List<ChainLink> chain = new ArrayList<>();
        if (!line.has(Field.PID) && !line.has(Field.PROCESS_NAME)) {
            return chain;
        }
        chain.add(new ChainLink(
                line.number(Field.PID, -1),
                TopTexts.shortened(line.text(Field.PROCESS_NAME), LONGEST_NAME),
                TopTexts.shortened(line.text(Field.EXECUTABLE), LONGEST_TEXT),
                TopTexts.shortened(line.text(Field.COMMAND_LINE), LONGEST_TEXT)));
        byte[] ancestors = line.json(Field.ANCESTORS);
        if (ancestors == null) {
            return chain;
        }
        // Streamed: a tree would load a library of several hundred classes for it, a third of a short report's time.
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), ancestors)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.START_OBJECT && chain.size() < MAXIMUM) {
                chain.add(read(parser));
            }
        } catch (JacksonException e) {
            // The scanner does not check everything; the chain then ends here.
        }
        return chain;
    }

    private static ChainLink read(JsonParser parser) {
        long pid = -1;
        String name = null;
        String executable = null;
        String commandLine = null;
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String member = parser.currentName();
            JsonToken value = parser.nextToken();
            if (value == JsonToken.VALUE_NUMBER_INT && member.equals("pid")) {
                pid = parser.getLongValue();
            } else if (value == JsonToken.VALUE_STRING) {
                switch (member) {
                    case "name" -> name = parser.getString();
                    case "executable" -> executable = parser.getString();
                    case "command_line" -> commandLine = parser.getString();
                    default -> {}
                }
            } else {
                parser.skipChildren();
            }
        }
        return new ChainLink(
                pid,
                TopTexts.shortened(name, LONGEST_NAME),
                TopTexts.shortened(executable, LONGEST_TEXT),
                TopTexts.shortened(commandLine, LONGEST_TEXT));
    }
}
