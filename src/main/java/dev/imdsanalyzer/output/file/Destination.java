package dev.imdsanalyzer.output.file;

import java.nio.file.Path;

/**
 * Where lines go.
 *
 * @param path null is standard output; a folder of dated files, or one file that is appended to
 * @param dated whether {@code path} is a folder for {@code imds-2026-11-21.0.jsonl} and so on
 * @param maxFileBytes a dated file of this size is followed by the next
 * @param maxTotalBytes all dated files together stay below this
 * @param maxDays dated files older than this are deleted
 */
public record Destination(Path path, boolean dated, long maxFileBytes, long maxTotalBytes, int maxDays) {
    public static Destination standardOutput() {
        return new Destination(null, false, 0, 0, 0);
    }

    public static Destination file(Path file) {
        return new Destination(file, false, 0, 0, 0);
    }

    public static Destination datedFiles(Path folder, long maxFileBytes, long maxTotalBytes, int maxDays) {
        return new Destination(folder, true, maxFileBytes, maxTotalBytes, maxDays);
    }
}
