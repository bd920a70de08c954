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
    private static final int STATE_FIELD = 3;
    private static final int PARENT_FIELD = 4;
    private static final int START_TIME_FIELD = 22;
    private static final int ARGUMENT_START_FIELD = 48;

    /** Reads the file's text; null when it is no such text. */
    public static PidStat parse(byte[] content) {
        if (content == null) {
            return null;
        }
        String text = new String(content, StandardCharsets.UTF_8);
        int open = text.indexOf('(');
        // A name may hold any parenthesis; no field after it does.
        int close = text.lastIndexOf(')');
        if (open < 2 || close < open) {
            return null;
        }
        String[] fields = text.substring(close + 1).trim().split(" ", -1);
        // The last field that is read may be cut; the start time must not be.
        if (fields.length <= START_TIME_FIELD - STATE_FIELD + 1) {
            return null;
        }
        try {
            return new PidStat(
                    Integer.parseInt(text.substring(0, open - 1)),
                    text.substring(open + 1, close),
                    field(fields, STATE_FIELD).charAt(0),
                    Integer.parseInt(field(fields, PARENT_FIELD)),
                    Long.parseLong(field(fields, START_TIME_FIELD)),
                    // Linux before 3.5 ends earlier.
                    fields.length > ARGUMENT_START_FIELD - STATE_FIELD
                            ? Long.parseUnsignedLong(field(fields, ARGUMENT_START_FIELD))
                            : 0);
        } catch (NumberFormatException | IndexOutOfBoundsException e) {
            return null;
        }
    }

    private static String field(String[] fields, int number) {
        return fields[number - STATE_FIELD];
    }

    /** Whether both are one process running one program: same pid, same start, no exec in between. */
    public boolean sameProgram(PidStat other) {
        return other != null
                && pid == other.pid
                && startTicks == other.startTicks
                && argumentStart == other.argumentStart;
    }
}
