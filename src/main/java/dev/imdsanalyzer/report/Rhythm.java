package dev.imdsanalyzer.report;

import dev.imdsanalyzer.report.schedule.Schedule;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What READY has seen beside calls: boots, and what the hosts run by the clock. No reason against READY unless the user asks
 * for one, as a job need not call IMDS at all; but who requires IMDSv2 has to know it.
 *
 * @param instances how many are judged
 * @param boots on how many of them a boot was watched in the window
 * @param told how many of them say what they run by the clock
 * @param schedules how many entries they name together
 * @param notCovered those that cannot have come up while the host was watched in the window; the most widespread first
 */
public record Rhythm(int instances, long boots, long told, long schedules, List<NotCovered> notCovered) {
    private static final long MINUTE_MICROS = 60_000_000;
    private static final int NAMED = 3;

    /**
     * One entry.
     *
     * @param period how seldom it comes up: hourly, daily, weekly, monthly, yearly; empty where it was not understood
     */
    public record NotCovered(String entry, String period, long instances) {}

    /** @param asOf the window's end */
    static Rhythm of(List<InstanceVerdict> instances, long asOf, long windowMicros) {
        long from = asOf - windowMicros;
        long told = 0;
        long count = 0;
        Map<Schedule, Long> missing = new LinkedHashMap<>();
        for (InstanceVerdict verdict : instances) {
            List<Schedule> schedules = verdict.instance().schedules();
            if (schedules == null) {
                continue;
            }
            told++;
            count += schedules.size();
            notCovered(verdict, from, asOf).forEach(schedule -> missing.merge(schedule, 1L, Long::sum));
        }
        List<NotCovered> notCovered = new ArrayList<>();
        missing.forEach((schedule, hosts) -> notCovered.add(new NotCovered(schedule.text(), schedule.period(), hosts)));
        notCovered.sort(
                Comparator.comparingLong(NotCovered::instances).reversed().thenComparing(NotCovered::entry));
        long boots = instances.stream().filter(InstanceVerdict::bootSeen).count();
        return new Rhythm(instances.size(), boots, told, count, List.copyOf(notCovered));
    }

    /** Of one instance; a boot's stand for themselves. */
    static List<Schedule> notCovered(InstanceVerdict verdict, long from, long to) {
        List<Schedule> schedules = verdict.instance().schedules();
        IntervalSet proven = verdict.proven();
        long watched = proven.measure(from, to);
        return schedules == null
                ? List.of()
                : schedules.stream()
                        .filter(schedule -> schedule.kind() != Schedule.Kind.BOOT
                                && !schedule.cameUp(
                                        from, to, watched, time -> proven.measure(time, time + MINUTE_MICROS) > 0))
                        .toList();
    }

    /** Like {@code boot watched on 0 of 40; monthly jobs not covered: 0 4 1 * * invoice.sh on 10}. */
    public String sentence() {
        StringBuilder text = new StringBuilder("boot watched on ")
                .append(Amount.grouped(boots))
                .append(" of ")
                .append(Amount.grouped(instances));
        if (told == 0) {
            return text.append("; what the hosts run by the clock is not in the logs")
                    .toString();
        }
        if (notCovered.isEmpty()) {
            text.append(
                    schedules == 0
                            ? "; no timer and no cron entry"
                            : "; each timer and cron entry came up while watched");
        } else {
            text.append("; ").append(periods()).append(" jobs not covered: ");
            text.append(notCovered.stream()
                    .limit(NAMED)
                    .map(job -> job.entry() + (instances == 1 ? "" : " on " + Amount.grouped(job.instances())))
                    .collect(Collectors.joining(", ")));
            text.append(notCovered.size() > NAMED ? " +" + Amount.grouped(notCovered.size() - NAMED) : "");
        }
        return told == instances
                ? text.toString()
                : text.append(" (")
                        .append(Amount.grouped(instances - told))
                        .append(instances - told == 1 ? " host does" : " hosts do")
                        .append(" not say what they run by the clock)")
                        .toString();
    }

    /** Like {@code weekly and monthly}. */
    private String periods() {
        Set<String> found = notCovered.stream().map(NotCovered::period).collect(Collectors.toSet());
        Set<String> words = new LinkedHashSet<>();
        for (String period : List.of("hourly", "daily", "weekly", "monthly", "yearly")) {
            if (found.contains(period)) {
                words.add(period);
            }
        }
        return words.isEmpty() ? "some" : String.join(" and ", words);
    }
}
