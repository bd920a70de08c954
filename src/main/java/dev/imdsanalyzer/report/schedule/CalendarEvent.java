package dev.imdsanalyzer.report.schedule;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** OnCalendar's text, without its zone and its seconds; years are not looked at. Source: systemd.time(7), "Calendar Events". */
final class CalendarEvent {
    private static final String RANGE = "\\.\\.|-";
    private static final NumberField MINUTE = new NumberField(0, 59, List.of(), "\\.\\.", true);
    private static final NumberField HOUR = new NumberField(0, 23, List.of(), "\\.\\.", true);
    private static final NumberField DAY = new NumberField(1, 31, List.of(), "\\.\\.", true);
    private static final NumberField MONTH = new NumberField(1, 12, List.of(), "\\.\\.", true);
    private static final NumberField WEEKDAY = new NumberField(0, 6, Crontab.weekdays(), RANGE, false);
    private static final Map<String, String> WORDS = Map.of(
            "minutely", "*-*-* *:*:00",
            "hourly", "*-*-* *:00:00",
            "daily", "*-*-* 00:00:00",
            "weekly", "Mon *-*-* 00:00:00",
            "monthly", "*-*-01 00:00:00",
            "quarterly", "*-01,04,07,10-01 00:00:00",
            "semiannually", "*-01,07-01 00:00:00",
            "yearly", "*-01-01 00:00:00",
            "annually", "*-01-01 00:00:00");

    private long minutes = 1;
    private long hours = 1;
    private long days = Recurrence.ALL_DAYS;
    private long fromEnd;
    private long months = Recurrence.ALL_MONTHS;
    private long weekdays = Recurrence.ALL_WEEKDAYS;

    private CalendarEvent() {}

    /** Null for what is not understood. */
    static @Nullable Recurrence parse(String text) {
        CalendarEvent event = new CalendarEvent();
        String[] words = WORDS.getOrDefault(text, text).split(" +", -1);
        for (int i = 0; i < words.length; i++) {
            String word = words[i];
            boolean good;
            if (word.isEmpty()) {
                good = false;
            } else if (word.indexOf(':') >= 0) {
                good = event.time(word);
            } else if (i == 0 && Character.isLetter(word.charAt(0)) && event.weekday(word)) {
                good = true;
            } else if (Character.isLetter(word.charAt(0))) {
                // A zone stands last.
                good = i > 0 && i == words.length - 1;
            } else {
                good = event.date(word);
            }
            if (!good) {
                return null;
            }
        }
        return new Recurrence(
                event.minutes, event.hours, event.days, event.fromEnd, event.months, event.weekdays, false);
    }

    private boolean weekday(String word) {
        weekdays = WEEKDAY.bits(word);
        return weekdays != NumberField.BAD;
    }

    private boolean time(String word) {
        String[] parts = word.split(":", -1);
        if (parts.length > 3) {
            return false;
        }
        hours = HOUR.bits(parts[0]);
        minutes = MINUTE.bits(parts[1]);
        return hours != NumberField.BAD && minutes != NumberField.BAD;
    }

    /** {@code [year-]month-day}, where a tilde counts the day from the month's end. */
    private boolean date(String word) {
        boolean back = word.indexOf('~') >= 0;
        String[] parts = word.replace('~', '-').split("-", -1);
        if (parts.length < 2 || parts.length > 3) {
            return false;
        }
        months = MONTH.bits(parts[parts.length - 2]);
        long named = DAY.bits(parts[parts.length - 1]);
        days = back ? 0 : named;
        fromEnd = back ? named : 0;
        return months != NumberField.BAD && named != NumberField.BAD;
    }
}
