package dev.imdsanalyzer.report.schedule;

import java.util.Map;
import java.util.Objects;
import java.util.function.LongPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One entry of {@code imds.schedules}: a crontab's line or a timer's, as written.
 *
 * @param text the entry
 * @param kind what it goes by
 * @param recurrence where it goes by the calendar; else null
 * @param everyMicros where it goes by an interval; else 0
 */
public record Schedule(String text, Kind kind, @Nullable Recurrence recurrence, long everyMicros) {
    /** What a schedule goes by. */
    public enum Kind {
        CALENDAR,
        INTERVAL,
        /** The boot, or the start of systemd or the timer. */
        BOOT,
        /** It was not understood. */
        UNKNOWN
    }

    private static final Pattern TIMER = Pattern.compile("\\S+\\.timer (On[A-Za-z]+)=(.*)");
    private static final Pattern CRON = Pattern.compile("(@[a-z]+|\\S+ \\S+ \\S+ \\S+ \\S+) \\S+");
    private static final Pattern SPAN = Pattern.compile("\\s*([0-9]{1,9})\\s*([A-Za-z]*)");
    private static final long SECOND = 1_000_000;
    private static final long DAY = 86_400 * SECOND;
    private static final Map<String, Long> UNITS = Map.ofEntries(
            Map.entry("", SECOND),
            Map.entry("s", SECOND),
            Map.entry("sec", SECOND),
            Map.entry("second", SECOND),
            Map.entry("seconds", SECOND),
            Map.entry("m", 60 * SECOND),
            Map.entry("min", 60 * SECOND),
            Map.entry("minute", 60 * SECOND),
            Map.entry("minutes", 60 * SECOND),
            Map.entry("h", 3_600 * SECOND),
            Map.entry("hr", 3_600 * SECOND),
            Map.entry("hour", 3_600 * SECOND),
            Map.entry("hours", 3_600 * SECOND),
            Map.entry("d", DAY),
            Map.entry("day", DAY),
            Map.entry("days", DAY),
            Map.entry("w", 7 * DAY),
            Map.entry("week", 7 * DAY),
            Map.entry("weeks", 7 * DAY),
            Map.entry("M", 30 * DAY),
            Map.entry("month", 30 * DAY),
            Map.entry("months", 30 * DAY),
            Map.entry("y", 365 * DAY),
            Map.entry("year", 365 * DAY),
            Map.entry("years", 365 * DAY));

    /** Reads an entry; one that is not understood is of an unknown kind. */
    public static Schedule of(String text) {
        Matcher timer = TIMER.matcher(text);
        if (timer.matches()) {
            return switch (timer.group(1)) {
                case "OnCalendar" -> ofCalendar(text, CalendarEvent.parse(timer.group(2)));
                case "OnUnitActiveSec", "OnUnitInactiveSec" -> ofInterval(text, span(timer.group(2)));
                default -> new Schedule(text, Kind.BOOT, null, 0);
            };
        }
        Matcher cron = CRON.matcher(text);
        if (!cron.matches()) {
            return new Schedule(text, Kind.UNKNOWN, null, 0);
        }
        return cron.group(1).equals("@reboot")
                ? new Schedule(text, Kind.BOOT, null, 0)
                : ofCalendar(text, Crontab.parse(cron.group(1)));
    }

    private static Schedule ofCalendar(String text, @Nullable Recurrence recurrence) {
        return new Schedule(text, recurrence == null ? Kind.UNKNOWN : Kind.CALENDAR, recurrence, 0);
    }

    private static Schedule ofInterval(String text, long micros) {
        return new Schedule(text, micros <= 0 ? Kind.UNKNOWN : Kind.INTERVAL, null, micros);
    }

    /** A time span of systemd's in microseconds; 0 for what is none. Source: systemd.time(7). */
    private static long span(String text) {
        Matcher part = SPAN.matcher(text);
        long sum = 0;
        int end = 0;
        while (end < text.length() && part.find(end) && part.start() == end) {
            Long unit = UNITS.get(part.group(2));
            if (unit == null || sum > 1000 * 365 * DAY) {
                return 0;
            }
            sum += Math.min(Long.parseLong(part.group(1)), 1000 * 365 * DAY / unit) * unit;
            end = part.end();
        }
        return text.substring(end).isBlank() ? sum : 0;
    }

    /**
     * Whether it must have come up in a time that was watched. A boot's is never asked.
     *
     * @param from microseconds since the epoch, as the others
     * @param watchedMicros how much of [from, to) was watched
     * @param watched whether the minute from a time on was
     */
    public boolean cameUp(long from, long to, long watchedMicros, LongPredicate watched) {
        return switch (kind) {
            case CALENDAR -> Objects.requireNonNull(recurrence).comesUp(from, to, watched);
            case INTERVAL -> watchedMicros >= everyMicros;
            case BOOT, UNKNOWN -> false;
        };
    }

    /** How seldom it comes up, in a word: hourly, daily, weekly, monthly, yearly; empty where that is not known. */
    public String period() {
        return switch (kind) {
            case CALENDAR -> Objects.requireNonNull(recurrence).period();
            case INTERVAL ->
                everyMicros >= 365 * DAY
                        ? "yearly"
                        : everyMicros >= 28 * DAY
                                ? "monthly"
                                : everyMicros >= 7 * DAY ? "weekly" : everyMicros >= DAY ? "daily" : "hourly";
            case BOOT, UNKNOWN -> "";
        };
    }
}
