package dev.imdsanalyzer.output.line.field;

import dev.imdsanalyzer.output.text.SafeText;
import dev.imdsanalyzer.output.text.UtcTime;
import dev.imdsanalyzer.packet.IpAddress;
import dev.imdsanalyzer.secrets.SecretRedactor;
import java.util.List;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.io.SerializedString;

/**
 * Writes fields by their dotted names, opening and closing the nested objects as they come. Unknown values (null, and
 * negative numbers where a field has none) are left out. One thread; used anew for each line.
 */
public final class LineJson {
    /** Then no text is longer than {@link #SHORTEST_BOUND}. */
    public static final int MAXIMUM_HALVINGS = 6;

    private static final int SHORTEST_BOUND = 64;

    private final UtcTime time = new UtcTime();
    private final Memo<String, String> redacted = new Memo<>(SecretRedactor::redact);
    private final Memo<String, String> paths = new Memo<>(SecretRedactor::redactPath);
    private final Memo<String, String> queries = new Memo<>(SecretRedactor::redactQuery);
    private final Memo<IpAddress, String> addresses = new Memo<>(IpAddress::toString);

    private JsonGenerator json;
    private List<SerializedString> open = List.of();
    private int halvings;

    /** @param times how often the bounds of texts are halved from now on, down to {@link #SHORTEST_BOUND}; 0 for not at all */
    public void halve(int times) {
        halvings = times;
    }

    public int halvings() {
        return halvings;
    }

    /** What a bound on a text's size is in this line. */
    public int bound(int maxBytes) {
        return Math.max(Math.min(maxBytes, SHORTEST_BOUND), maxBytes >> halvings);
    }

    public void begin(JsonGenerator generator) {
        json = generator;
        open = List.of();
    }

    public void end() {
        closeDownTo(0);
    }

    /**
     * A text that somebody else chose, without the secrets in it.
     *
     * @param maxBytes bound on the value's size in JSON
     */
    public void text(EventSchema field, String value, int maxBytes) {
        clean(field, redacted(value), maxBytes);
    }

    /** The same for a path of a file or a URL. */
    public void path(EventSchema field, String value, int maxBytes) {
        clean(field, redactedPath(value), maxBytes);
    }

    /** The same for a URL's query. */
    public void query(EventSchema field, String value, int maxBytes) {
        clean(field, value == null ? null : queries.get(value), maxBytes);
    }

    /** A text of our own, or one whose secrets were taken out before. */
    public void clean(EventSchema field, String value, int maxBytes) {
        if (value != null && !value.isEmpty()) {
            name(field);
            json.writeString(SafeText.of(value, bound(maxBytes)));
        }
    }

    /** The text without the secrets in it; null for null. */
    public String redacted(String text) {
        return text == null ? null : redacted.get(text);
    }

    public String redactedPath(String path) {
        return path == null ? null : paths.get(path);
    }

    public void address(EventSchema field, IpAddress address) {
        word(field, addresses.get(address));
    }

    /** A text of our own making, short and without control characters. */
    public void word(EventSchema field, String value) {
        if (value != null) {
            name(field);
            json.writeString(value);
        }
    }

    public void words(EventSchema field, List<String> values) {
        if (!values.isEmpty()) {
            name(field);
            json.writeStartArray();
            values.forEach(json::writeString);
            json.writeEndArray();
        }
    }

    /** Left out if negative, which stands for unknown. */
    public void number(EventSchema field, long value) {
        if (value >= 0) {
            name(field);
            json.writeNumber(value);
        }
    }

    public void seconds(EventSchema field, double value) {
        name(field);
        json.writeNumber(Math.round(value * 1000) / 1000.0);
    }

    public void flag(EventSchema field, boolean value) {
        name(field);
        json.writeBoolean(value);
    }

    public void time(EventSchema field, long epochNanos) {
        name(field);
        timeValue(epochNanos);
    }

    public void timeValue(long epochNanos) {
        json.writeString(time.write(epochNanos), 0, UtcTime.LENGTH);
    }

    /** Opens the field for a value that the caller writes to {@link #generator}. */
    public void name(EventSchema field) {
        List<SerializedString> steps = field.steps();
        int parents = steps.size() - 1;
        int common = 0;
        while (common < parents && common < open.size() - 1 && steps.get(common).equals(open.get(common))) {
            common++;
        }
        closeDownTo(common);
        for (int i = common; i < parents; i++) {
            json.writeName(steps.get(i));
            json.writeStartObject();
        }
        json.writeName(steps.get(parents));
        open = steps;
    }

    public JsonGenerator generator() {
        return json;
    }

    private void closeDownTo(int depth) {
        for (int i = open.size() - 1; i > depth; i--) {
            json.writeEndObject();
        }
    }

    /** Leaves all nested objects, for members of the root that are no fields of the schema. */
    public JsonGenerator root() {
        closeDownTo(0);
        open = List.of();
        return json;
    }
}
