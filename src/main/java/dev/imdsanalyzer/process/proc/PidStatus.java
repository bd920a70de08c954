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
        long threadGroup = -1;
        long parent = -1;
        long user = -1;
        long capabilities = -1;
        // The first line has the name, whose newlines the kernel escapes: no name can look like another line.
        String text = content == null ? "" : new String(content, StandardCharsets.ISO_8859_1);
        for (String line : text.split("\n", -1)) {
            if (line.startsWith("Tgid:")) {
                threadGroup = number(line, 1, 10);
            } else if (line.startsWith("PPid:")) {
                parent = number(line, 1, 10);
            } else if (line.startsWith("Uid:")) {
                user = number(line, 2, 10);
            } else if (line.startsWith("CapEff:")) {
                capabilities = number(line, 1, 16);
            }
        }
        return new PidStatus((int) threadGroup, (int) parent, user, capabilities);
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
