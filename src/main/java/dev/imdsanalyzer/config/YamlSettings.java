package dev.imdsanalyzer.config;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.dataformat.yaml.YAMLFactory;
import tools.jackson.dataformat.yaml.YAMLParser;

/** Walks a YAML document token by token, so that each problem can be told with its line and column. */
final class YamlSettings {
    /** Takes a value: a String to be parsed, or a List of Strings. */
    interface Taker {
        void take(Setting setting, Object value, String where);
    }

    private final String source;
    private final Taker taker;
    private final List<String> problems;
    private final Deque<String> path = new ArrayDeque<>();
    private final Set<String> seen = new HashSet<>();

    YamlSettings(String source, Taker taker, List<String> problems) {
        this.source = source;
        this.taker = taker;
        this.problems = problems;
    }

    void read(String document) {
        try (YAMLParser parser = (YAMLParser) new YAMLFactory().createParser(ObjectReadContext.empty(), document)) {
            JsonToken first = parser.nextToken();
            if (first == null || first == JsonToken.VALUE_NULL) {
                return;
            }
            if (first != JsonToken.START_OBJECT) {
                problems.add(where(parser) + ": must be a mapping of keys");
                return;
            }
            readMapping(parser);
            if (parser.nextToken() != null) {
                problems.add(where(parser) + ": a second document, which is not read: take the line --- out");
            }
        } catch (JacksonException e) {
            TokenStreamLocation at = e.getLocation();
            String reason = e.getOriginalMessage().lines().findFirst().orElse("damaged");
            problems.add(source + (at == null ? "" : ":" + at.getLineNr() + ":" + at.getColumnNr()) + ": no YAML: "
                    + reason);
        }
    }

    private void readMapping(YAMLParser parser) {
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            path.addLast(parser.currentName());
            String key = String.join(".", path);
            String where = where(parser);
            if (!seen.add(key)) {
                problems.add(where + ": " + key + " stands there twice");
            }
            JsonToken value = parser.nextToken();
            Optional<Setting> setting = Setting.of(key);
            if (refused(parser)) {
                parser.skipChildren();
            } else if (setting.isPresent()) {
                readValue(parser, value, setting.get(), where);
            } else if (value == JsonToken.START_OBJECT && isSection(key)) {
                readMapping(parser);
            } else if (isSection(key)) {
                if (value != JsonToken.VALUE_NULL) {
                    problems.add(where + ": " + key + " is a section, its keys stand below it");
                    parser.skipChildren();
                }
            } else {
                problems.add(where + ": unknown key " + key + NearestKey.hint(key));
                parser.skipChildren();
            }
            path.removeLast();
        }
    }

    private void readValue(YAMLParser parser, JsonToken value, Setting setting, String where) {
        if (value == JsonToken.START_ARRAY && setting.type() == ValueType.LIST) {
            List<Object> items = new ArrayList<>();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                if (refused(parser)) {
                    parser.skipChildren();
                    continue;
                }
                if (parser.currentToken() == JsonToken.START_OBJECT) {
                    readAllowed(parser, setting, items);
                    continue;
                }
                if (!parser.currentToken().isScalarValue() || parser.currentToken() == JsonToken.VALUE_NULL) {
                    problems.add(where(parser) + ": " + setting.key() + " must be a list of texts and mappings");
                    parser.skipChildren();
                    continue;
                }
                items.add(parser.getString());
            }
            taker.take(setting, List.copyOf(items), where);
        } else if (value.isScalarValue() && value != JsonToken.VALUE_NULL) {
            taker.take(setting, parser.getString(), where);
        } else {
            problems.add(where + ": " + setting.key() + " needs a value");
            parser.skipChildren();
        }
    }

    /** Names of several kinds for one caller. */
    private void readAllowed(YAMLParser parser, Setting setting, List<Object> items) {
        String start = where(parser);
        int before = problems.size();
        Map<String, String> parts = new LinkedHashMap<>();
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String key = parser.currentName();
            String where = where(parser);
            JsonToken value = parser.nextToken();
            if (refused(parser)) {
                parser.skipChildren();
            } else if (!AllowedCaller.KEYS.contains(key)) {
                problems.add(where + ": an entry of " + setting.key() + " may name "
                        + String.join(", ", AllowedCaller.KEYS) + ", not " + key);
                parser.skipChildren();
            } else if (!value.isScalarValue()
                    || value == JsonToken.VALUE_NULL
                    || parser.getString().isBlank()) {
                problems.add(where + ": " + key + " needs a text");
                parser.skipChildren();
            } else if (parts.put(key, parser.getString()) != null) {
                problems.add(where + ": " + key + " stands there twice");
            }
        }
        if (parts.isEmpty() && problems.size() == before) {
            problems.add(start + ": an entry of " + setting.key() + " that names nothing would allow everybody");
        }
        items.add(new AllowedCaller(null, parts));
    }

    /** An alias would be taken for a text, its anchor's name. An anchor alone changes nothing. */
    private boolean refused(YAMLParser parser) {
        if (!parser.isCurrentAlias()) {
            return false;
        }
        problems.add(where(parser) + ": aliases (*) are not read: write the value itself");
        return true;
    }

    private static boolean isSection(String key) {
        for (Setting setting : Setting.values()) {
            if (setting.key().startsWith(key + ".")) {
                return true;
            }
        }
        return false;
    }

    private String where(JsonParser parser) {
        TokenStreamLocation at = parser.currentTokenLocation();
        return source + ":" + at.getLineNr() + ":" + at.getColumnNr();
    }
}
