package dev.imdsanalyzer.report.input;

import dev.imdsanalyzer.unpack.ForeignForm;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

/**
 * Reads CloudTrail's records, streamed, from what people have of them: the files in S3 ({@code Records}), folders of those,
 * {@code lookup-events} ({@code Events}, whose record is a string), EventBridge ({@code detail}), CloudWatch Logs
 * ({@code message}), and lines of Athena, whose names are all lower case. Of each record it takes what {@link TrailRecord} has.
 */
public final class TrailReader {
    private static final int LONGEST_TEXT = 4 * 1024 * 1024;
    private static final int MAXIMUM_DEPTH = 64;
    private static final int MAXIMUM_NAMES = 20;
    // A record in a string in an event.
    private static final int MAXIMUM_WRAPPING = 3;
    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(LONGEST_TEXT)
                    .maxNestingDepth(MAXIMUM_DEPTH)
                    .build())
            .build();

    private final TrailHandler handler;
    private final boolean digests;
    private final List<StoredInput> stored = new ArrayList<>();
    private final List<String> damaged = new ArrayList<>();
    private long files;
    private long unread;
    private long foreignForms;
    private long records;
    private long others;

    public TrailReader(TrailHandler handler) {
        this(handler, false);
    }

    /** @param digests whether to digest the inputs as stored while they are read: {@link #stored} */
    public TrailReader(TrailHandler handler, boolean digests) {
        this.handler = handler;
        this.digests = digests;
    }

    /**
     * Reads all of them to their ends. What is damaged or may not be read is counted, and what came before is used.
     *
     * @throws java.nio.file.NoSuchFileException if an argument names nothing
     */
    public void read(List<String> arguments, InputStream standardInput) throws IOException {
        for (LogSource source : LogSources.find(arguments, standardInput, new InputCounts())) {
            if (isOtherKind(source.file())) {
                others++;
                continue;
            }
            files++;
            if (digests) {
                source.digest();
            }
            read(source);
            if (digests) {
                stored.add(source.stored(StoredInput.Kind.CLOUDTRAIL));
            }
        }
    }

    private void read(LogSource source) {
        long before = unread;
        try (InputStream in = open(source);
                JsonParser parser = JSON.createParser(ObjectReadContext.empty(), in)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                value(parser, token, 0);
            }
        } catch (AccessDeniedException e) {
            addUnread(source.name(), "no permission");
        } catch (ForeignFormException e) {
            foreignForms++;
            addUnread(source.name(), e.getMessage());
        } catch (IOException e) {
            addUnread(source.name(), LogReader.reason(e));
        } catch (JacksonException e) {
            addUnread(
                    source.name(),
                    e.getCause() instanceof IOException cause ? LogReader.reason(cause) : "no JSON from some point on");
        }
        if (unread > before) {
            source.setDamaged();
        }
    }

    private static InputStream open(LogSource source) throws IOException {
        // Only then is a pipe open.
        SourceProbe.refuseForeign(source.head(ForeignForm.HEAD_LENGTH));
        return source.open(count -> {});
    }

    /** Digests and insights lie beside the records and are something else. */
    private static boolean isOtherKind(Path file) {
        if (file != null) {
            for (Path part : file.toAbsolutePath()) {
                String name = part.toString();
                if (name.equals("CloudTrail-Digest") || name.equals("CloudTrail-Insight")) {
                    return true;
                }
            }
        }
        return false;
    }

    private void addUnread(String name, String why) {
        unread++;
        if (damaged.size() < MAXIMUM_NAMES) {
            damaged.add(name + ": " + why);
        }
    }

    private void value(JsonParser parser, JsonToken token, int wrapping) {
        if (token == JsonToken.START_ARRAY) {
            for (JsonToken next = parser.nextToken(); next != JsonToken.END_ARRAY; next = parser.nextToken()) {
                if (next == null) {
                    return;
                }
                value(parser, next, wrapping);
            }
        } else if (token == JsonToken.START_OBJECT) {
            object(parser, wrapping);
        }
    }

    private void object(JsonParser parser, int wrapping) {
        TrailRecord entry = null;
        for (JsonToken token = parser.nextToken(); token == JsonToken.PROPERTY_NAME; token = parser.nextToken()) {
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            switch (name) {
                case "Records", "Events", "events", "logEvents", "detail" -> value(parser, value, wrapping);
                case "CloudTrailEvent", "message", "@message" -> text(parser, value, wrapping);
                case "userIdentity", "useridentity" -> {
                    entry = entry == null ? new TrailRecord() : entry;
                    entry.hasIdentity = true;
                    if (value == JsonToken.START_OBJECT) {
                        identity(parser, entry);
                    }
                }
                case "eventTime",
                        "eventtime",
                        "eventSource",
                        "eventsource",
                        "eventName",
                        "eventname",
                        "userAgent",
                        "useragent" -> {
                    entry = entry == null ? new TrailRecord() : entry;
                    take(entry, name.toLowerCase(Locale.ROOT), string(parser, value));
                }
                case "digestStartTime", "insightDetails" -> {
                    others++;
                    parser.skipChildren();
                }
                default -> parser.skipChildren();
            }
        }
        if (entry != null && entry.hasIdentity) {
            records++;
            if (entry.delivery != null) {
                handler.onRecord(entry);
            }
        }
    }

    private static String string(JsonParser parser, JsonToken value) {
        if (value == JsonToken.VALUE_STRING) {
            return parser.getString();
        }
        parser.skipChildren();
        return null;
    }

    private static void take(TrailRecord entry, String name, String text) {
        switch (name) {
            case "eventtime" -> entry.eventTime = text;
            case "eventsource" -> entry.eventSource = text;
            case "eventname" -> entry.eventName = text;
            default -> entry.userAgent = text;
        }
    }

    /** A record that stands in a string. */
    private void text(JsonParser parser, JsonToken value, int wrapping) {
        String text = string(parser, value);
        if (text == null || wrapping >= MAXIMUM_WRAPPING || !text.stripLeading().startsWith("{")) {
            return;
        }
        try (JsonParser inner = JSON.createParser(ObjectReadContext.empty(), text)) {
            value(inner, inner.nextToken(), wrapping + 1);
        } catch (JacksonException e) {
            addUnread("a record within another", "no JSON");
        }
    }

    private static void identity(JsonParser parser, TrailRecord entry) {
        for (JsonToken token = parser.nextToken(); token == JsonToken.PROPERTY_NAME; token = parser.nextToken()) {
            String name = parser.currentName().toLowerCase(Locale.ROOT);
            JsonToken value = parser.nextToken();
            switch (name) {
                // Objects whose members have names of their own.
                case "sessioncontext", "attributes", "sessionissuer", "inscopeof" -> {
                    if (value == JsonToken.START_OBJECT) {
                        part(parser, entry, name);
                    }
                }
                case "principalid" -> entry.principalId = string(parser, value);
                case "arn" -> entry.arn = string(parser, value);
                default -> parser.skipChildren();
            }
        }
    }

    private static void part(JsonParser parser, TrailRecord entry, String part) {
        for (JsonToken token = parser.nextToken(); token == JsonToken.PROPERTY_NAME; token = parser.nextToken()) {
            String name = parser.currentName().toLowerCase(Locale.ROOT);
            JsonToken value = parser.nextToken();
            switch (name) {
                case "attributes", "sessionissuer", "inscopeof" -> {
                    if (value == JsonToken.START_OBJECT) {
                        part(parser, entry, name);
                    }
                }
                case "ec2roledelivery" -> {
                    // A string in CloudTrail; whoever exports it may make a number of it.
                    entry.delivery = value.isNumeric() ? parser.getString() : string(parser, value);
                }
                case "creationdate" -> entry.created = string(parser, value);
                case "username" -> {
                    String text = string(parser, value);
                    entry.role = part.equals("sessionissuer") ? text : entry.role;
                }
                case "credentialsissuedto" -> entry.issuedTo = string(parser, value);
                default -> parser.skipChildren();
            }
        }
    }

    /** What was read as it is stored; empty where it was not asked for. */
    public List<StoredInput> stored() {
        return List.copyOf(stored);
    }

    /** Files and streams read. */
    public long files() {
        return files;
    }

    /** Those that could not be read to their end. */
    public long unread() {
        return unread;
    }

    /** Those of them that are no records at all, but files of another form. */
    public long foreignForms() {
        return foreignForms;
    }

    /** The first of those, each with the reason. */
    public List<String> unreadNames() {
        return List.copyOf(damaged);
    }

    /** Records of any caller. */
    public long records() {
        return records;
    }

    /** Digest and insight files, which hold no records. */
    public long others() {
        return others;
    }
}
