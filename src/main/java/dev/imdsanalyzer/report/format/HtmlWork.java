package dev.imdsanalyzer.report.format;

import dev.imdsanalyzer.report.Amount;
import dev.imdsanalyzer.report.CallerPlace;
import dev.imdsanalyzer.report.Changes;
import dev.imdsanalyzer.report.Newcomers;
import dev.imdsanalyzer.report.ReportData;
import dev.imdsanalyzer.report.Ticket;
import dev.imdsanalyzer.report.Times;
import java.io.PrintStream;
import java.util.List;

/** What changed since an earlier report, and the work to hand out, one item a caller. */
final class HtmlWork {
    private static final int NAMED = 50;
    private static final int LISTED_TICKETS = 200;

    private final ReportData data;
    private final PrintStream out;

    HtmlWork(ReportData data, PrintStream out) {
        this.data = data;
        this.out = out;
    }

    /** What changed, and who is new; nothing where neither is known. */
    void changes() {
        Changes changes = data.changes();
        if (changes != null) {
            out.print("<h2>Since the report as of " + Times.minutes(changes.since())
                    + " UTC</h2>\n<div class=\"card\"><p>" + Escape.html(changes.ready()) + "</p><p>"
                    + Escape.html(changes.pace()) + "</p>");
            for (Changes.Kind kind : Changes.Kind.values()) {
                change(changes, kind);
            }
            out.print("<p>" + Amount.of(changes.still(), "caller") + " still in the way</p></div>\n");
        }
        if (!data.newcomers().callers().isEmpty()) {
            out.print("<p class=\"note\"><b>"
                    + Amount.of(data.newcomers().callers().size(), "caller")
                    + "</b> marked <span class=\"tag new\">new</span> below. " + Newcomers.meaning() + "</p>\n");
        }
    }

    private void change(Changes changes, Changes.Kind kind) {
        List<Changes.Change> callers = changes.callers().stream()
                .filter(change -> change.kind() == kind)
                .toList();
        if (callers.isEmpty()) {
            return;
        }
        out.print("<h3>" + Amount.grouped(callers.size()) + " " + kind.code() + ": " + kind.meaning()
                + "</h3><ul class=\"texts\">");
        callers.stream()
                .limit(NAMED)
                .forEach(change -> out.print("<li><span>" + Escape.html(change.label()) + " <code>"
                        + Escape.html(change.fingerprint()) + "</code></span></li>"));
        if (callers.size() > NAMED) {
            out.print("<li>… " + Amount.grouped(callers.size() - NAMED) + " more</li>");
        }
        out.print("</ul>");
    }

    /** The items, the most pressing first; nothing where there is none. */
    void tickets() {
        List<Ticket> tickets = Ticket.of(data);
        if (tickets.isEmpty()) {
            return;
        }
        out.print(
                "<h2>Do first</h2>\n<p class=\"note\">Work to hand out, one item a caller: who is refused now first, then"
                        + " credentials by IMDSv1, then who still calls; among those who keep most instances from READY. <code>--format tickets-csv</code> writes them for a tracker.</p>\n<div class=\"sheet"
                        + " tickets\">");
        int number = 0;
        for (Ticket ticket : tickets.subList(0, Math.min(LISTED_TICKETS, tickets.size()))) {
            ticket(++number, ticket);
        }
        out.print("</div>\n");
        if (tickets.size() > LISTED_TICKETS) {
            out.print("<p class=\"note\">… and " + Amount.grouped(tickets.size() - LISTED_TICKETS)
                    + " more: --format tickets-csv has them all.</p>\n");
        }
    }

    private void ticket(int number, Ticket ticket) {
        out.print("<details class=\"row\"><summary><span class=\"who\">" + number + ". " + Escape.html(ticket.title())
                + (data.newcomers().has(ticket.caller()) ? "<span class=\"tag new\">new</span>" : "") + "</span><small>"
                + Escape.html(ticket.reach())
                + (ticket.remedy() == null
                        ? ""
                        : " · " + Escape.html(ticket.remedy().summary()))
                + "</small></summary><div class=\"inside\"><dl>");
        CallerPlace.of(ticket.caller(), data).parts().forEach(this::pair);
        pair("evidence", ticket.evidence());
        pair("done when", ticket.done());
        out.print("</dl></div></details>\n");
    }

    private void pair(String name, String value) {
        out.print("<dt>" + name + "</dt><dd>" + Escape.html(value) + "</dd>");
    }
}
