package dev.imdsanalyzer.process.proc;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * What /proc/PID/status says; proc_pid_status(5). Unknown numbers are -1.
 *
 * @param threadGroupId the process that the thread belongs to; the pid itself for a process
 * @param effectiveUserId as the reader's user namespace has it
 * @param effectiveCapabilities bit mask of capabilities(7)
 */
public record PidStatus(int threadGroupId, int parentPid, long effectiveUserId, long effectiveCapabilities) {
    private static final byte[] GROUP = line("Tgid:");
    private static final byte[] PARENT = line("PPid:");
    private static final byte[] USER = line("Uid:");
    private static final byte[] CAPABILITIES = line("CapEff:");

    private static byte[] line(String start) {
        return start.getBytes(StandardCharsets.US_ASCII);
    }

    /** Reads the file's text; lines that are missing or malformed leave their value unknown. */
    public static PidStatus parse(byte[] content) {
        // The first line has the name, whose newlines the kernel escapes: no name can look like another line.
        byte[] text = content == null ? new byte[0] : content;
        return new PidStatus(
                (int) number(text, GROUP, 1, 10),
                (int) number(text, PARENT, 1, 10),
                number(text, USER, 2, 10),
                number(text, CAPABILITIES, 1, 16));
    }

    /** The number in that column of the first line that starts so; columns are parted by blanks and tabs. */
    private static long number(byte[] text, byte[] start, int column, int radix) {
        int at = lineAfter(text, start);
        int end = at;
        for (int number = 0; number < column && at >= 0; number++) {
            at = end;
            while (at < text.length && (text[at] == ' ' || text[at] == '\t')) {
                at++;
            }
            end = at;
            while (end < text.length && text[end] > ' ') {
                end++;
            }
        }
        return at < 0 ? NumberText.NONE : NumberText.parse(text, at, end, radix);
    }

    /** Index behind the start of that line; -1 where there is none. */
    private static int lineAfter(byte[] text, byte[] start) {
        int line = 0;
        while (line + start.length <= text.length) {
            if (Arrays.equals(text, line, line + start.length, start, 0, start.length)) {
                return line + start.length;
            }
            while (line < text.length && text[line] != '\n') {
                line++;
            }
            line++;
        }
        return -1;
    }
}
