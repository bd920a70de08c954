package dev.imdsanalyzer.report;

import dev.imdsanalyzer.report.input.DigestStream;
import dev.imdsanalyzer.report.input.StoredInput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

/**
 * An earlier run's JSON, as far as it is needed to tell what changed. Bounded: what there is no room for is not compared, and
 * {@link #isComplete} says so. Times: microseconds since the epoch.
 */
public final class EarlierReport {
    private static final int MAXIMUM_CALLERS = 20_001;
    private static final int MAXIMUM_PLACES = 2_000_000;
    private static final long LONGEST_BYTES = 512L << 20;
    private static final int LONGEST_TEXT = 1 << 20;
    private static final int LONGEST_LABEL = 512;
    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxDocumentLength(LONGEST_BYTES)
                    .maxStringLength(LONGEST_TEXT)
                    .maxNestingDepth(64)
                    .build())
            .build();

    private final String file;
    private final Map<String, Caller> callers = new HashMap<>();
    private final Map<String, Long> verdicts = new HashMap<>();
    private long asOf = Tally.NEVER;
    private long from = Tally.NEVER;
    private long provenSeconds;
    private long instances;
    private int places;
    private boolean complete = true;
    private boolean schemaKnown;
    private StoredInput stored;

    private EarlierReport(String file) {
        this.file = file;
    }

    /**
     * A caller as it was.
     *
     * @param v1 its IMDSv1 calls that stood in the way
     * @param places where it called IMDSv1, with the time of the last call there
     * @param complete whether all those places are named
     */
    record Caller(String fingerprint, String label, boolean blocking, long v1, List<Place> places, boolean complete) {
        /** An instance by its id, or else its name. */
        record Place(String title, long last) {}
    }

    /** @throws BadInputException if it is no report of this program */
    public static EarlierReport read(String name) throws IOException {
        EarlierReport report = new EarlierReport(name);
        DigestStream in = new DigestStream(Files.newInputStream(Path.of(name)), LONGEST_BYTES);
        try (in;
                JsonParser parser = JSON.createParser(ObjectReadContext.empty(), in)) {
            report.root(parser);
        } catch (JacksonException | DateTimeException e) {
            throw report.bad();
        }
        report.stored = in.stored(StoredInput.Kind.EARLIER_REPORT, name);
        if (!report.schemaKnown || report.asOf == Tally.NEVER || report.from == Tally.NEVER) {
            throw report.bad();
        }
        return report;
    }

    private BadInputException bad() {
        return new BadInputException(
                file + ": no report of an earlier run: give what report --format json wrote (schema 1)");
    }

    private void root(JsonParser json) {
        if (json.nextToken() != JsonToken.START_OBJECT) {
            return;
        }
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = json.currentName();
            JsonToken value = json.nextToken();
            switch (name) {
                case "schema" -> schemaKnown = value == JsonToken.VALUE_NUMBER_INT && json.getLongValue() == 1;
                case "as_of" -> asOf = time(json);
                case "from" -> from = time(json);
                case "instances" -> array(json, this::instance);
                case "callers" -> array(json, this::caller);
                default -> json.skipChildren();
            }
        }
    }

    private static void array(JsonParser json, Consumer<JsonParser> element) {
        if (json.currentToken() != JsonToken.START_ARRAY) {
            json.skipChildren();
            return;
        }
        while (json.nextToken() != JsonToken.END_ARRAY && json.currentToken() != null) {
            if (json.currentToken() == JsonToken.START_OBJECT) {
                element.accept(json);
            } else {
                json.skipChildren();
            }
        }
    }

    private void instance(JsonParser json) {
        String verdict = "";
        instances++;
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = json.currentName();
            json.nextToken();
            switch (name) {
                case "verdict" -> verdict = text(json);
                case "proven" -> array(json, this::proven);
                default -> json.skipChildren();
            }
        }
        for (Verdict known : Verdict.values()) {
            if (known.code().equals(verdict)) {
                verdicts.merge(verdict, 1L, Long::sum);
            }
        }
    }

    private void proven(JsonParser json) {
        long start = Tally.NEVER;
        long end = Tally.NEVER;
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = json.currentName();
            json.nextToken();
            switch (name) {
                case "start" -> start = time(json);
                case "end" -> end = time(json);
                default -> json.skipChildren();
            }
        }
        if (start != Tally.NEVER && end > start) {
            provenSeconds += (end - start) / 1_000_000;
        }
    }

    private void caller(JsonParser json) {
        String fingerprint = null;
        String label = "";
        boolean blocking = false;
        long[] v1 = new long[1];
        List<Caller.Place> named = new ArrayList<>();
        boolean[] all = {true};
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = json.currentName();
            JsonToken value = json.nextToken();
            switch (name) {
                case "fingerprint" -> fingerprint = text(json);
                case "label" -> label = TopTexts.shortened(text(json), LONGEST_LABEL);
                case "blocking" -> blocking = value == JsonToken.VALUE_TRUE;
                case "calls" -> v1[0] = inTheWay(json);
                case "instances" -> array(json, on -> all[0] &= place(on, named));
                default -> json.skipChildren();
            }
        }
        if (fingerprint == null) {
            return;
        }
        if (callers.size() >= MAXIMUM_CALLERS || fingerprint.equals("others")) {
            complete = false;
            return;
        }
        callers.put(fingerprint, new Caller(fingerprint, label, blocking, v1[0], List.copyOf(named), all[0]));
    }

    /** Adds where it called IMDSv1; false if there is no room. */
    private boolean place(JsonParser json, List<Caller.Place> named) {
        String id = null;
        String host = null;
        long last = Tally.NEVER;
        long lastV1 = Tally.NEVER;
        long v1 = 0;
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = json.currentName();
            json.nextToken();
            switch (name) {
                case "id" -> id = text(json);
                case "name" -> host = text(json);
                case "last" -> last = time(json);
                case "last_v1" -> lastV1 = time(json);
                case "calls" -> v1 = inTheWay(json);
                default -> json.skipChildren();
            }
        }
        if (v1 == 0) {
            return true;
        }
        String title = id != null ? id : host;
        if (title == null || places >= MAXIMUM_PLACES) {
            return false;
        }
        places++;
        // An older report has the last call of any version alone: later, so less is proven.
        named.add(new Caller.Place(TopTexts.shortened(title, LONGEST_LABEL), lastV1 == Tally.NEVER ? last : lastV1));
        return true;
    }

    private static long inTheWay(JsonParser json) {
        long v1 = 0;
        if (json.currentToken() != JsonToken.START_OBJECT) {
            json.skipChildren();
            return 0;
        }
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = json.currentName();
            JsonToken value = json.nextToken();
            long count = value == JsonToken.VALUE_NUMBER_INT ? json.getLongValue() : 0;
            json.skipChildren();
            switch (name) {
                case "v1_served", "v1_rejected" -> v1 += count;
                case "v1_harmless", "v1_recovered" -> v1 -= count;
                default -> {}
            }
        }
        return Math.max(0, v1);
    }

    private static String text(JsonParser json) {
        String text = json.currentToken() == JsonToken.VALUE_STRING ? json.getString() : "";
        json.skipChildren();
        return text;
    }

    private static long time(JsonParser json) {
        return json.currentToken() == JsonToken.VALUE_STRING
                ? Times.micros(Instant.parse(json.getString()))
                : Tally.NEVER;
    }

    String file() {
        return file;
    }

    /** The time for which its verdict held. */
    long asOf() {
        return asOf;
    }

    /** Its first line. */
    long from() {
        return from;
    }

    /** Time proven to have been watched, of all instances together. */
    long provenSeconds() {
        return provenSeconds;
    }

    long instances() {
        return instances;
    }

    long count(Verdict verdict) {
        return verdicts.getOrDefault(verdict.code(), 0L);
    }

    /** By fingerprint. */
    Map<String, Caller> callers() {
        return callers;
    }

    /** Whether it names all callers that it knew. */
    boolean isComplete() {
        return complete;
    }

    /** The file as it is stored. */
    public StoredInput stored() {
        return stored;
    }
}
