package dev.imdsanalyzer.report.schedule;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The five fields of a crontab's line, or the word for them. Source: crontab(5). */
final class Crontab {
    private static final List<String> MONTHS = List.of(
            "january",
            "february",
            "march",
            "april",
            "may",
            "june",
            "july",
            "august",
            "september",
            "october",
            "november",
            "december");
    private static final List<String> WEEKDAYS =
            List.of("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday");
    private static final String RANGE = "[-~]";
    private static final NumberField MINUTE = new NumberField(0, 59, List.of(), RANGE, false);
    private static final NumberField HOUR = new NumberField(0, 23, List.of(), RANGE, false);
    private static final NumberField DAY = new NumberField(1, 31, List.of(), RANGE, false);
    private static final NumberField MONTH = new NumberField(1, 12, MONTHS, RANGE, false);
    private static final NumberField WEEKDAY = new NumberField(0, 7, WEEKDAYS, RANGE, false);
    private static final Map<String, String> WORDS = Map.of(
            "@hourly", "0 * * * *",
            "@daily", "0 0 * * *",
            "@midnight", "0 0 * * *",
            "@weekly", "0 0 * * 0",
            "@monthly", "0 0 1 * *",
            "@yearly", "0 0 1 1 *",
            "@annually", "0 0 1 1 *");

    private Crontab() {}

    /** Null for what is not understood. */
    static @Nullable Recurrence parse(String text) {
        String[] fields = WORDS.getOrDefault(text, text).split(" ", -1);
        if (fields.length != 5) {
            return null;
        }
        // SUSE's cron takes a hyphen before the minute: do not log.
        long minutes = MINUTE.bits(fields[0].startsWith("-") ? fields[0].substring(1) : fields[0]);
        long hours = HOUR.bits(fields[1]);
        long days = DAY.bits(fields[2]);
        long months = MONTH.bits(fields[3]);
        long weekdays = WEEKDAY.bits(fields[4]);
        if (minutes == 0 || hours == 0 || days == 0 || months == 0 || weekdays == 0) {
            return null;
        }
        // 0 and 7 are Sunday.
        long folded = (weekdays | weekdays >>> 7) & Recurrence.ALL_WEEKDAYS;
        boolean either = !fields[2].startsWith("*") && !fields[4].startsWith("*");
        return new Recurrence(minutes, hours, days, 0, months, folded, either);
    }

    static List<String> weekdays() {
        return WEEKDAYS;
    }
}
