package dev.imdsanalyzer.report;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/** Times and lengths in microseconds, since the epoch where they are times, and as texts. */
public final class Times {
    private static final DateTimeFormatter MINUTES =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter ISO = DateTimeFormatter.ofPattern(
                    "uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter DAY_OF_YEAR =
            DateTimeFormatter.ofPattern("d MMMM", Locale.ENGLISH).withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter DAY_AND_YEAR =
            DateTimeFormatter.ofPattern("d MMMM uuuu", Locale.ENGLISH).withZone(ZoneOffset.UTC);
    private static final long SECOND = 1_000_000;
    private static final long MINUTE = 60 * SECOND;
    private static final long HOUR = 60 * MINUTE;
    private static final long DAY = 24 * HOUR;

    private Times() {}

    static long micros(Instant time) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, time);
    }

    /** Like {@code 2026-11-21 12:34}, UTC. */
    public static String minutes(long micros) {
        return MINUTES.format(instant(micros));
    }

    /** Like {@code 4 December}, UTC; with the year where it is another than that of {@code now}. */
    public static String day(long micros, long now) {
        boolean sameYear = instant(micros).atOffset(ZoneOffset.UTC).getYear()
                == instant(now).atOffset(ZoneOffset.UTC).getYear();
        return (sameYear ? DAY_OF_YEAR : DAY_AND_YEAR).format(instant(micros));
    }

    /** Like {@code 2026-11-21T12:34:56.789123Z}. */
    public static String iso(long micros) {
        return ISO.format(instant(micros));
    }

    /** A length in its two largest units, like {@code 13 d 4 h}. */
    public static String length(long micros) {
        if (micros >= DAY) {
            long hours = micros % DAY / HOUR;
            return micros / DAY + " d" + (hours == 0 ? "" : " " + hours + " h");
        }
        if (micros >= HOUR) {
            long minutes = micros % HOUR / MINUTE;
            return micros / HOUR + " h" + (minutes == 0 ? "" : " " + minutes + " min");
        }
        if (micros >= MINUTE) {
            long seconds = micros % MINUTE / SECOND;
            return micros / MINUTE + " min" + (seconds == 0 ? "" : " " + seconds + " s");
        }
        if (micros > 0 && micros < SECOND / 10) {
            return "under 0.1 s";
        }
        return String.format(Locale.ROOT, "%.3g s", micros / 1e6).replace(".00 s", " s");
    }

    /** How long ago, roughly, in one unit. */
    public static String ago(long micros) {
        if (micros >= 2 * DAY) {
            return micros / DAY + " days ago";
        }
        if (micros >= 2 * HOUR) {
            return micros / HOUR + " hours ago";
        }
        long minutes = micros / MINUTE;
        return minutes < 1 ? "less than a minute ago" : minutes == 1 ? "1 minute ago" : minutes + " minutes ago";
    }

    private static Instant instant(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }
}
