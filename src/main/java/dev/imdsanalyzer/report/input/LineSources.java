package dev.imdsanalyzer.report.input;

import dev.imdsanalyzer.report.input.LineSource.Kind;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;

/** Tells sources apart, up to {@value #MAXIMUM} of them. */
final class LineSources {
    private static final int MAXIMUM = 100_000;
    private static final int LONGEST_NAME = 512;
    /** An export of CloudWatch Logs to S3 puts each stream into a folder of its own below the number of its task. */
    private static final Pattern EXPORT_TASK =
            Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", Pattern.CASE_INSENSITIVE);
    /** What dated, rotated and packed files of one log differ in. */
    private static final Pattern CHANGING =
            Pattern.compile("[-_.]?\\d{4}-?\\d{2}-?\\d{2}([-T_.]?\\d+)*|\\.\\d+(?=\\.|$)|\\.gz$");

    private final Map<String, LineSource> known = new HashMap<>();
    private LineSource others;

    /**
     * Of a stream of CloudWatch Logs that an input names. The input has its part in it: who wrote all of that can name any
     * stream.
     */
    LineSource ofStream(LineSource input, String stream) {
        String name = stream.length() > LONGEST_NAME ? stream.substring(0, LONGEST_NAME) : stream;
        return find("s:" + input.number() + ":" + stream, name, Kind.STREAM);
    }

    /**
     * Of a file.
     *
     * @param shared whether its folder holds the files of several hosts
     */
    LineSource ofFile(Path file, boolean shared) {
        Path folder = folder(file);
        Path stream = folder.getFileName();
        Path task = folder.getParent() == null ? null : folder.getParent().getFileName();
        if (stream != null
                && task != null
                && EXPORT_TASK.matcher(task.toString()).matches()) {
            return find("e:" + stream, stream.toString(), Kind.STREAM);
        }
        if (!shared) {
            return find("d:" + folder, folder.toString(), Kind.FOLDER);
        }
        String log = CHANGING.matcher(file.getFileName().toString()).replaceAll("");
        return find("f:" + folder + "/" + log, folder.resolve(log).toString(), Kind.FILE);
    }

    static Path folder(Path file) {
        Path folder = file.toAbsolutePath().normalize().getParent();
        return folder == null ? Path.of("/") : folder;
    }

    /** Of standard input or a pipe. */
    LineSource ofPipe(String name) {
        return find("p:" + name, name, Kind.PIPE);
    }

    private LineSource find(String key, String name, Kind kind) {
        LineSource source = known.get(key);
        if (source != null) {
            return source;
        }
        if (known.size() >= MAXIMUM) {
            others = others == null ? new LineSource(known.size(), "other sources", Kind.OTHERS) : others;
            return others;
        }
        LineSource created = new LineSource(known.size(), name, kind);
        known.put(key, created);
        return created;
    }
}
