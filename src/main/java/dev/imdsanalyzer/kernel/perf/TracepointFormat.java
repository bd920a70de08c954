package dev.imdsanalyzer.kernel.perf;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A tracepoint's number and the places of its fields, from its {@code format} file in tracefs
 * (Documentation/trace/events.rst, section 3). Offsets and sizes are bytes; they differ between kernels.
 */
public final class TracepointFormat {
    /** Where tracefs is mounted by convention: by itself, or as part of debugfs. */
    private static final List<Path> MOUNT_POINTS =
            List.of(Path.of("/sys/kernel/tracing"), Path.of("/sys/kernel/debug/tracing"));

    private static final Pattern ID = Pattern.compile("(?m)^ID:\\s*(\\d+)\\s*$");
    private static final Pattern FIELD =
            Pattern.compile("(?m)^\\s*field:([^;]*?)(\\w+)(?:\\[\\d*])?;\\s*offset:(\\d+);\\s*size:(\\d+);");

    /** One field: {@code size} bytes, {@code offset} bytes after the start of the record. */
    public record Field(String name, int offset, int size) {}

    private final int id;
    private final Map<String, Field> fields;

    private TracepointFormat(int id, Map<String, Field> fields) {
        this.id = id;
        this.fields = fields;
    }

    /**
     * Reads the description of a tracepoint.
     *
     * @throws IOException with a sentence for the user, when tracefs is not mounted, may not be read, or does not know
     *     the tracepoint
     */
    public static TracepointFormat read(String group, String name) throws IOException {
        Path root = tracefs();
        Path events = root.resolve("events");
        try {
            return parse(Files.readString(events.resolve(group).resolve(name).resolve("format")));
        } catch (NoSuchFileException e) {
            throw new IOException("this kernel has no tracepoint " + group + ":" + name + " (it came with 4.16)", e);
        } catch (AccessDeniedException e) {
            throw new IOException(notPermitted(root), e);
        }
    }

    /** Asks for what is needed, never access(2): that answers for a user without capabilities. */
    private static Path tracefs() throws IOException {
        IOException refused = null;
        for (Path mountPoint : MOUNT_POINTS) {
            try {
                if (exists(mountPoint.resolve("events"))) {
                    return mountPoint;
                }
            } catch (AccessDeniedException e) {
                refused = new IOException(notPermitted(mountPoint), e);
            }
        }
        throw refused != null
                ? refused
                : new IOException("tracefs is not mounted (mount -t tracefs tracefs /sys/kernel/tracing)");
    }

    private static boolean exists(Path path) throws IOException {
        try {
            Files.readAttributes(path, BasicFileAttributes.class);
            return true;
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    private static String notPermitted(Path mountPoint) {
        return "tracefs at " + mountPoint + " may not be read: the capability CAP_DAC_READ_SEARCH is missing";
    }

    static TracepointFormat parse(String text) throws IOException {
        Matcher id = ID.matcher(text);
        if (!id.find()) {
            throw new IOException("a tracepoint format without an ID");
        }
        Map<String, Field> fields = new LinkedHashMap<>();
        Matcher field = FIELD.matcher(text);
        while (field.find()) {
            String name = field.group(2);
            fields.put(name, new Field(name, Integer.parseInt(field.group(3)), Integer.parseInt(field.group(4))));
        }
        return new TracepointFormat(Integer.parseInt(id.group(1)), fields);
    }

    /** The number by which perf_event_open(2) knows the tracepoint. */
    public int id() {
        return id;
    }

    public Field field(String name) {
        Field field = fields.get(name);
        if (field == null) {
            throw new NoSuchElementException("the tracepoint has no field " + name);
        }
        return field;
    }
}
