package dev.imdsanalyzer.process.containers;

import java.io.InputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;

/**
 * A few texts of a JSON document that is anybody's: gone through as a stream, with bounds on depth and lengths; only the
 * members that are known become text. What is skipped, as environments with their secrets, never does.
 */
final class JsonTexts {
    /** Deeper documents are nobody's. */
    private static final int DEEPEST = 64;

    /** Longer names of members and longer texts are not of those that are looked for. */
    private static final int LONGEST_NAME = 4096;

    private static final int LONGEST_TEXT = 1024;

    /** Of a text that is JSON itself, as containers/storage keeps one. */
    private static final int LONGEST_INNER = 64 * 1024;

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .disable(TokenStreamFactory.Feature.INTERN_PROPERTY_NAMES)
            .disable(TokenStreamFactory.Feature.CANONICALIZE_PROPERTY_NAMES)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(DEEPEST)
                    .maxNameLength(LONGEST_NAME)
                    .maxStringLength(LONGEST_INNER)
                    .maxNumberLength(64)
                    .build())
            .build();

    private JsonTexts() {}

    /**
     * Reads members of an object.
     *
     * @param wanted for the path of each section, its names joined by slashes and the document itself empty, the names of
     *     its members
     * @return each that is a text, by its section's path, a slash, and its name; those before the damage of a damaged
     *     document
     */
    static Map<String, String> ofObject(InputStream document, Map<String, Set<String>> wanted) {
        Map<String, String> found = new HashMap<>();
        try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), document)) {
            if (parser.nextToken() == JsonToken.START_OBJECT) {
                readObject(parser, "", wanted, found);
            }
        } catch (JacksonException e) {
            // Whatever is wrong, what stood before it was read.
            return found;
        }
        return found;
    }

    /** The same of a document that is a text. */
    static Map<String, String> ofText(String document, Map<String, Set<String>> wanted) {
        return ofObject(
                new java.io.ByteArrayInputStream(document.getBytes(java.nio.charset.StandardCharsets.UTF_8)), wanted);
    }

    /**
     * Goes through an array of objects, and reads the members of each.
     *
     * @param names of the members; of one that is an array of texts the first is taken
     * @param taken takes each object's; false to stop
     */
    static void ofArray(InputStream document, List<String> names, Predicate<Map<String, String>> taken) {
        Map<String, Set<String>> wanted = Map.of("", Set.copyOf(names));
        try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), document)) {
            if (parser.nextToken() != JsonToken.START_ARRAY) {
                return;
            }
            boolean more = true;
            while (more && parser.nextToken() == JsonToken.START_OBJECT) {
                Map<String, String> found = new HashMap<>();
                readObject(parser, "", wanted, found);
                more = taken.test(found);
            }
        } catch (JacksonException e) {
            // As above.
            return;
        }
    }

    private static void readObject(
            JsonParser parser, String path, Map<String, Set<String>> wanted, Map<String, String> found) {
        Set<String> members = wanted.getOrDefault(path, Set.of());
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            boolean isWanted = members.contains(name);
            if (value == JsonToken.START_OBJECT) {
                String inner = path.isEmpty() ? name : path + "/" + name;
                if (wanted.containsKey(inner)) {
                    readObject(parser, inner, wanted, found);
                } else {
                    parser.skipChildren();
                }
            } else if (value == JsonToken.START_ARRAY) {
                firstOf(parser, isWanted ? path + "/" + name : null, found);
            } else if (isWanted && value == JsonToken.VALUE_STRING) {
                put(parser, path + "/" + name, found);
            }
        }
    }

    private static void firstOf(JsonParser parser, String key, Map<String, String> found) {
        int depth = 1;
        boolean first = true;
        while (depth > 0) {
            JsonToken token = parser.nextToken();
            if (token == null) {
                return;
            }
            if (first && key != null && token == JsonToken.VALUE_STRING) {
                put(parser, key, found);
            }
            first = false;
            depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
        }
    }

    private static void put(JsonParser parser, String key, Map<String, String> found) {
        int length = parser.getStringLength();
        if (length > 0 && length <= (key.equals("/metadata") ? LONGEST_INNER : LONGEST_TEXT)) {
            found.put(key, parser.getString());
        }
    }
}
