package dev.imdsanalyzer.report.schedule;

import java.time.LocalDate;
import java.util.function.LongPredicate;

/**
 * Minutes that come again by the calendar, in UTC: the host's own zone is not known, which matters at the ends of a time and of
 * its gaps alone. Each field is a set of bits.
 *
 * @param minutes bits 0 to 59
 * @param hours bits 0 to 23
 * @param days of the month, bits 1 to 31
 * @param fromEnd days counted from the month's last, which is bit 1
 * @param months bits 1 to 12
 * @param weekdays bits 0, Sunday, to 6
 * @param eitherDay whether a day of the month or one of the week is enough, as in a crontab that names both
 */
record Recurrence(long minutes, long hours, long days, long fromEnd, long months, long weekdays, boolean eitherDay) {
    static final long ALL_MINUTES = (1L << 60) - 1;
    static final long ALL_HOURS = (1L << 24) - 1;
    static final long ALL_DAYS = ((1L << 31) - 1) << 1;
    static final long ALL_MONTHS = ((1L << 12) - 1) << 1;
    static final long ALL_WEEKDAYS = (1L << 7) - 1;

    private static final long SECOND_MICROS = 1_000_000;
    private static final long MINUTE_MICROS = 60 * SECOND_MICROS;
    private static final long DAY_MICROS = 24 * 60 * MINUTE_MICROS;

    /** Whether one of its times lies in [from, to) and satisfies the condition; microseconds since the epoch. */
    boolean comesUp(long from, long to, LongPredicate condition) {
        for (long day = Math.floorDiv(from, DAY_MICROS); day * DAY_MICROS < to; day++) {
            if (isOn(LocalDate.ofEpochDay(day)) && comesUpOn(day * DAY_MICROS, from, to, condition)) {
                return true;
            }
        }
        return false;
    }

    private boolean comesUpOn(long midnight, long from, long to, LongPredicate condition) {
        for (int hour = 0; hour < 24; hour++) {
            if (!has(hours, hour)) {
                continue;
            }
            for (int minute = 0; minute < 60; minute++) {
                long time = midnight + (hour * 60L + minute) * MINUTE_MICROS;
                if (has(minutes, minute) && time >= from && time < to && condition.test(time)) {
                    return true;
                }
            }
        }
        return false;
    }

    private boolean isOn(LocalDate date) {
        boolean day = has(days, date.getDayOfMonth()) || has(fromEnd, date.lengthOfMonth() - date.getDayOfMonth() + 1);
        boolean weekday = has(weekdays, date.getDayOfWeek().getValue() % 7);
        return has(months, date.getMonthValue()) && (eitherDay ? day || weekday : day && weekday);
    }

    private static boolean has(long bits, int number) {
        return (bits >>> number & 1) != 0;
    }

    /** How seldom it is, in a word. */
    String period() {
        if (months != ALL_MONTHS) {
            return "yearly";
        }
        boolean anyDay = days == ALL_DAYS;
        if (weekdays != ALL_WEEKDAYS && (anyDay || eitherDay)) {
            return "weekly";
        }
        if (!anyDay) {
            return "monthly";
        }
        return hours == ALL_HOURS ? "hourly" : "daily";
    }
}
