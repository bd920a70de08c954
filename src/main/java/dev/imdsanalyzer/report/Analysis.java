package dev.imdsanalyzer.report;

import dev.imdsanalyzer.output.line.field.EventSchema;
import dev.imdsanalyzer.report.input.EventHandler;
import dev.imdsanalyzer.report.input.EventLine;
import dev.imdsanalyzer.report.input.Field;
import dev.imdsanalyzer.report.input.LineSource;
import dev.imdsanalyzer.report.schedule.Schedule;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/** Adds up the lines: by instance, by caller, over time. Memory is bounded: what there is no room for is added up together. */
public final class Analysis implements EventHandler {
    // IMDSv2 was announced on 2019-11-19: no analyzer wrote a line before it.
    private static final long EARLIEST_MICROS = Times.micros(Instant.parse("2019-11-19T00:00:00Z"));
    private static final int MAXIMUM_INSTANCES = 100_000;
    private static final int INSTANCE_BYTES = 2560;

    private final long latest;
    private final long since;
    private final long until;
    private final List<MetricSeries> metrics;
    private final Budget budget;
    private final Trail trail;
    private final EarlierReport earlier;
    private final LongTable<Instance> instances = new LongTable<>();
    private final Callers callers;
    private final Timeline timeline = new Timeline();
    private final Tally tally = new Tally();
    private final Call call = new Call();
    private final Summary summary = new Summary();
    private final Schedules schedules;
    private Instance otherInstances;
    private long implausibleTimes;
    private long outsideRange;
    private long newerSchema;
    private long lastEvent = Tally.NEVER;
    private long firstEvent = Long.MAX_VALUE;
    private long v1SinceEarlier;

    /**
     * @param trail what CloudTrail saw; null where it was not asked
     * @param earlier an earlier report; null for none
     */
    public Analysis(
            ReportOptions options, List<MetricSeries> metrics, Trail trail, EarlierReport earlier, Budget budget) {
        this.earlier = earlier;
        this.trail = trail;
        this.budget = budget;
        this.callers = new Callers(budget);
        this.schedules = new Schedules(budget);
        this.latest = Times.micros(options.now().plus(1, ChronoUnit.DAYS));
        this.since = options.since() == null ? Long.MIN_VALUE : Times.micros(options.since());
        this.until = options.until() == null ? Long.MAX_VALUE : Times.micros(options.until());
        this.metrics = metrics;
    }

    @Override
    public void onBroken(EventLine line, LineSource source, long count, long time) {
        Instance instance = instance(line);
        instance.watch(source);
        instance.addDoubt(Doubt.BROKEN_LINE, count, isPlausible(time) ? time : Long.MAX_VALUE);
    }

    @Override
    public void onBrokenEnd(LineSource source, long count, long latest) {
        if (isPlausible(latest)) {
            instances().stream()
                    .filter(instance -> instance.sources().contains(source))
                    .forEach(instance -> instance.addBrokenEnd(count, latest));
        }
    }

    @Override
    public void onEvent(EventLine line, LineSource source) {
        Instance instance = instance(line);
        long time = line.time();
        boolean isCall = line.is(Field.ACTION, "imds-request");
        if (line.number(Field.SCHEMA, EventSchema.VERSION) != EventSchema.VERSION) {
            newerSchema++;
            if (!isCall && time < until) {
                instance.addDoubt(Doubt.NEWER_FORMAT, 1, isPlausible(time) ? time : Long.MAX_VALUE);
            }
        }
        if (!isPlausible(time)) {
            implausibleTimes++;
            addUndated(line, instance, isCall);
        } else if (isCall) {
            addCall(line, source, instance, time);
        } else {
            addLifeCycle(line, source, instance, time);
        }
    }

    private boolean isPlausible(long time) {
        return time >= EARLIEST_MICROS && time <= latest;
    }

    private void seen(Instance instance, long time, EventLine line) {
        instance.seen(time, line);
        firstEvent = Math.min(firstEvent, time);
        lastEvent = Math.max(lastEvent, time);
    }

    private Instance instance(EventLine line) {
        long key = line.hash(line.has(Field.INSTANCE_ID) ? Field.INSTANCE_ID : Field.HOST_NAME);
        Instance known = instances.get(key);
        while (known != null && !known.is(line)) {
            known = instances.get(++key);
        }
        if (known != null) {
            return known;
        }
        if (instances.size() >= MAXIMUM_INSTANCES || !budget.take(INSTANCE_BYTES)) {
            if (otherInstances == null) {
                otherInstances = Instance.others(instances.size(), budget);
            }
            return otherInstances;
        }
        return instances.computeIfAbsent(
                key,
                () -> new Instance(instances.size(), line.text(Field.INSTANCE_ID), line.text(Field.HOST_NAME), budget));
    }

    private void addUndated(EventLine line, Instance instance, boolean isCall) {
        if (!isCall) {
            // A summary without a time proves nothing; what it or a gap tells of a loss has no place.
            if (line.is(Field.ACTION, "capture-gap")) {
                instance.addDoubt(Doubt.UNDATED, 1, Long.MAX_VALUE);
            }
            return;
        }
        call.read(line, EARLIEST_MICROS);
        if (call.isV1()) {
            instance.addUndatedV1(call.count());
        } else if (call.doubt() != null) {
            instance.addDoubt(Doubt.UNDATED, call.count(), Long.MAX_VALUE);
        }
    }

    private void addCall(EventLine line, LineSource source, Instance instance, long time) {
        call.read(line, time);
        call.clampTo(latest);
        // A folded line begins before its last call.
        if (call.lastMicros() < since || call.firstMicros() >= until) {
            outsideRange++;
            return;
        }
        seen(instance, time, line);
        instance.watch(source);
        tally.add(call);
        instance.addCall(call);
        timeline.add(call);
        if (earlier != null
                && call.isV1()
                && !call.harmless()
                && !call.recovered()
                && call.lastMicros() > earlier.asOf()) {
            v1SinceEarlier += call.count();
        }
        CallerGroup caller = callers.add(line, call, instance);
        if (trail != null) {
            trail.onCall(line, call, instance, caller);
        }
        for (MetricSeries series : metrics) {
            series.add(call, instance.id());
        }
    }

    private void addLifeCycle(EventLine line, LineSource source, Instance instance, long time) {
        if (line.is(Field.ACTION, "imds-summary")) {
            addSummary(line, source, instance, time);
        } else if (line.is(Field.ACTION, "capture-gap")) {
            addGap(line, source, instance, time);
        } else if (line.is(Field.ACTION, "analyzer-started")) {
            instance.addRun();
            if (line.has(Field.CAPTURE)) {
                instance.watch(source).setDevice(line.hash(Field.RUN_ID), line.text(Field.CAPTURE));
            }
        }
        if (time >= since && time < until) {
            seen(instance, time, line);
        }
    }

    private void addGap(EventLine line, LineSource source, Instance instance, long time) {
        long start = line.micros(Field.START);
        long end = line.micros(Field.END);
        if (start != EventLine.NO_TIME && end != EventLine.NO_TIME && start <= end) {
            if (end > since && start < until) {
                instance.watch(source).addHole(start, end);
            }
        } else if (time < until) {
            instance.addDoubt(Doubt.UNDATED, 1, time);
        }
    }

    private void addSummary(EventLine line, LineSource source, Instance instance, long time) {
        if (!summary.read(line, time, EARLIEST_MICROS, latest)) {
            return;
        }
        if (time >= since && time < until) {
            addReported(line, instance);
            List<Schedule> told = schedules.of(line);
            if (told != null) {
                instance.setSchedules(told);
            }
        }
        instance.addLostPackets(summary.lostPackets());
        summary.clip(since, until);
        if (summary.end() > summary.start()) {
            instance.watch(source).add(line.hash(Field.RUN_ID), summary, line.json(Field.COUNTERS));
        }
    }

    private void addReported(EventLine line, Instance instance) {
        long v1 = Summary.count(line, Field.REPORTED_V1_SUCCESS)
                + Summary.count(line, Field.REPORTED_V1_FAILURE)
                + Summary.count(line, Field.REPORTED_V1_UNKNOWN);
        instance.addReported(summary.start(), summary.end(), v1, Summary.count(line, Field.REPORTED_CALLS) > 0);
        long unknown = Summary.count(line, Field.REPORTED_UNKNOWN_SUCCESS)
                + Summary.count(line, Field.REPORTED_UNKNOWN_UNKNOWN);
        if (unknown > 0) {
            instance.addDoubt(Doubt.COUNTED_UNKNOWN, unknown, summary.end());
        }
        long unseen = Summary.count(line, Field.UNSEEN_CONNECTS);
        if (unseen > 0) {
            instance.addDoubt(Doubt.UNSEEN_CONNECTS, unseen, summary.end());
        }
    }

    /** All of them; the last may stand for many. */
    List<Instance> instances() {
        List<Instance> all = new ArrayList<>(instances.values());
        if (otherInstances != null) {
            all.add(otherInstances);
        }
        return all;
    }

    Callers callers() {
        return callers;
    }

    /** What CloudTrail saw; null where it was not asked. */
    Trail trail() {
        return trail;
    }

    /** The earlier report; null for none. */
    EarlierReport earlier() {
        return earlier;
    }

    /** IMDSv1 calls in the way after the time of the earlier report; of a line that spans it all. */
    long v1SinceEarlier() {
        return v1SinceEarlier;
    }

    Timeline timeline() {
        return timeline;
    }

    Tally tally() {
        return tally;
    }

    long firstEvent() {
        return firstEvent;
    }

    long lastEvent() {
        return lastEvent;
    }

    long implausibleTimes() {
        return implausibleTimes;
    }

    long outsideRange() {
        return outsideRange;
    }

    long newerSchema() {
        return newerSchema;
    }
}
