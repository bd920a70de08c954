package dev.imdsanalyzer.report.format;

import dev.imdsanalyzer.report.Amount;
import dev.imdsanalyzer.report.Instance;
import dev.imdsanalyzer.report.InstanceVerdict;
import dev.imdsanalyzer.report.Place;
import dev.imdsanalyzer.report.ReportData;
import dev.imdsanalyzer.report.Tally;
import dev.imdsanalyzer.report.Times;
import java.io.PrintStream;

/** The instances, each with its verdict, the reasons for it and the time that was watched. */
final class HtmlInstances {
    private final ReportData data;
    private final PrintStream out;
    private final HtmlChart chart;

    HtmlInstances(ReportData data, PrintStream out) {
        this.data = data;
        this.out = out;
        this.chart = new HtmlChart(data, out);
    }

    void write() {
        out.print(
                "<h2>Instances</h2>\n<p class=\"note\">The strip shows the time watched, on the axis of the chart above; the"
                        + " mark in it is the last IMDSv1 call.</p>\n<div class=\"tools\" data-for=\"instances\"><input type=\"search\""
                        + " placeholder=\"Filter: instance, host, verdict …\" aria-label=\"Filter instances\"><label><input"
                        + " type=\"checkbox\"> not ready only</label><output></output></div>\n<div class=\"sheet instances\""
                        + " data-sheet=\"instances\" role=\"table\" aria-label=\"Instances\"><div role=\"rowgroup\"><div class=\"head\" role=\"row\">");
        head("title", "Instance", false);
        head("rank", "Verdict", true);
        head("served", "v1 served", true);
        head("refused", "v1 refused", true);
        head("v2", "v2", true);
        head("clean", "watched since v1", true);
        out.print("</div></div><div class=\"body\" role=\"rowgroup\">\n");
        data.instances().forEach(this::row);
        out.print("</div></div>\n");
    }

    private void head(String key, String name, boolean number) {
        boolean right = number && !key.equals("rank") && !key.equals("clean");
        out.print(
                "<div role=\"columnheader\"" + (right ? " class=\"num\"" : "") + "><button type=\"button\" data-key=\""
                        + key + "\" data-kind=\"" + (number ? "number" : "text") + "\">" + name + "</button></div>");
    }

    private void row(InstanceVerdict verdict) {
        Instance instance = verdict.instance();
        String title = Escape.html(instance.title());
        out.print("<div class=\"line\" role=\"row\" data-title=\"" + title + "\" data-rank=\""
                + verdict.verdict().ordinal()
                + "\" data-served=\"" + instance.tally().v1Served() + "\" data-refused=\""
                + instance.tally().v1Rejected()
                + "\" data-v2=\"" + instance.tally().v2() + "\" data-clean=\"" + verdict.cleanMicros() / 1_000_000
                + "\" data-only=\"" + (verdict.verdict().ordinal() == 0 ? 0 : 1)
                + "\"><div class=\"who\" role=\"cell\">" + title
                + (instance.id() != null && instance.name() != null
                        ? "<small>" + Escape.html(instance.name()) + "</small>"
                        : "")
                + (Place.title(instance.place()) == null
                        ? ""
                        : "<small>" + Escape.html(Place.title(instance.place())) + "</small>")
                + "</div><div class=\"why\" role=\"cell\"><span class=\"badge "
                + verdict.verdict().code() + "\">"
                + verdict.verdict().title() + "</span>");
        verdict.reasons().forEach(reason -> out.print("<div>" + Escape.html(reason) + "</div>"));
        if (verdict.forecast() != Tally.NEVER) {
            out.print("<div>" + data.forecastSentence(verdict.forecast()) + "</div>");
        }
        if (verdict.aboutSilence() != null) {
            out.print("<div>" + verdict.aboutSilence() + "</div>");
        }
        verdict.witnesses().forEach(witness -> out.print("<div>witness " + Escape.html(witness.sentence()) + "</div>"));
        out.print("</div>");
        number("v1 served", instance.tally().v1Served(), "bad");
        number("v1 refused", instance.tally().v1Rejected(), "refused");
        number("v2", instance.tally().v2(), "");
        out.print("<div class=\"cover\" role=\"cell\">" + chart.strip(verdict) + "<small class=\"why\">"
                + (verdict.proven().isEmpty() ? "not watched" : Times.length(verdict.cleanMicros()))
                + "</small></div></div>\n");
    }

    private void number(String name, long value, String tone) {
        out.print("<span role=\"cell\" class=\"num " + (value == 0 ? "zero" : tone) + "\" data-name=\"" + name + "\">"
                + Amount.grouped(value) + "</span>");
    }
}
