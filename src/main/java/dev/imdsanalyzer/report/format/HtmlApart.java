package dev.imdsanalyzer.report.format;

import dev.imdsanalyzer.report.Amount;
import dev.imdsanalyzer.report.CallerGroup;
import dev.imdsanalyzer.report.ReportData;
import dev.imdsanalyzer.report.TopTexts;
import java.io.PrintStream;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** What is in no verdict: requests meant for other clouds, with how to switch them off, and what never reached IMDS. */
final class HtmlApart {
    private static final int LISTED = 100;
    private static final int LISTED_PROXIES = 3;

    private final ReportData data;
    private final PrintStream out;

    HtmlApart(ReportData data, PrintStream out) {
        this.data = data;
        this.out = out;
    }

    /** Whether all its calls are meant for another cloud. */
    static boolean isProbe(CallerGroup caller) {
        return caller.tally().probes() > 0
                && caller.tally().probes() == caller.tally().total();
    }

    /** Whether a process of the host answered all its calls. */
    static boolean isAnsweredHere(CallerGroup caller) {
        return caller.tally().local() > 0
                && caller.tally().local() == caller.tally().total();
    }

    /** Whether it was refused without a token and then got one by itself, and nothing else of it stands in the way. */
    static boolean recovers(CallerGroup caller) {
        return caller.tally().v1Recovered() > 0 && caller.tally().v1InTheWay() == 0;
    }

    void write() {
        list(
                "Refused first, then with a token",
                "These programs try IMDSv1, are refused with 401, and get a token by themselves: requiring IMDSv2 does not break"
                        + " them, and they do not hold READY up.",
                HtmlApart::recovers,
                HtmlApart::recovered);
        list(
                "Probes for other clouds",
                "Libraries and detectors ask this address for other clouds' metadata. They count as IMDSv1 by the rule, no token"
                        + " can be added to them, and nothing of them breaks when IMDSv2 is required: they do not hold READY up.",
                caller -> caller.tally().probes() > 0,
                HtmlApart::probe);
        list(
                "Answered on the host, not by IMDS",
                "A process of the host answered in the place of IMDS. These calls count neither for nor against READY; what that"
                        + " process asks IMDS has lines of its own.",
                caller -> caller.tally().local() > 0,
                HtmlApart::local);
    }

    private interface About {
        String of(CallerGroup caller);
    }

    private void list(String title, String meaning, Predicate<CallerGroup> which, About about) {
        List<CallerGroup> callers = data.callers().stream().filter(which).toList();
        if (callers.isEmpty()) {
            return;
        }
        out.print("<h2>" + title + "</h2>\n<p class=\"note\">" + Escape.html(meaning)
                + "</p>\n<div class=\"sheet apart\">");
        for (CallerGroup caller : callers.subList(0, Math.min(LISTED, callers.size()))) {
            out.print("<div class=\"finding\"><b>" + Escape.html(caller.label()) + "</b><div>" + about.of(caller)
                    + "</div></div>\n");
        }
        out.print("</div>\n");
        if (callers.size() > LISTED) {
            out.print("<p class=\"note\">… and " + Amount.of(callers.size() - LISTED, "caller")
                    + " more: <code>--format json</code> has them all.</p>\n");
        }
    }

    private static String recovered(CallerGroup caller) {
        return Amount.of(caller.tally().v1Recovered(), "refusal") + places(caller) + ", then "
                + Amount.of(caller.tally().v2(), "IMDSv2 call");
    }

    private static String probe(CallerGroup caller) {
        String advice = caller.probeAdvice() == null ? "" : "<br>" + Escape.html(caller.probeAdvice());
        return Amount.of(caller.tally().probes(), "probe") + places(caller) + advice;
    }

    private static String local(CallerGroup caller) {
        String through = caller.proxies().sorted().stream()
                .limit(LISTED_PROXIES)
                .map(TopTexts.Counted::text)
                .collect(Collectors.joining(", "));
        return Amount.of(caller.tally().local(), "call")
                + places(caller)
                + (through.isEmpty() ? "" : ", answered by " + Escape.html(through));
    }

    private static String places(CallerGroup caller) {
        return " on " + Amount.of(caller.instances().size(), "instance");
    }
}
