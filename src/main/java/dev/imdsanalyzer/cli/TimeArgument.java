package dev.imdsanalyzer.cli;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Times and lengths as people write them on a command line. */
final class TimeArgument {
    private static final Pattern LENGTH = Pattern.compile("([1-9]\\d{0,5})([dhms])");

    private TimeArgument() {}

    /** A date (its first moment, UTC), a moment, or an age before {@code now}; null stays null. */
    static Instant time(String option, String text, Instant now) {
        if (text == null) {
            return null;
        }
        if (LENGTH.matcher(text).matches()) {
            return now.minus(length(option, text));
        }
        try {
            return text.length() == 10
                    ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
                    : Instant.parse(text);
        } catch (DateTimeParseException e) {
            throw new CommandFailure(
                    ExitCode.USAGE,
                    option + " must be a time such as 2026-11-21, 2026-11-21T12:00:00Z or 7d, not \"" + text + "\"",
                    e);
        }
    }

    /** @throws CommandFailure where nothing can lie between the two; nulls are no bounds */
    static void requireOrder(Instant since, Instant until) {
        if (since != null && until != null && !since.isBefore(until)) {
            throw new CommandFailure(ExitCode.USAGE, "--since " + since + " must be before --until " + until, null);
        }
    }

    /** A number with its unit: d, h, m or s. */
    static Duration length(String option, String text) {
        Matcher matcher = LENGTH.matcher(text);
        if (!matcher.matches()) {
            throw new CommandFailure(
                    ExitCode.USAGE, option + " must be a length such as 14d, 36h or 90m, not \"" + text + "\"", null);
        }
        long number = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "d" -> Duration.ofDays(number);
            case "h" -> Duration.ofHours(number);
            case "m" -> Duration.ofMinutes(number);
            default -> Duration.ofSeconds(number);
        };
    }
}
