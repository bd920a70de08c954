package dev.imdsanalyzer.report.format;

import dev.imdsanalyzer.report.Amount;
import dev.imdsanalyzer.report.CallerGroup;
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

/** The callers as rows that open: who it is, how often it calls, its chain, and how to mend it. */
final class HtmlCallers {
    private static final int OPEN_ROWS = 2;
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
        out.print(
                "<h2>Callers</h2>\n<p class=\"note\">One row a program, joined over all instances. Open a row for its chain of"
                        + " processes and its remedy.</p>\n<div class=\"tools\" data-for=\"callers\"><input type=\"search\""
                        + " placeholder=\"Filter: program, path, user, instance …\" aria-label=\"Filter callers\"><label><input"
                        + " type=\"checkbox\"> IMDSv1 only</label><output></output></div>\n<div class=\"sheet callers\""
                        + " data-sheet=\"callers\" role=\"table\" aria-label=\"Callers\"><div role=\"rowgroup\"><div class=\"head\" role=\"row\">");
        head("label", "Program", false);
        head("served", "v1 served", true);
        head("refused", "v1 refused", true);
        head("v2", "v2", true);
        head("fallbacks", "fallbacks", true);
        head("instances", "instances", true);
        head("last", "last seen, UTC", true);
        out.print("</div></div><div class=\"body\" role=\"presentation\">\n");
        int row = 0;
        for (CallerGroup caller : data.callersByUrgency()) {
            row(caller, row++ < OPEN_ROWS && caller.tally().v1() > 0);
        }
        out.print("</div></div>\n");
    }

    private void head(String key, String name, boolean number) {
        out.print(
                "<div role=\"columnheader\"" + (number ? " class=\"num\"" : "") + "><button type=\"button\" data-key=\""
                        + key + "\" data-kind=\"" + (number ? "number" : "text") + "\">" + name + "</button></div>");
    }

    private void row(CallerGroup caller, boolean open) {
        Tally tally = caller.tally();
        String label = Escape.html(caller.label());
        out.print("<details class=\"row\" role=\"rowgroup\"" + (open ? " open" : "") + " data-label=\"" + label
                + "\" data-served=\""
                + tally.v1Served() + "\" data-refused=\"" + tally.v1Rejected() + "\" data-v2=\"" + tally.v2()
                + "\" data-fallbacks=\"" + tally.fallbacks() + "\" data-instances=\""
                + caller.instances().size()
                + "\" data-last=\"" + tally.last() / 1_000_000 + "\" data-only=\"" + (tally.v1() > 0 ? 1 : 0)
                + "\"><summary role=\"row\"><span class=\"who\" role=\"cell\">" + label
                + tags(caller) + workload(caller) + "</span>");
        boolean harmless = tally.v1InTheWay() == 0;
        number("v1 served", tally.v1Served(), harmless ? "" : "bad");
        number("v1 refused", tally.v1Rejected(), harmless ? "" : "refused");
        number("v2", tally.v2(), "");
        number("fallbacks", tally.fallbacks(), "");
        number("instances", caller.instances().size(), "");
        out.print("<span role=\"cell\" class=\"num\" data-name=\"last seen\">" + Times.minutes(tally.last())
                + "</span></summary>\n<div role=\"row\"><div class=\"inside\" role=\"cell\" aria-colspan=\"7\">");
        remedy(caller);
        out.print("<div class=\"facts\">");
        chain(caller);
        texts("Paths", caller.paths(), true);
        texts("Arguments, changing parts folded", caller.arguments(), false);
        texts("User agents", caller.userAgents(), false);
        texts("Executables", caller.executables(), false);
        texts("Units", caller.units(), false);
        texts("Users", caller.users(), false);
        texts("Packages", caller.packages(), false);
        texts("Containers", caller.containers(), false);
        texts("Through", caller.proxies(), false);
        instances(caller);
        out.print("</div></div></div></details>\n");
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
                + (HtmlApart.isProbe(caller) ? "<span class=\"tag\">another cloud's</span>" : "")
                + (HtmlApart.isAnsweredHere(caller) ? "<span class=\"tag\">answered on the host</span>" : "")
                + (caller.onlyAtBoot() ? "<span class=\"tag\">only at boot</span>" : "")
                + (caller.tally().fallbacks() > 0 ? "<span class=\"tag\">falls back</span>" : "");
    }

    private void number(String name, long value, String tone) {
        out.print("<span role=\"cell\" class=\"num " + (value == 0 ? "zero" : tone) + "\" data-name=\"" + name + "\">"
                + Amount.grouped(value) + "</span>");
    }

    private void remedy(CallerGroup caller) {
        Remedy remedy = data.remedy(caller);
        if (remedy == null) {
            return;
        }
        out.print("<div class=\"fix\"><h3>What to do</h3><p>" + Escape.html(remedy.summary()) + "</p>");
        for (String step : remedy.steps()) {
            out.print(
                    Remedy.isCommand(step)
                            ? "<code>" + Escape.html(step) + "</code>"
                            : "<p>" + Escape.html(step) + "</p>");
        }
        out.print("</div>");
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
                    + Escape.html(on.instance().title()) + "</code></li>");
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
