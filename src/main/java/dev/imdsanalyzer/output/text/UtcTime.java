package dev.imdsanalyzer.output.text;

import java.time.LocalDate;

/** Writes {@code 2026-11-21T12:34:56.789123Z}. The date is worked out once a day, the rest digit by digit. One thread. */
public final class UtcTime {
    /** Length of every time written. */
    public static final int LENGTH = 27;

    private static final long NANOS_PER_DAY = 86_400_000_000_000L;

    private final char[] text = "1970-01-01T00:00:00.000000Z".toCharArray();
    private long day;

    /**
     * @param epochNanos nanoseconds since 1970-01-01T00:00:00Z
     * @return {@link #LENGTH} characters, valid until the next call
     */
    public char[] write(long epochNanos) {
        long newDay = Math.floorDiv(epochNanos, NANOS_PER_DAY);
        if (newDay != day) {
            LocalDate.ofEpochDay(newDay).toString().getChars(0, 10, text, 0);
            day = newDay;
        }
        long micros = Math.floorMod(epochNanos, NANOS_PER_DAY) / 1000;
        int seconds = (int) (micros / 1_000_000);
        digits((int) (micros % 1_000_000), 20, 6);
        digits(seconds % 60, 17, 2);
        digits(seconds / 60 % 60, 14, 2);
        digits(seconds / 3600, 11, 2);
        return text;
    }

    String format(long epochNanos) {
        return new String(write(epochNanos));
    }

    private void digits(int number, int from, int count) {
        int rest = number;
        for (int i = from + count - 1; i >= from; i--) {
            text[i] = (char) ('0' + rest % 10);
            rest /= 10;
        }
    }
}
