package dev.imdsanalyzer.report;

import dev.imdsanalyzer.imds.Finding;
import dev.imdsanalyzer.report.input.EventHandler;
import dev.imdsanalyzer.report.input.EventLine;
import dev.imdsanalyzer.report.input.Field;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/** Adds up the lines: by instance, by caller, over time. Memory depends on how many of those there are. */
final class Analysis implements EventHandler {
    // IMDSv2 was announced on 2019-11-19: no analyzer wrote a line before it.
    private static final long EARLIEST_MICROS = micros(Instant.parse("2019-11-19T00:00:00Z"));
    private static final long UNKNOWN_CALLER = 0x756e6b6e6f776eL;
    private static final int SUPPORTED_SCHEMA = 1;
    private static final long MAXIMUM_COUNT = 1_000_000_000L;

    private final long latest;
    private final long since;
    private final long until;
    private final List<MetricSeries> metrics;
    private final LongTable<Instance> instances = new LongTable<>();
    private final LongTable<CallerGroup> callers = new LongTable<>();
    private final Timeline timeline = new Timeline();
    private final Tally tally = new Tally();
    private final Call call = new Call();
    private long implausibleTimes;
    private long outsideRange;
    private long newerSchema;
    private long lastEvent = Tally.NEVER;
    private long firstEvent = Long.MAX_VALUE;

    Analysis(ReportOptions options, List<MetricSeries> metrics) {
        this.latest = micros(options.now().plus(1, ChronoUnit.DAYS));
        this.since = options.since() == null ? Long.MIN_VALUE : micros(options.since());
        this.until = options.until() == null ? Long.MAX_VALUE : micros(options.until());
        this.metrics = metrics;
    }

    static long micros(Instant time) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, time);
    }

    @Override
    public void onEvent(EventLine line) {
        if (line.number(Field.SCHEMA, SUPPORTED_SCHEMA) > SUPPORTED_SCHEMA) {
            newerSchema++;
        }
        Instance instance = instance(line);
        long time = line.time();
        boolean plausible = time >= EARLIEST_MICROS && time <= latest;
        if (!plausible) {
            implausibleTimes++;
            if (line.is(Field.ACTION, "imds-request")) {
                addUndated(line, instance);
            }
            return;
        }
        if (line.is(Field.ACTION, "imds-request")) {
            if (time < since || time >= until) {
                outsideRange++;
                return;
            }
            seen(instance, time, line);
            addCall(line, instance, time);
        } else {
            addLifeCycle(line, instance, time);
        }
    }

    private void seen(Instance instance, long time, EventLine line) {
        instance.seen(time, line);
        firstEvent = Math.min(firstEvent, time);
        lastEvent = Math.max(lastEvent, time);
    }

    private Instance instance(EventLine line) {
        boolean hasId = line.has(Field.INSTANCE_ID);
        long key = line.hash(hasId ? Field.INSTANCE_ID : Field.HOST_NAME);
        Instance known = instances.get(key);
        return known != null
                ? known
                : instances.computeIfAbsent(
                        key,
                        () -> new Instance(instances.size(), line.text(Field.INSTANCE_ID), line.text(Field.HOST_NAME)));
    }

    private void addUndated(EventLine line, Instance instance) {
        call.read(line, EARLIEST_MICROS);
        if (call.isV1()) {
            instance.addUndatedV1(call.count());
        }
    }

    private void addCall(EventLine line, Instance instance, long time) {
        call.read(line, time);
        call.clampTo(latest);
        tally.add(call);
        instance.addCall(call);
        timeline.add(call);
        if (call.kind() == Call.Kind.UNKNOWN && !line.has(Finding.MALFORMED_REQUEST)) {
            instance.addUnreadable(call);
        }
        caller(line).add(line, call, instance);
        for (MetricSeries series : metrics) {
            series.add(call, instance.id());
        }
    }

    private CallerGroup caller(EventLine line) {
        if (line.has(Field.FINGERPRINT)) {
            long key = line.hash(Field.FINGERPRINT);
            CallerGroup known = callers.get(key);
            return known != null
                    ? known
                    : callers.computeIfAbsent(key, () -> new CallerGroup(line.text(Field.FINGERPRINT), label(line)));
        }
        return callers.computeIfAbsent(UNKNOWN_CALLER, () -> new CallerGroup("unknown", "unknown caller"));
    }

    private static String label(EventLine line) {
        for (Field field : new Field[] {Field.LABEL, Field.SCRIPT, Field.EXECUTABLE, Field.PROCESS_NAME}) {
            if (line.has(field)) {
                return line.text(field);
            }
        }
        return "unknown caller";
    }

    private void addLifeCycle(EventLine line, Instance instance, long time) {
        long start = line.micros(Field.START);
        long end = line.micros(Field.END);
        if (line.is(Field.ACTION, "imds-summary")) {
            double seconds = line.decimal(Field.COVERAGE_SECONDS);
            if (start == EventLine.NO_TIME || end == EventLine.NO_TIME) {
                end = time;
                start = Double.isNaN(seconds) ? time : time - (long) (seconds * 1e6);
            }
            addSummary(line, instance, start, end, seconds);
            if (time >= since && time < until) {
                addReported(line, instance, start, end);
            }
        } else if (line.is(Field.ACTION, "capture-gap") && end != EventLine.NO_TIME && start != EventLine.NO_TIME) {
            instance.addHole(start, end);
        } else if (line.is(Field.ACTION, "analyzer-started")) {
            instance.addRun(line.hash(Field.RUN_ID), line.text(Field.CAPTURE));
        }
        if (time >= since && time < until) {
            seen(instance, time, line);
        }
    }

    private void addSummary(EventLine line, Instance instance, long start, long end, double seconds) {
        // A clock that was set during the interval makes it meaningless.
        if (start < EARLIEST_MICROS || end > latest || end <= start) {
            return;
        }
        double gapSeconds = line.decimal(Field.COVERAGE_GAP_SECONDS);
        long span = end - start;
        long watched = Double.isNaN(seconds) ? 0 : Math.min(span, (long) (seconds * 1e6));
        long gap = Math.max(Double.isNaN(gapSeconds) ? 0 : (long) (gapSeconds * 1e6), span - watched);
        long tolerated = span / 1000;
        // The analyzer finds the second in which the kernel dropped packets, but not when the rest was lost.
        long dropped = count(line, Field.DROPPED_BY_KERNEL);
        long others = count(line, Field.DROPPED_BY_INTERFACE) + count(line, Field.DROPPED_BY_ANALYZER);
        boolean lost = others > 0 || count(line, Field.FLOWS_EVICTED) > 0;
        instance.addLostPackets(dropped + others);
        instance.addCoverage(
                line.hash(Field.RUN_ID),
                Math.max(start, since),
                Math.min(end, until),
                gap <= tolerated ? 0 : gap,
                dropped,
                lost);
    }

    /** A number of a summary; a forged one must not make a sum overflow. */
    private static long count(EventLine line, Field field) {
        return Math.min(MAXIMUM_COUNT, Math.max(0, line.number(field, 0)));
    }

    private static void addReported(EventLine line, Instance instance, long start, long end) {
        long v1 = count(line, Field.REPORTED_V1_SUCCESS)
                + count(line, Field.REPORTED_V1_FAILURE)
                + count(line, Field.REPORTED_V1_UNKNOWN);
        instance.addReported(start, end, v1, line.number(Field.REPORTED_CALLS, 0) > 0);
    }

    List<Instance> instances() {
        return instances.values();
    }

    List<CallerGroup> callers() {
        return callers.values();
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
