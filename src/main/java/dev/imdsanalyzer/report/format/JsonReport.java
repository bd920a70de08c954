package dev.imdsanalyzer.report.format;

import dev.imdsanalyzer.report.CallerGroup;
import dev.imdsanalyzer.report.CallerPlace;
import dev.imdsanalyzer.report.ChainLink;
import dev.imdsanalyzer.report.Changes;
import dev.imdsanalyzer.report.Instance;
import dev.imdsanalyzer.report.InstanceVerdict;
import dev.imdsanalyzer.report.IntervalSet;
import dev.imdsanalyzer.report.MetricSeries;
import dev.imdsanalyzer.report.Remedy;
import dev.imdsanalyzer.report.ReportData;
import dev.imdsanalyzer.report.Rhythm;
import dev.imdsanalyzer.report.Tally;
import dev.imdsanalyzer.report.Times;
import dev.imdsanalyzer.report.TopTexts;
import dev.imdsanalyzer.report.Witness;
import dev.imdsanalyzer.report.input.InputCounts;
import dev.imdsanalyzer.report.input.LineSource;
import java.io.PrintStream;
import java.util.Set;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.DefaultPrettyPrinter;

/**
 * The report as one JSON object. Its members are stable; {@code schema} rises when one changes its meaning:
 *
 * <pre>
 * schema            1
 * verdict           ready | watch-longer | required-but-breaking | not-ready
 * as_of, from       times in UTC
 * window_seconds
 * calls             {v1_served, v1_rejected, v2, unknown, fallbacks, v1_forbidden, v1_harmless, other_cloud_probes (of these),
 *                   answered_locally,
 *                   v1_recovered}: of the rejected those answered 403, of the served those that need no IMDSv1, those
 *                   that a process of the host answered, which are in no other number, of the rejected those whose callers
 *                   then got a token by themselves
 * instances[]       {id, name, account, region, availability_zone, verdict, reasons[], calls, silent, witnesses[{witness, theirs,
 *                    ours, agreed}], required (true where IMDSv2 is required already), boot_seen: a boot was
 *                    watched in the window, behind_hop: a container behind a network hop was seen to call, clean_seconds, missing_seconds, ready_if_quiet: when it becomes READY without
 *                    an IMDSv1 call and a gap until then, left out where waiting does not help, proven[{start, end}],
 *                    runs, lost_packets, sources[], doubts[{code, count, last}]: lines that may hide an IMDSv1 call,
 *                    lost {counter: count}: what its summaries say was lost,
 *                    unseen_by_log[{start, period_seconds, cloudwatch, log}]}
 * callers[]         {fingerprint, label, calls, first, last, only_at_boot, instances[{id, name, calls, first, last, last_v1}],
 *                    paths[], user_agents[], arguments[], users[], units[], executables[], scripts[], packages[],
 *                    package_versions[], logins[], images[], script: its path with its arguments, where the label names one,
 *                    containers[], workload {namespace, workload, task_family, project, service, container, image} (texts each {text, calls}), lineage, chain[{pid, name, executable, command_line}], advice,
 *                    blocking, urgency of those: breaking | credentials | active | quiet, new: no call before the last days (left out where the logs are too short to know), remedy
 *                    {summary, steps[]}}
 * metrics[]         {metric, source, instance_id, periods, total}
 * cloudtrail        with --cloudtrail: {files, records, sessions_v1, calls_v1 (with their
 *                   credentials), calls_v2, lacks[], used_callers[{fingerprint, label,
 *                   roles[], api_calls[{text, calls}], user_agents[{text, calls}], own_api_calls[{text, calls}]: by the
 *                   user agent that fetched the credentials}], watch_next[], missed[{instance, role,
 *                   fetched_from, fetched_until, calls, api_calls[], user_agents[]}], meaning}
 * changes           with --since-report: {since, ready, pace, trend: falling | not-falling | unknown, still, callers[{change: new |
 *                   back | unseen | quiet | gone, fingerprint, label}]}
 * input             {inputs, lines, duplicates, foreign, broken, damaged, denied}
 * warnings[]
 * evidence          for auditors, see {@link JsonEvidence}
 * headline          the verdict in a sentence
 * rhythm            {boots_watched: instances, schedules_told: instances that say what they run by the clock, schedules,
 *                   not_covered[{schedule, period, instances}]: what cannot have come up while watched in the window, sentence}
 * ready_if_quiet    of all instances together
 * generated         when the report was made
 * </pre>
 */
public final class JsonReport {
    private static final JsonFactory JSON = JsonFactory.builder()
            .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
            .characterEscapes(new JsonEscapes())
            .build();

    private final ReportData data;
    private final JsonGenerator json;
    private final Set<CallerGroup> blocking;

    private JsonReport(ReportData data, JsonGenerator json) {
        this.data = data;
        this.blocking = Set.copyOf(data.blockers());
        this.json = json;
    }

    /** Writes the object and a line feed; does not close the stream. */
    public static void write(ReportData data, PrintStream out) {
        DefaultPrettyPrinter printer = new DefaultPrettyPrinter();
        ObjectWriteContext context = new ObjectWriteContext.Base() {
            @Override
            public boolean hasPrettyPrinter() {
                return true;
            }

            @Override
            public DefaultPrettyPrinter getPrettyPrinter() {
                return printer.createInstance();
            }
        };
        try (JsonGenerator generator = JSON.createGenerator(context, out)) {
            new JsonReport(data, generator).report();
        }
        out.print('\n');
    }

    private void report() {
        json.writeStartObject();
        json.writeNumberProperty("schema", 1);
        json.writeStringProperty("verdict", data.verdict().code());
        json.writeStringProperty("as_of", Times.iso(data.asOf()));
        json.writeStringProperty("from", Times.iso(data.first()));
        json.writeNumberProperty("window_seconds", data.options().window().toSeconds());
        calls(data.tally());
        json.writeArrayPropertyStart("instances");
        data.instances().forEach(this::instance);
        json.writeEndArray();
        json.writeArrayPropertyStart("callers");
        data.callers().forEach(this::caller);
        json.writeEndArray();
        json.writeArrayPropertyStart("metrics");
        data.metrics().forEach(this::metric);
        json.writeEndArray();
        if (data.trail() != null) {
            new JsonTrail(data, json).write();
        }
        changes();
        input(data.input());
        strings("warnings", data.warnings());
        new JsonEvidence(data, json).write();
        json.writeStringProperty("headline", Headline.of(data));
        forecast(data.forecast());
        rhythm();
        json.writeStringProperty("generated", data.options().now().toString());
        json.writeEndObject();
    }

    private void instance(InstanceVerdict verdict) {
        Instance instance = verdict.instance();
        json.writeStartObject();
        text("id", instance.id());
        text("name", instance.name());
        text("account", instance.place().accountId());
        text("region", instance.place().region());
        text("availability_zone", instance.place().availabilityZone());
        json.writeStringProperty("verdict", verdict.verdict().code());
        strings("reasons", verdict.reasons());
        calls(instance.tally());
        json.writeBooleanProperty("silent", verdict.silent());
        witnesses(verdict);
        if (verdict.required()) {
            json.writeBooleanProperty("required", true);
        }
        json.writeBooleanProperty("boot_seen", verdict.bootSeen());
        json.writeBooleanProperty("behind_hop", instance.traits().behindHop());
        json.writeNumberProperty("clean_seconds", verdict.cleanMicros() / 1_000_000);
        json.writeNumberProperty("missing_seconds", verdict.missingMicros() / 1_000_000);
        forecast(verdict.forecast());
        json.writeArrayPropertyStart("proven");
        IntervalSet proven = verdict.proven();
        for (int i = 0; i < proven.size(); i++) {
            json.writeStartObject();
            json.writeStringProperty("start", Times.iso(proven.start(i)));
            json.writeStringProperty("end", Times.iso(proven.end(i)));
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeNumberProperty("runs", instance.runs());
        json.writeNumberProperty("lost_packets", instance.lostPackets());
        strings("sources", instance.sources().stream().map(LineSource::name).toList());
        doubts(instance);
        losses(instance);
        json.writeArrayPropertyStart("unseen_by_log");
        for (MetricSeries.Excess excess : verdict.excesses()) {
            json.writeStartObject();
            json.writeStringProperty("start", Times.iso(excess.startMicros()));
            json.writeNumberProperty("period_seconds", excess.periodMicros() / 1_000_000);
            json.writeNumberProperty("cloudwatch", excess.counted());
            json.writeNumberProperty("log", excess.seen());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private void rhythm() {
        Rhythm rhythm = data.rhythm();
        json.writeObjectPropertyStart("rhythm");
        json.writeNumberProperty("boots_watched", rhythm.boots());
        json.writeNumberProperty("schedules_told", rhythm.told());
        json.writeNumberProperty("schedules", rhythm.schedules());
        json.writeArrayPropertyStart("not_covered");
        for (Rhythm.NotCovered job : rhythm.notCovered()) {
            json.writeStartObject();
            json.writeStringProperty("schedule", job.entry());
            text("period", job.period().isEmpty() ? null : job.period());
            json.writeNumberProperty("instances", job.instances());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeStringProperty("sentence", rhythm.sentence());
        json.writeEndObject();
    }

    private void forecast(long time) {
        text("ready_if_quiet", time == Tally.NEVER ? null : Times.iso(time));
    }

    private void witnesses(InstanceVerdict verdict) {
        json.writeArrayPropertyStart("witnesses");
        for (Witness witness : verdict.witnesses()) {
            json.writeStartObject();
            json.writeStringProperty("witness", witness.name());
            json.writeStringProperty("theirs", witness.theirs());
            json.writeStringProperty("ours", witness.ours());
            json.writeBooleanProperty("agreed", witness.agreed());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private void doubts(Instance instance) {
        json.writeArrayPropertyStart("doubts");
        instance.eachDoubt((doubt, count, last) -> {
            json.writeStartObject();
            json.writeStringProperty("code", doubt.code());
            json.writeNumberProperty("count", count);
            text("last", last == Long.MAX_VALUE ? null : Times.iso(last));
            json.writeEndObject();
        });
        json.writeEndArray();
    }

    private void losses(Instance instance) {
        json.writeObjectPropertyStart("lost");
        instance.eachLoss(json::writeNumberProperty);
        json.writeEndObject();
    }

    private void caller(CallerGroup caller) {
        json.writeStartObject();
        json.writeStringProperty("fingerprint", caller.fingerprint());
        json.writeStringProperty("label", caller.label());
        calls(caller.tally());
        firstAndLast(caller.tally());
        json.writeBooleanProperty("only_at_boot", caller.onlyAtBoot());
        json.writeArrayPropertyStart("instances");
        for (CallerGroup.OnInstance on : caller.instances()) {
            json.writeStartObject();
            text("id", on.instance().id());
            text("name", on.instance().name());
            calls(on.tally());
            firstAndLast(on.tally());
            json.writeEndObject();
        }
        json.writeEndArray();
        texts("paths", caller.paths());
        texts("user_agents", caller.userAgents());
        texts("arguments", caller.arguments());
        texts("users", caller.users());
        texts("units", caller.units());
        texts("executables", caller.executables());
        texts("scripts", caller.scripts());
        texts("packages", caller.packages());
        texts("package_versions", caller.packageVersions());
        texts("logins", caller.logins());
        texts("images", caller.images());
        text("script", CallerPlace.of(caller, data).script());
        texts("containers", caller.containers());
        texts("proxies", caller.proxies());
        json.writeObjectPropertyStart("workload");
        caller.workload().parts().forEach((name, value) -> text(name.replace(' ', '_'), value));
        json.writeEndObject();
        text("lineage", caller.lineage());
        json.writeArrayPropertyStart("chain");
        for (ChainLink link : caller.chain()) {
            json.writeStartObject();
            if (link.pid() >= 0) {
                json.writeNumberProperty("pid", link.pid());
            }
            text("name", link.name());
            text("executable", link.executable());
            text("command_line", link.commandLine());
            json.writeEndObject();
        }
        json.writeEndArray();
        text("advice", caller.advice());
        text("probe_advice", caller.probeAdvice());
        json.writeBooleanProperty("blocking", blocking.contains(caller));
        if (blocking.contains(caller)) {
            json.writeStringProperty("urgency", data.urgency(caller).code());
        }
        if (data.newcomers().known()) {
            json.writeBooleanProperty("new", data.newcomers().has(caller));
        }
        Remedy remedy = data.remedy(caller);
        if (remedy != null) {
            json.writeObjectPropertyStart("remedy");
            json.writeStringProperty("summary", remedy.summary());
            strings("steps", remedy.steps());
            json.writeEndObject();
        }
        json.writeEndObject();
    }

    private void metric(MetricSeries series) {
        json.writeStartObject();
        json.writeStringProperty("metric", series.metricName());
        json.writeStringProperty("source", series.source());
        text("instance_id", series.instanceId());
        json.writeNumberProperty("periods", series.periods());
        json.writeNumberProperty("total", series.total());
        json.writeEndObject();
    }

    private void changes() {
        Changes changes = data.changes();
        if (changes == null) {
            return;
        }
        json.writeObjectPropertyStart("changes");
        json.writeStringProperty("since", Times.iso(changes.since()));
        json.writeStringProperty("ready", changes.ready());
        json.writeStringProperty("pace", changes.pace());
        json.writeStringProperty("trend", changes.trend().code());
        json.writeNumberProperty("still", changes.still());
        json.writeArrayPropertyStart("callers");
        for (Changes.Change change : changes.callers()) {
            json.writeStartObject();
            json.writeStringProperty("change", change.kind().code());
            json.writeStringProperty("fingerprint", change.fingerprint());
            json.writeStringProperty("label", change.label());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private void input(InputCounts input) {
        json.writeObjectPropertyStart("input");
        json.writeNumberProperty("inputs", input.inputs());
        json.writeNumberProperty("lines", input.events());
        json.writeNumberProperty("duplicates", input.duplicates());
        json.writeNumberProperty("foreign", input.foreign());
        json.writeNumberProperty("broken", input.broken());
        json.writeNumberProperty("damaged", input.damaged());
        json.writeNumberProperty("denied", input.denied());
        json.writeEndObject();
    }

    private void calls(Tally tally) {
        json.writeObjectPropertyStart("calls");
        json.writeNumberProperty("v1_served", tally.v1Served());
        json.writeNumberProperty("v1_rejected", tally.v1Rejected());
        json.writeNumberProperty("v2", tally.v2());
        json.writeNumberProperty("unknown", tally.unknown());
        json.writeNumberProperty("fallbacks", tally.fallbacks());
        json.writeNumberProperty("v1_forbidden", tally.v1Forbidden());
        json.writeNumberProperty("v1_harmless", tally.v1Harmless());
        json.writeNumberProperty("other_cloud_probes", tally.probes());
        json.writeNumberProperty("answered_locally", tally.local());
        json.writeNumberProperty("v1_recovered", tally.v1Recovered());
        json.writeEndObject();
    }

    private void firstAndLast(Tally tally) {
        json.writeStringProperty("first", Times.iso(tally.first()));
        json.writeStringProperty("last", Times.iso(tally.last()));
        text("last_v1", tally.lastV1() == Tally.NEVER ? null : Times.iso(tally.lastV1()));
    }

    private void texts(String name, TopTexts texts) {
        json.writeArrayPropertyStart(name);
        for (TopTexts.Counted counted : texts.sorted()) {
            json.writeStartObject();
            json.writeStringProperty("text", counted.text());
            json.writeNumberProperty("calls", counted.count());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private void strings(String name, Iterable<String> values) {
        json.writeArrayPropertyStart(name);
        values.forEach(json::writeString);
        json.writeEndArray();
    }

    private void text(String name, String value) {
        if (value != null) {
            json.writeStringProperty(name, value);
        }
    }
}
