package dev.imdsanalyzer.report.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScheduleTest {
    private static boolean cameUp(String entry, String from, String to) {
        long start = micros(Instant.parse(from));
        long end = micros(Instant.parse(to));
        return Schedule.of(entry).cameUp(start, end, end - start, time -> true);
    }

    private static long micros(Instant time) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, time);
    }

    /** 2026-11-30 is a Monday. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "17 3 * * * backup.sh | 2026-11-29T04:00:00Z | 2026-11-30T03:17:00Z | false",
                "17 3 * * * backup.sh | 2026-11-29T04:00:00Z | 2026-11-30T03:18:00Z | true",
                "*/20 * * * * a | 2026-11-30T00:01:00Z | 2026-11-30T00:20:00Z | false",
                "*/20 * * * * a | 2026-11-30T00:01:00Z | 2026-11-30T00:21:00Z | true",
                "0 4 1 * * invoice.sh | 2026-11-02T00:00:00Z | 2026-12-01T00:00:00Z | false",
                "0 4 1 * * invoice.sh | 2026-11-02T00:00:00Z | 2026-12-02T00:00:00Z | true",
                "0 0 31 * * a | 2026-11-01T00:00:00Z | 2026-12-01T00:00:00Z | false",
                "5 0 * * sun a | 2026-11-30T00:00:00Z | 2026-12-06T00:00:00Z | false",
                "5 0 * * sun a | 2026-11-30T00:00:00Z | 2026-12-07T00:00:00Z | true",
                "5 0 * * 7 a | 2026-11-30T00:00:00Z | 2026-12-07T00:00:00Z | true",
                "5 0 * * 1-5 a | 2026-11-28T00:00:00Z | 2026-11-30T00:00:00Z | false",
                "0 0 13 * 5 a | 2026-11-01T00:00:00Z | 2026-11-07T00:00:00Z | true",
                "0 0 1 jan,jul * a | 2026-11-01T00:00:00Z | 2026-12-31T00:00:00Z | false",
                "-*/15 * * * * a | 2026-11-30T00:00:00Z | 2026-11-30T00:01:00Z | true",
                "@weekly a | 2026-11-30T00:00:00Z | 2026-12-06T00:00:00Z | false",
                "@monthly a | 2026-11-02T00:00:00Z | 2026-12-01T00:01:00Z | true",
                "l.timer OnCalendar=daily | 2026-11-30T00:01:00Z | 2026-12-01T00:01:00Z | true",
                "l.timer OnCalendar=weekly | 2026-12-01T00:00:00Z | 2026-12-07T00:00:00Z | false",
                "l.timer OnCalendar=weekly | 2026-12-01T00:00:00Z | 2026-12-08T00:00:00Z | true",
                "l.timer OnCalendar=monthly | 2026-11-02T00:00:00Z | 2026-11-30T00:00:00Z | false",
                "l.timer OnCalendar=*-*-* 6,18:00 | 2026-11-30T06:01:00Z | 2026-11-30T18:00:00Z | false",
                "l.timer OnCalendar=*-*-* 6,18:00 | 2026-11-30T06:01:00Z | 2026-11-30T18:01:00Z | true",
                "l.timer OnCalendar=*-*-* 00/12:00:00 | 2026-11-30T00:01:00Z | 2026-11-30T12:01:00Z | true",
                "l.timer OnCalendar=Mon..Fri 22:30 Europe/Berlin | 2026-11-28T00:00:00Z | 2026-11-30T00:00:00Z | false",
                "l.timer OnCalendar=Sat,Sun *-*-* 05:00:00 | 2026-11-29T00:00:00Z | 2026-11-29T05:01:00Z | true",
                "l.timer OnCalendar=Sun *-*-1..7 05:00 | 2026-11-09T00:00:00Z | 2026-11-30T00:00:00Z | false",
                "l.timer OnCalendar=*-*~1 | 2026-11-01T00:00:00Z | 2026-11-30T00:01:00Z | true",
                "l.timer OnCalendar=quarterly | 2026-11-01T00:00:00Z | 2026-12-31T00:00:00Z | false",
                "l.timer OnUnitActiveSec=1d | 2026-11-30T00:00:00Z | 2026-11-30T23:00:00Z | false",
                "l.timer OnUnitActiveSec=1h 30min | 2026-11-30T00:00:00Z | 2026-11-30T01:30:00Z | true",
            })
    void comesUpWhenItsCalendarSays(String entry, String from, String to, boolean expected) {
        assertThat(cameUp(entry.strip(), from.strip(), to.strip())).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "*/5 * * * * a | hourly",
                "17 3 * * * a | daily",
                "0 0 * * 0 a | weekly",
                "0 0 1 * * a | monthly",
                "0 0 1 1 * a | yearly",
                "l.timer OnCalendar=Mon *-*-1..7 05:00 | monthly",
                "l.timer OnUnitActiveSec=2w | weekly",
                "l.timer OnUnitActiveSec=1month | monthly",
            })
    void saysHowSeldomItIs(String entry, String period) {
        assertThat(Schedule.of(entry.strip()).period()).isEqualTo(period.strip());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                "60 * * * * a",
                "* * 0 * * a",
                "* * * 13 * a",
                "* * * * 8 a",
                "*/0 * * * * a",
                "1-2-3 * * * * a",
                "99999999999999999999 * * * * a",
                "l.timer OnCalendar=whenever",
                "l.timer OnCalendar=*-*-* 25:00",
                "l.timer OnCalendar=*-*-*-* 1:00",
                "l.timer OnCalendar=",
                "l.timer OnUnitActiveSec=soon",
                "l.timer OnUnitActiveSec=",
            })
    void whatIsNotUnderstoodIsNotSaidToHaveComeUp(String entry) {
        Schedule schedule = Schedule.of(entry);
        assertThat(schedule.kind()).isEqualTo(Schedule.Kind.UNKNOWN);
        assertThat(schedule.cameUp(0, Long.MAX_VALUE, Long.MAX_VALUE, time -> true))
                .isFalse();
        assertThat(schedule.period()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"@reboot a", "l.timer OnBootSec=5min", "l.timer OnStartupSec=1h"})
    void whatTheBootStartsStandsForItself(String entry) {
        assertThat(Schedule.of(entry).kind()).isEqualTo(Schedule.Kind.BOOT);
    }

    @Test
    void aTimeThatWasNotWatchedDoesNotCount() {
        Instant from = Instant.parse("2026-11-29T00:00:00Z");
        long run = micros(Instant.parse("2026-11-29T03:17:00Z"));
        long end = micros(from.plus(Duration.ofDays(1)));
        assertThat(Schedule.of("17 3 * * * a").cameUp(micros(from), end, 1, time -> time != run))
                .isFalse();
    }
}
