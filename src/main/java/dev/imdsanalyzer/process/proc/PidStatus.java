package dev.imdsanalyzer.process.proc;

import java.nio.charset.StandardCharsets;

/**
 * What /proc/PID/status says; proc_pid_status(5). Unknown numbers are -1.
 *
 * @param threadGroupId the process that the thread belongs to; the pid itself for a process
 * @param effectiveUserId as the reader's user namespace has it
 * @param effectiveCapabilities bit mask of capabilities(7)
 */
public record PidStatus(int threadGroupId, int parentPid, long effectiveUserId, long effectiveCapabilities) {

    /** Reads the file's text; lines that are missing or malformed leave their value unknown. */
    public static PidStatus parse(byte[] content) {
        // The first line has the name, whose newlines the kernel escapes: no name can look like another line.
        String text = content == null ? "" : "\n" + new String(content, StandardCharsets.ISO_8859_1);
        return new PidStatus(
                (int) number(line(text, "\nTgid:"), 1, 10),
                (int) number(line(text, "\nPPid:"), 1, 10),
                number(line(text, "\nUid:"), 2, 10),
                number(line(text, "\nCapEff:"), 1, 16));
    }

    private static String line(String text, String start) {
        int at = text.indexOf(start) + 1;
        int end = text.indexOf('\n', at);
        return at == 0 ? "" : text.substring(at, end < 0 ? text.length() : end);
    }

    private static long number(String line, int column, int radix) {
        String[] columns = line.split("\\s+", -1);
        try {
            return column < columns.length ? Long.parseUnsignedLong(columns[column], radix) : -1;
        } catch (NumberFormatException e) {
            return -1;
        }
    }
}
