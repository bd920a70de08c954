package dev.imdsanalyzer.report.format;

import dev.imdsanalyzer.report.Amount;
import dev.imdsanalyzer.report.CallerGroup;
import dev.imdsanalyzer.report.CallerPlace;
import dev.imdsanalyzer.report.ChainLink;
import dev.imdsanalyzer.report.Remedy;
import dev.imdsanalyzer.report.ReportData;
import dev.imdsanalyzer.report.Tally;
import dev.imdsanalyzer.report.Times;
import dev.imdsanalyzer.report.TopTexts;
import java.io.PrintStream;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.StringJoiner;

/**
 * The callers as rows, each with its remedy and details that open: who it is, how often it calls, its chain, and how to mend it. The most pressing open, the rest
 * of a large fleet's stand as lines; the first of them open in print, too.
 */
final class HtmlCallers {
    private static final int OPEN_ROWS = 2;
    private static final int DETAILED_ROWS = 300;
    private static final int PRINTED_DETAILS = 25;
    private static final int LISTED_TEXTS = 8;
    private static final int LISTED_INSTANCES = 12;
    private static final int LONGEST_TEXT = 400;

    private final ReportData data;
    private final PrintStream out;
    private final Set<CallerGroup> blocking;

    HtmlCallers(ReportData data, PrintStream out) {
        this.data = data;
        this.blocking = Set.copyOf(data.blockers());
        this.out = out;
    }

    void write() {
        List<CallerGroup> callers = data.callersByUrgency();
        out.print(
                "<h2 id=\"callers\">Callers</h2>\n<p class=\"note\">One row a program, joined over all instances. Open a row for"
                        + " its chain of processes and its remedy."
                        + (callers.size() > DETAILED_ROWS
                                ? " The first " + DETAILED_ROWS
                                        + " open; <code>--format json</code> has the details of all."
                                : "")
                        + "</p>\n<div class=\"tools\" data-for=\"callers\"><input type=\"search\""
                        + " placeholder=\"Filter: program, path, user, instance …\" aria-label=\"Filter callers\"><label><input"
                        + " type=\"checkbox\" value=\"v1\"> IMDSv1 only</label><output></output></div>\n<div class=\"sheet callers\""
                        + " data-sheet=\"callers\" role=\"table\" aria-label=\"Callers\"><div role=\"rowgroup\"><div class=\"head\" role=\"row\">");
        head("Program", false);
        head("v1 served", true);
        head("v1 refused", true);
        head("v2", true);
        head("fallbacks", true);
        head("instances", true);
        head("last seen, UTC", true);
        out.print("</div></div><div class=\"body\" role=\"presentation\">\n");
        int row = 0;
        for (CallerGroup caller : callers) {
            row(caller, row++);
        }
        out.print("</div></div>\n");
    }

    private void row(CallerGroup caller, int row) {
        boolean inTheWay = blocking.contains(caller);
        Remedy remedy = data.remedy(caller);
        String fix = remedy == null ? "" : Escape.html(remedy.summary());
        out.print("<div class=\"row" + (inTheWay && row < PRINTED_DETAILS ? " printed" : "") + "\" role=\"rowgroup\""
                + words(caller) + "><div class=\"flat\" role=\"row\">");
        cells(caller);
        out.print("</div>");
        out.print("<div role=\"row\"><div class=\"below\" role=\"cell\" aria-colspan=\"7\"><small class=\"on\">"
                + Escape.html(CallerPlace.of(caller, data).on()) + "</small>");
        if (row < DETAILED_ROWS) {
            out.print("<details"
                    + (inTheWay && row < OPEN_ROWS ? " open" : "") + "><summary>"
                    + (fix.isEmpty() ? "Details" : "<b>Fix</b> " + fix) + "</summary><div class=\"inside\">");
            details(caller, remedy);
            out.print("</div></details>");
        } else if (!fix.isEmpty()) {
            out.print("<small class=\"on\">" + fix + "</small>");
        }
        out.print("</div></div></div>\n");
    }

    private void head(String name, boolean number) {
        out.print("<div role=\"columnheader\"" + (number ? " class=\"num\"" : "")
                + "><button type=\"button\" data-kind=\"" + (number ? "number" : "text") + "\">" + name
                + "</button></div>");
    }

    /** What the tiles and the box above the table look for. */
    private String words(CallerGroup caller) {
        Tally tally = caller.tally();
        StringJoiner words = new StringJoiner(" ", " data-in=\"", "\"").setEmptyValue("");
        if (tally.v1() > 0) {
            words.add("v1");
        }
        if (blocking.contains(caller)) {
            words.add(HtmlTiles.BLOCKING);
        }
        if (tally.v1ServedInTheWay() > 0) {
            words.add(HtmlTiles.SERVED);
        }
        if (tally.v1Rejected() > 0) {
            words.add(HtmlTiles.REFUSED);
        }
        if (tally.v2() > 0) {
            words.add(HtmlTiles.VERSION_2);
        }
        if (tally.probes() > 0) {
            words.add(HtmlTiles.PROBES);
        }
        if (tally.local() > 0) {
            words.add(HtmlTiles.LOCAL);
        }
        return words.toString();
    }

    private void cells(CallerGroup caller) {
        Tally tally = caller.tally();
        out.print("<span class=\"who\" role=\"cell\">" + Escape.html(caller.label()) + tags(caller) + workload(caller)
                + "</span>");
        boolean harmless = tally.v1InTheWay() == 0;
        number(tally.v1Served(), harmless ? "" : "bad");
        number(tally.v1Rejected(), harmless ? "" : "refused");
        number(tally.v2(), "");
        number(tally.fallbacks(), "");
        number(caller.instances().size(), "");
        out.print("<span role=\"cell\" class=\"num\">" + Times.minutes(tally.last()) + "</span>");
    }

    private void details(CallerGroup caller, Remedy remedy) {
        if (remedy != null && !remedy.steps().isEmpty()) {
            out.print("<div class=\"fix\">");
            HtmlSteps.write(remedy.steps(), out);
            out.print("</div>");
        }
        out.print("<div class=\"facts\">");
        place(caller);
        chain(caller);
        texts("Paths", caller.paths(), true);
        texts("Arguments, changing parts folded", caller.arguments(), false);
        texts("User agents", caller.userAgents(), false);
        texts("Executables", caller.executables(), false);
        texts("Containers", caller.containers(), false);
        instances(caller);
        out.print("</div>");
    }

    private void place(CallerGroup caller) {
        out.print("<div><h3>Where and who</h3><dl class=\"place\">");
        CallerPlace.of(caller, data)
                .parts()
                .forEach((kind, names) ->
                        out.print("<dt>" + kind + "</dt><dd>" + Escape.html(shortened(names)) + "</dd>"));
        out.print("</dl></div>");
    }

    private static String workload(CallerGroup caller) {
        StringBuilder html = new StringBuilder();
        caller.workload()
                .parts()
                .forEach((name, value) -> html.append("<span><i>")
                        .append(name)
                        .append("</i> ")
                        .append(Escape.html(shortened(value)))
                        .append("</span>"));
        return html.isEmpty() ? "" : "<small class=\"workload\">" + html + "</small>";
    }

    private String tags(CallerGroup caller) {
        boolean gone = caller.tally().v1InTheWay() > 0 && !blocking.contains(caller);
        return (data.newcomers().has(caller) ? "<span class=\"tag new\">new</span>" : "")
                + (gone ? "<span class=\"tag\">no longer seen with v1</span>" : "")
                + (HtmlApart.recovers(caller) ? "<span class=\"tag\">gets a token by itself</span>" : "")
                + (HtmlApart.isProbe(caller) ? "<span class=\"tag\">another cloud's</span>" : "")
                + (HtmlApart.isAnsweredHere(caller) ? "<span class=\"tag\">answered on the host</span>" : "")
                + (caller.onlyAtBoot() ? "<span class=\"tag\">only at boot</span>" : "")
                + (caller.tally().fallbacks() > 0 ? "<span class=\"tag\">falls back</span>" : "");
    }

    private void number(long value, String tone) {
        out.print("<span role=\"cell\" class=\"num" + (value == 0 ? " zero" : tone.isEmpty() ? "" : " " + tone) + "\">"
                + Amount.grouped(value) + "</span>");
    }

    private void chain(CallerGroup caller) {
        List<ChainLink> chain = caller.chain();
        if (chain.isEmpty()) {
            return;
        }
        out.print("<div><h3>Who started it (an example)</h3><ol class=\"chain\">");
        for (ChainLink link : chain) {
            String text = link.commandLine() != null ? link.commandLine() : link.executable();
            out.print("<li><b>" + Escape.html(link.name() == null ? "?" : link.name()) + "</b>"
                    + (link.pid() < 0 ? "" : " <small>" + link.pid() + "</small>")
                    + (text == null ? "" : "<br><code>" + Escape.html(shortened(text)) + "</code>") + "</li>");
        }
        out.print("</ol></div>");
    }

    private void texts(String title, TopTexts texts, boolean paths) {
        List<TopTexts.Counted> sorted = texts.sorted();
        if (sorted.isEmpty()) {
            return;
        }
        out.print("<div><h3>" + title + "</h3><ul class=\"texts\">");
        for (TopTexts.Counted counted : sorted.subList(0, Math.min(LISTED_TEXTS, sorted.size()))) {
            out.print("<li><b>" + Amount.grouped(counted.count()) + "</b><code"
                    + (paths && counted.urgent() ? " class=\"hot\"" : "") + ">" + Escape.html(shortened(counted.text()))
                    + "</code></li>");
        }
        if (sorted.size() > LISTED_TEXTS) {
            out.print("<li><b></b>… " + (sorted.size() - LISTED_TEXTS) + " more</li>");
        }
        out.print("</ul></div>");
    }

    private void instances(CallerGroup caller) {
        boolean v1 = caller.tally().v1() > 0;
        List<CallerGroup.OnInstance> named = caller.instances().stream()
                .filter(on -> !v1 || on.tally().v1() > 0)
                .sorted(Comparator.comparingLong((CallerGroup.OnInstance on) ->
                                v1 ? on.tally().v1() : on.tally().total())
                        .reversed())
                .toList();
        out.print("<div><h3>" + (v1 ? "Instances with its IMDSv1 calls" : "Instances") + "</h3><ul class=\"texts\">");
        for (CallerGroup.OnInstance on : named.subList(0, Math.min(LISTED_INSTANCES, named.size()))) {
            out.print("<li><b>"
                    + Amount.grouped(v1 ? on.tally().v1() : on.tally().total()) + "</b><code>"
                    + Escape.html(CallerPlace.title(on.instance())) + "</code></li>");
        }
        if (named.size() > LISTED_INSTANCES) {
            out.print("<li><b></b>… " + Amount.grouped(named.size() - LISTED_INSTANCES) + " more</li>");
        }
        if (named.size() < caller.instances().size()) {
            out.print("<li><b>0</b>on " + Amount.of(caller.instances().size() - named.size(), "other instance")
                    + "</li>");
        }
        out.print("</ul></div>");
    }

    private static String shortened(String text) {
        return text.length() <= LONGEST_TEXT ? text : text.substring(0, LONGEST_TEXT) + "…";
    }
}
