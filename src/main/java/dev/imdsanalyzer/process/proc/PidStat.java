package dev.imdsanalyzer.process.proc;

import java.nio.charset.StandardCharsets;

/**
 * What /proc/PID/stat says; proc_pid_stat(5).
 *
 * @param name the kernel's comm; any bytes, parentheses and spaces included
 * @param startTicks start of the process in clock ticks after the machine's start: with the pid, its identity
 * @param argumentStart address of its arguments (field 48); changes with every exec, as addresses are random; 0 when
 *     hidden from us
 */
public record PidStat(int pid, String name, char state, int parentPid, long startTicks, long argumentStart) {
    private static final int DECIMAL = 10;
    private static final int STATE_FIELD = 3;
    private static final int PARENT_FIELD = 4;
    private static final int START_TIME_FIELD = 22;
    private static final int ARGUMENT_START_FIELD = 48;

    /** Reads the file's text; null when it is no such text. */
    public static PidStat parse(byte[] content) {
        if (content == null) {
            return null;
        }
        int open = 0;
        while (open < content.length && content[open] != '(') {
            open++;
        }
        // A name may hold any parenthesis; no field after it does.
        int close = content.length - 1;
        while (close > open && content[close] != ')') {
            close--;
        }
        if (open < 2 || close <= open || close + 2 >= content.length) {
            return null;
        }
        long pid = NumberText.parse(content, 0, open - 1, DECIMAL);
        return pid < 0 || pid > Integer.MAX_VALUE ? null : fields((int) pid, content, open, close);
    }

    /** Fields are parted by one blank each, the last one ends with the line. */
    private static PidStat fields(int pid, byte[] content, int open, int close) {
        long parent = NumberText.NONE;
        long start = NumberText.NONE;
        // Linux before 3.5 ends earlier.
        long arguments = 0;
        int from = close + 2;
        for (int field = STATE_FIELD; field <= ARGUMENT_START_FIELD && from < content.length; field++) {
            int end = endOfField(content, from);
            switch (field) {
                case PARENT_FIELD -> parent = NumberText.parse(content, from, end, DECIMAL);
                // The last field that is read may be cut; the start time must not be.
                case START_TIME_FIELD ->
                    start = end < content.length && content[end] == ' '
                            ? NumberText.parse(content, from, end, DECIMAL)
                            : NumberText.NONE;
                case ARGUMENT_START_FIELD -> arguments = NumberText.parse(content, from, end, DECIMAL);
                default -> {}
            }
            from = end + 1;
        }
        if (parent < 0 || parent > Integer.MAX_VALUE || start < 0 || arguments < 0) {
            return null;
        }
        String name = new String(content, open + 1, close - open - 1, StandardCharsets.UTF_8);
        return new PidStat(pid, name, (char) content[close + 2], (int) parent, start, arguments);
    }

    private static int endOfField(byte[] content, int from) {
        int end = from;
        while (end < content.length && content[end] != ' ' && content[end] != '\n') {
            end++;
        }
        return end;
    }

    /** Whether both are one process running one program: same pid, same start, no exec in between. */
    public boolean sameProgram(PidStat other) {
        return other != null
                && pid == other.pid
                && startTicks == other.startTicks
                && argumentStart == other.argumentStart;
    }
}
