package dev.imdsanalyzer.report.format;

import dev.imdsanalyzer.report.Evidence;
import dev.imdsanalyzer.report.FutureSteps;
import dev.imdsanalyzer.report.Instance;
import dev.imdsanalyzer.report.InstanceVerdict;
import dev.imdsanalyzer.report.NextSteps;
import dev.imdsanalyzer.report.ReportData;
import dev.imdsanalyzer.report.Times;
import dev.imdsanalyzer.report.input.StoredInput;
import dev.imdsanalyzer.status.ToolVersion;
import java.util.List;
import tools.jackson.core.JsonGenerator;

/**
 * What an auditor files, as the member {@code evidence} of the JSON report:
 *
 * <pre>
 * tool, version
 * inputs[]         {kind: log | cloudtrail | metric | inventory | earlier-report, name, bytes: as stored, lines: our own (of logs),
 *                  duplicates included, whole, sha256: of the bytes as stored, left out where not all were read}
 * window           {seconds, from, until}
 * coverage[]       {instance, watched_seconds: of the window, gap_seconds, gaps[{start, end}]: those of at least a second, the
 *                  first 1,000, gaps_not_listed}
 * witnesses[]      {witness, answer: not-asked | not-compared | not-whole | agreed | not-agreed, not_agreed[]}
 * benchmark        {title, commands[]: must print nothing, by_inventory: pass | fail | not-known, required, optional, unknown}
 * implementation   {instances[{instance, verdict, apply_now, steps[]}], later[]} of steps {title, notes[], commands[]}
 * back_out         {no_way_back, instances[{instance, steps[]}], later[]}
 * </pre>
 */
final class JsonEvidence {
    /** Gaps of an instance that are listed. */
    static final int LISTED_GAPS = 1_000;

    private final ReportData data;
    private final JsonGenerator json;

    JsonEvidence(ReportData data, JsonGenerator json) {
        this.data = data;
        this.json = json;
    }

    void write() {
        json.writeObjectPropertyStart("evidence");
        json.writeStringProperty("tool", "imds-packet-analyzer");
        json.writeStringProperty("version", ToolVersion.read());
        json.writeArrayPropertyStart("inputs");
        data.input().stored().forEach(this::input);
        json.writeEndArray();
        long window = data.options().windowMicros();
        json.writeObjectPropertyStart("window");
        json.writeNumberProperty("seconds", window / 1_000_000);
        json.writeStringProperty("from", Times.iso(data.asOf() - window));
        json.writeStringProperty("until", Times.iso(data.asOf()));
        json.writeEndObject();
        json.writeArrayPropertyStart("coverage");
        data.instances().forEach(this::coverage);
        json.writeEndArray();
        json.writeArrayPropertyStart("witnesses");
        Evidence.witnesses(data).forEach(this::witness);
        json.writeEndArray();
        benchmark(Evidence.benchmark(data));
        plans();
        json.writeEndObject();
    }

    private void input(StoredInput input) {
        json.writeStartObject();
        json.writeStringProperty("kind", input.kind().code());
        json.writeStringProperty("name", input.name());
        json.writeNumberProperty("bytes", input.bytes());
        if (input.kind() == StoredInput.Kind.LOG) {
            json.writeNumberProperty("lines", input.lines());
        }
        json.writeBooleanProperty("whole", input.whole());
        if (input.sha256() != null) {
            json.writeStringProperty("sha256", input.sha256());
        }
        json.writeEndObject();
    }

    private void coverage(InstanceVerdict verdict) {
        Evidence.Coverage coverage = Evidence.coverage(data, verdict);
        json.writeStartObject();
        json.writeStringProperty("instance", verdict.instance().title());
        json.writeNumberProperty("watched_seconds", coverage.watchedMicros() / 1_000_000);
        json.writeNumberProperty("gap_seconds", coverage.missingMicros() / 1_000_000);
        json.writeArrayPropertyStart("gaps");
        int left = coverage.list(LISTED_GAPS, (start, end) -> {
            json.writeStartObject();
            json.writeStringProperty("start", Times.iso(start));
            json.writeStringProperty("end", Times.iso(end));
            json.writeEndObject();
        });
        json.writeEndArray();
        json.writeNumberProperty("gaps_not_listed", left);
        json.writeEndObject();
    }

    private void witness(Evidence.Answer answer) {
        json.writeStartObject();
        json.writeStringProperty("witness", answer.name());
        json.writeStringProperty("answer", answer.answer());
        texts("not_agreed", answer.notAgreed());
        json.writeEndObject();
    }

    private void benchmark(Evidence.Benchmark benchmark) {
        json.writeObjectPropertyStart("benchmark");
        json.writeStringProperty("title", Evidence.Benchmark.TITLE);
        texts("commands", benchmark.commands());
        json.writeStringProperty("by_inventory", benchmark.answer());
        json.writeNumberProperty("required", benchmark.required());
        json.writeNumberProperty("optional", benchmark.optional());
        json.writeNumberProperty("unknown", benchmark.unknown());
        json.writeEndObject();
    }

    private void plans() {
        List<Evidence.Plan> plans = Evidence.plans(data);
        json.writeObjectPropertyStart("implementation");
        json.writeArrayPropertyStart("instances");
        for (Evidence.Plan plan : plans) {
            Instance instance = plan.verdict().instance();
            json.writeStartObject();
            json.writeStringProperty("instance", instance.title());
            json.writeStringProperty("verdict", plan.verdict().verdict().code());
            json.writeBooleanProperty("apply_now", plan.applyNow());
            steps("steps", plan.implementation());
            json.writeEndObject();
        }
        json.writeEndArray();
        steps("later", FutureSteps.of(data.instances()));
        json.writeEndObject();
        json.writeObjectPropertyStart("back_out");
        json.writeStringProperty("no_way_back", Evidence.noWayBack());
        json.writeArrayPropertyStart("instances");
        for (Evidence.Plan plan : plans) {
            json.writeStartObject();
            json.writeStringProperty("instance", plan.verdict().instance().title());
            steps("steps", plan.backOut());
            json.writeEndObject();
        }
        json.writeEndArray();
        steps("later", Evidence.backOutOfFuture(data));
        json.writeEndObject();
    }

    private void steps(String name, List<NextSteps.Step> steps) {
        json.writeArrayPropertyStart(name);
        for (NextSteps.Step step : steps) {
            json.writeStartObject();
            json.writeStringProperty("title", step.title());
            texts("notes", step.notes());
            texts("commands", step.commands());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private void texts(String name, List<String> texts) {
        json.writeArrayPropertyStart(name);
        texts.forEach(json::writeString);
        json.writeEndArray();
    }
}
