package dev.imdsanalyzer.report.format;

import dev.imdsanalyzer.report.Amount;
import dev.imdsanalyzer.report.Grouping;
import dev.imdsanalyzer.report.Instance;
import dev.imdsanalyzer.report.InstanceVerdict;
import dev.imdsanalyzer.report.ReportData;
import dev.imdsanalyzer.report.Tally;
import dev.imdsanalyzer.report.Times;
import dev.imdsanalyzer.report.Verdict;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The instances, each with its verdict, the reasons for it and the time that was watched. */
final class HtmlInstances {
    private static final int LISTED_GROUPS = 20;

    private final ReportData data;
    private final PrintStream out;
    private final HtmlChart chart;

    HtmlInstances(ReportData data, PrintStream out) {
        this.data = data;
        this.out = out;
        this.chart = new HtmlChart(data, out);
    }

    void write() {
        out.print("<h2 id=\"instances\">Instances</h2>\n");
        groups();
        out.print(
                "<p class=\"note\">The strip shows the time watched, on the axis of the chart above; the"
                        + " mark in it is the last IMDSv1 call.</p>\n<div class=\"tools\" data-for=\"instances\"><input type=\"search\""
                        + " placeholder=\"Filter: instance, host, verdict …\" aria-label=\"Filter instances\"><label><input"
                        + " type=\"checkbox\" value=\"unready\"> not ready only</label><output></output></div>\n<div class=\"sheet instances\""
                        + " data-sheet=\"instances\" role=\"table\" aria-label=\"Instances\"><div role=\"rowgroup\"><div class=\"head\" role=\"row\">");
        head("Instance", false);
        head("Verdict", true);
        head("v1 served", true);
        head("v1 refused", true);
        head("v2", true);
        head("watched since v1", true);
        out.print("</div></div><div class=\"body\" role=\"rowgroup\">\n");
        data.instancesByGroup().forEach(this::row);
        out.print("</div></div>\n");
    }

    private void head(String name, boolean number) {
        boolean right = number && !name.equals("Verdict") && !name.equals("watched since v1");
        out.print("<div role=\"columnheader\"" + (right ? " class=\"num\"" : "")
                + "><button type=\"button\" data-kind=\"" + (number ? "number" : "text") + "\">" + name
                + "</button></div>");
    }

    private void row(InstanceVerdict verdict) {
        Instance instance = verdict.instance();
        boolean ready = verdict.verdict() == Verdict.READY;
        out.print("<div class=\"line\" role=\"row\" data-in=\""
                + (ready ? "" : "unready ") + verdict.verdict().code()
                + "\"><div class=\"who\" role=\"cell\">" + Escape.html(instance.title())
                + (instance.id() != null && instance.name() != null
                        ? "<small>" + Escape.html(instance.name()) + "</small>"
                        : "")
                + groups(instance)
                + "</div><div class=\"why\" role=\"cell\" data-value=\""
                + verdict.verdict().ordinal() + "\"><span class=\"badge "
                + verdict.verdict().code() + "\">"
                + verdict.verdict().title() + "</span>");
        verdict.reasons().forEach(reason -> out.print("<div>" + Escape.html(reason) + "</div>"));
        if (verdict.forecast() != Tally.NEVER) {
            out.print("<div>" + data.forecastSentence(verdict.forecast()) + "</div>");
        }
        besides(instance.tally());
        if (verdict.aboutSilence() != null) {
            out.print("<div>" + verdict.aboutSilence() + "</div>");
        }
        verdict.witnesses().forEach(witness -> out.print("<div>witness " + Escape.html(witness.sentence()) + "</div>"));
        out.print("</div>");
        number(instance.tally().v1ServedInTheWay(), "bad");
        number(instance.tally().v1RejectedInTheWay(), "refused");
        number(instance.tally().v2(), "");
        out.print("<div class=\"cover\" role=\"cell\" data-value=\"" + verdict.cleanMicros() / 1_000_000 + "\">"
                + chart.strip(verdict) + "<small class=\"why\">"
                + (verdict.proven().isEmpty() ? "not watched" : Times.length(verdict.cleanMicros()))
                + "</small></div></div>\n");
    }

    /** Calls without a token that stand in no column, as nothing of them breaks. */
    private void besides(Tally tally) {
        List<String> parts = new ArrayList<>(2);
        if (tally.v1Harmless() > 0) {
            parts.add(Amount.of(tally.v1Harmless(), "call") + " that " + (tally.v1Harmless() == 1 ? "needs" : "need")
                    + " no IMDSv1");
        }
        if (tally.v1Recovered() > 0) {
            parts.add(Amount.of(tally.v1Recovered(), "refusal") + " followed by a token");
        }
        if (!parts.isEmpty()) {
            out.print("<div>besides " + String.join(", ", parts) + "</div>");
        }
    }

    private String groups(Instance instance) {
        StringBuilder html = new StringBuilder();
        for (Grouping grouping : List.of(Grouping.ACCOUNT, Grouping.OWNER, Grouping.GROUP)) {
            String name = grouping.of(instance, data.inventory());
            if (name != null) {
                html.append("<small>").append(Escape.html(name)).append("</small>");
            }
        }
        return html.toString();
    }

    /** Verdicts by kind of group, where there are several groups of it. */
    private void groups() {
        StringBuilder tables = new StringBuilder();
        for (Grouping grouping : Grouping.values()) {
            List<Grouping.Group> groups = grouping.groups(data.instances(), data.inventory());
            if (groups.size() < 2 || groups.stream().allMatch(group -> group.name() == null)) {
                continue;
            }
            tables.append("<div><h3>By ").append(grouping.title()).append("</h3><ul class=\"groups\">");
            for (Grouping.Group group : groups.subList(0, Math.min(LISTED_GROUPS, groups.size()))) {
                tables.append("<li><span>")
                        .append(group.name() == null ? "not known" : Escape.html(group.name()))
                        .append("</span>");
                group.verdicts().entrySet().stream()
                        .sorted(Map.Entry.<Verdict, Integer>comparingByKey().reversed())
                        .forEach(count -> tables.append("<span class=\"badge ")
                                .append(count.getKey().code())
                                .append("\">")
                                .append(count.getValue())
                                .append(' ')
                                .append(count.getKey().title().toLowerCase(Locale.ROOT))
                                .append("</span>"));
                tables.append("</li>");
            }
            if (groups.size() > LISTED_GROUPS) {
                tables.append("<li>… ")
                        .append(Amount.grouped(groups.size() - LISTED_GROUPS))
                        .append(" more</li>");
            }
            tables.append("</ul></div>");
        }
        if (!tables.isEmpty()) {
            out.print("<div class=\"card facts\">" + tables + "</div>\n");
        }
    }

    private void number(long value, String tone) {
        out.print("<span role=\"cell\" class=\"num" + (value == 0 ? " zero" : tone.isEmpty() ? "" : " " + tone) + "\">"
                + Amount.grouped(value) + "</span>");
    }
}
