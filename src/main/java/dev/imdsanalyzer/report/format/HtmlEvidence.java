package dev.imdsanalyzer.report.format;

import dev.imdsanalyzer.report.Amount;
import dev.imdsanalyzer.report.Evidence;
import dev.imdsanalyzer.report.InstanceVerdict;
import dev.imdsanalyzer.report.NextSteps;
import dev.imdsanalyzer.report.ReportData;
import dev.imdsanalyzer.report.Times;
import dev.imdsanalyzer.report.input.StoredInput;
import dev.imdsanalyzer.status.ToolVersion;
import java.io.PrintStream;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;

/** What an auditor files: the inputs with their digests, coverage, witnesses, the benchmark's test, plan and way back. */
final class HtmlEvidence {
    private static final int LISTED = 100;
    private static final int OPEN_LINES = 5;
    private static final int OPEN_PLANS = 2;
    private static final int LISTED_GAPS = 10;
    private static final int LISTED_PLANS = 20;

    private final ReportData data;
    private final PrintStream out;

    HtmlEvidence(ReportData data, PrintStream out) {
        this.data = data;
        this.out = out;
    }

    void write() {
        out.print("<h2>Evidence</h2>\n<p class=\"note\">imds-packet-analyzer "
                + Escape.html(ToolVersion.read()) + ", made "
                + data.options().now().truncatedTo(ChronoUnit.SECONDS)
                + "; window " + Times.length(data.options().windowMicros())
                + " until " + Times.minutes(data.asOf())
                + " UTC. Long lists are cut here; <code>--format json</code>, member <code>evidence</code>, has every input,"
                + " instance and plan, and of each instance's gaps the first "
                + Amount.grouped(JsonEvidence.LISTED_GAPS)
                + " and how many more there are.</p>\n<div class=\"card evidence\">");
        inputs();
        coverage();
        witnesses();
        benchmark();
        plans();
        out.print("</div>\n");
    }

    private void inputs() {
        open("Inputs: SHA-256 of the bytes as stored", data.input().stored().size() > OPEN_LINES);
        out.print("<ul>");
        List<StoredInput> inputs = data.input().stored();
        for (StoredInput input : inputs.subList(0, Math.min(LISTED, inputs.size()))) {
            out.print("<li>" + Escape.html(input.name()) + " (" + input.kind().code() + "), "
                    + Amount.of(input.bytes(), "byte")
                    + (input.lines() < 0 || input.kind() != StoredInput.Kind.LOG
                            ? ""
                            : ", " + Amount.of(input.lines(), "line"))
                    + (input.whole() ? "" : ", <b>not read whole</b>")
                    + (input.sha256() == null ? "" : " <code>" + input.sha256() + "</code>") + "</li>");
        }
        more(inputs.size(), LISTED);
    }

    /** Opens a list, or shuts it where it is long; in print it is always open. */
    private void open(String title, boolean isLong) {
        out.print("<details" + (isLong ? "" : " open") + "><summary><h3>" + title + "</h3></summary>");
    }

    private void more(int count, int listed) {
        out.print(
                (count > listed ? "<li>… " + Amount.grouped(count - listed) + " more</li>" : "") + "</ul></details>\n");
    }

    private void coverage() {
        List<InstanceVerdict> instances = data.instances();
        open("Coverage in the window", instances.size() > OPEN_LINES);
        out.print("<ul>");
        for (InstanceVerdict verdict : instances.subList(0, Math.min(LISTED, instances.size()))) {
            Evidence.Coverage coverage = Evidence.coverage(data, verdict);
            long missing = coverage.missingMicros();
            out.print("<li>" + Escape.html(verdict.instance().title()) + ": "
                    + Times.length(coverage.watchedMicros()) + " watched"
                    + (missing == 0 ? ", without a gap" : ", gaps of " + Times.length(missing) + gaps(coverage))
                    + "</li>");
        }
        more(instances.size(), LISTED);
    }

    private static String gaps(Evidence.Coverage coverage) {
        StringBuilder text = new StringBuilder();
        int left = coverage.list(
                LISTED_GAPS,
                (start, end) -> text.append(text.isEmpty() ? ": " : "; ")
                        .append(Times.minutes(start))
                        .append(" to ")
                        .append(Times.minutes(end)));
        return text + (left == 0 ? "" : " and " + Amount.grouped(left) + " more");
    }

    private void witnesses() {
        out.print("<h3>Witnesses beside the logs</h3><ul>");
        for (Evidence.Answer answer : Evidence.witnesses(data)) {
            List<String> notAgreed = answer.notAgreed();
            out.print("<li>" + answer.name() + ": " + answer.answer().replace('-', ' ')
                    + (notAgreed.isEmpty()
                            ? ""
                            : ": "
                                    + Escape.html(String.join(
                                            ", ", notAgreed.subList(0, Math.min(LISTED_GAPS, notAgreed.size()))))
                                    + (notAgreed.size() > LISTED_GAPS
                                            ? " and " + (notAgreed.size() - LISTED_GAPS) + " more"
                                            : ""))
                    + "</li>");
        }
        out.print("</ul>\n");
    }

    private void benchmark() {
        Evidence.Benchmark benchmark = Evidence.benchmark(data);
        out.print("<h3>Benchmark</h3><p class=\"note\">" + Escape.html(Evidence.Benchmark.TITLE)
                + ". It looks at the setting alone, and is passed when this prints nothing:</p><div class=\"step\">");
        benchmark.commands().forEach(this::command);
        out.print("</div><p>By the inventory: " + benchmark.answer().replace('-', ' ') + " ("
                + Amount.grouped(benchmark.required()) + " required, " + Amount.grouped(benchmark.optional())
                + " optional, " + Amount.grouped(benchmark.unknown()) + " not known).</p>\n");
    }

    private void plans() {
        List<Evidence.Plan> plans = Evidence.plans(data);
        List<Evidence.Plan> listed = plans.subList(0, Math.min(LISTED_PLANS, plans.size()));
        open("Implementation plan", plans.size() > OPEN_PLANS);
        for (Evidence.Plan plan : listed) {
            out.print("<div class=\"step\"><p><b>"
                    + Escape.html(plan.verdict().instance().title()) + "</b>, "
                    + (plan.applyNow()
                            ? "ready: apply now"
                            : "not now: " + plan.verdict().verdict().title().toLowerCase(Locale.ROOT))
                    + "</p>");
            commands(plan.implementation());
        }
        left(plans.size());
        out.print("<p class=\"note\">Then what is launched later: the steps under Next, in their order.</p>\n"
                + "</details>");
        open("Back-out plan", plans.size() > OPEN_PLANS);
        out.print("<p class=\"note\">" + Escape.html(Evidence.noWayBack()) + "</p>");
        for (Evidence.Plan plan : listed) {
            out.print("<div class=\"step\"><p><b>"
                    + Escape.html(plan.verdict().instance().title()) + "</b></p>");
            commands(plan.backOut());
        }
        left(plans.size());
        for (NextSteps.Step step : Evidence.backOutOfFuture(data)) {
            out.print("<div class=\"step\"><p><b>" + Escape.html(step.title()) + "</b></p>");
            step.notes().forEach(note -> out.print("<p class=\"note\">" + Escape.html(note) + "</p>"));
            step.commands().forEach(this::command);
            out.print("</div>\n");
        }
        out.print("</details>\n");
    }

    private void commands(List<NextSteps.Step> steps) {
        if (steps.isEmpty()) {
            out.print("<p class=\"note\">Its instance id is not known.</p>");
        }
        steps.forEach(step -> step.commands().forEach(this::command));
        out.print("</div>\n");
    }

    private void left(int count) {
        if (count > LISTED_PLANS) {
            out.print("<p class=\"note\">… and " + Amount.grouped(count - LISTED_PLANS) + " more instances.</p>\n");
        }
    }

    private void command(String command) {
        HtmlSteps.block(List.of(command), out);
    }
}
