package dev.imdsanalyzer.report.input;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;

/** RFC 3339 times to microseconds since the epoch; our own form without making a String. */
final class TimestampParser {
    /** A time that is absent or cannot be read. */
    static final long NO_TIME = Long.MIN_VALUE;

    private static final int DATE_AND_TIME = "2026-11-21T12:34:56".length();

    private static final int LONGEST = 64;

    private TimestampParser() {}

    /** The time that [from, to) holds, or {@link #NO_TIME}. */
    static long micros(byte[] bytes, int from, int to) {
        if (to - from <= DATE_AND_TIME
                || bytes[to - 1] != 'Z'
                || bytes[from + 4] != '-'
                || bytes[from + 7] != '-'
                || bytes[from + 10] != 'T'
                || bytes[from + 13] != ':'
                || bytes[from + 16] != ':') {
            return other(bytes, from, to);
        }
        int year = digits(bytes, from, 4);
        int month = digits(bytes, from + 5, 2);
        int day = digits(bytes, from + 8, 2);
        int hour = digits(bytes, from + 11, 2);
        int minute = digits(bytes, from + 14, 2);
        int second = digits(bytes, from + 17, 2);
        if ((year | month | day | hour | minute | second) < 0
                || month < 1
                || month > 12
                || day < 1
                || day > 31
                || hour > 23
                || minute > 59
                || second > 60) {
            return NO_TIME;
        }
        long fraction = fractionMicros(bytes, from + DATE_AND_TIME, to - 1);
        if (fraction < 0) {
            return NO_TIME;
        }
        long seconds = epochDay(year, month, day) * 86_400L + hour * 3_600L + minute * 60L + second;
        return seconds * 1_000_000 + fraction;
    }

    /** The same of a text; null is no time. */
    static long micros(String text) {
        if (text == null || text.length() > LONGEST) {
            return NO_TIME;
        }
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return micros(bytes, 0, bytes.length);
    }

    private static int digits(byte[] bytes, int from, int count) {
        int value = 0;
        for (int i = from; i < from + count; i++) {
            int digit = bytes[i] - '0';
            if (digit < 0 || digit > 9) {
                return Integer.MIN_VALUE;
            }
            value = value * 10 + digit;
        }
        return value;
    }

    private static long fractionMicros(byte[] bytes, int from, int to) {
        if (from == to) {
            return 0;
        }
        if (bytes[from] != '.') {
            return -1;
        }
        long value = 0;
        int scale = 100_000;
        for (int i = from + 1; i < to; i++) {
            int digit = bytes[i] - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            value += (long) digit * scale;
            scale /= 10;
        }
        return value;
    }

    // Days since 1970-01-01 in the proleptic Gregorian calendar; years start in March so that leap days come last.
    private static long epochDay(int year, int month, int day) {
        long shiftedYear = month <= 2 ? year - 1L : year;
        long era = Math.floorDiv(shiftedYear, 400);
        long yearOfEra = shiftedYear - era * 400;
        long dayOfYear = (153L * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468;
    }

    private static long other(byte[] bytes, int from, int to) {
        String text = new String(bytes, from, to - from, StandardCharsets.UTF_8);
        try {
            Instant time = OffsetDateTime.parse(text).toInstant();
            return ChronoUnit.MICROS.between(Instant.EPOCH, time);
        } catch (DateTimeException | ArithmeticException e) {
            return NO_TIME;
        }
    }
}
