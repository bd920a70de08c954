package dev.imdsanalyzer.report.format;

import dev.imdsanalyzer.report.Amount;
import dev.imdsanalyzer.report.Instance;
import dev.imdsanalyzer.report.InstanceVerdict;
import dev.imdsanalyzer.report.Remedy;
import dev.imdsanalyzer.report.ReportData;
import dev.imdsanalyzer.report.Tally;
import dev.imdsanalyzer.report.Ticket;
import dev.imdsanalyzer.report.Times;
import dev.imdsanalyzer.report.Verdict;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Work to hand out, one item a caller: as Markdown for people, as CSV for trackers. */
public final class TicketsReport {
    /** The columns of the CSV, in order. New columns are only ever added at the end. */
    public static final List<String> COLUMNS = List.of(
            "title",
            "package",
            "unit",
            "image",
            "namespace",
            "team",
            "user",
            "what_to_change",
            "steps",
            "instances",
            "instances_alone",
            "instance_names",
            "evidence",
            "done_when",
            "broken_now",
            "new",
            "fingerprint");

    private static final int LISTED_INSTANCES = 100;
    private static final int JUDGED_INSTANCES = 20;

    private TicketsReport() {}

    /** Writes Markdown (CommonMark); whatever a log says stands in code spans or fenced blocks. Does not close the stream. */
    public static void writeMarkdown(ReportData data, PrintStream out) {
        List<Ticket> tickets = Ticket.of(data);
        out.print("# IMDSv2: who has to change what\n\n**" + data.verdict().title() + "** "
                + Markdown.prose(Headline.of(data)) + "\n");
        if (data.forecast() != Tally.NEVER) {
            out.print("\n" + data.forecastSentence(data.forecast()) + ".\n");
        }
        if (tickets.isEmpty()) {
            out.print("\nNo caller keeps an instance from READY.\n");
        }
        int number = 0;
        for (Ticket ticket : tickets) {
            out.print("\n## " + ++number + ". " + Markdown.code(ticket.title()) + "\n\n");
            ticket.owners().forEach((kind, name) -> item(out, capital(kind), Markdown.code(name)));
            item(out, "Holds up", Markdown.prose(ticket.reach()));
            if (!ticket.blocked().isEmpty()) {
                item(out, "Where", Markdown.code(ticket.where()));
            }
            if (data.newcomers().has(ticket.caller())) {
                item(
                        out,
                        "New",
                        "first seen " + Times.minutes(ticket.caller().tally().first()) + " UTC");
            }
            item(out, "Evidence", Markdown.code(ticket.evidence()));
            item(out, "Done when", Markdown.code(ticket.done()));
            remedy(ticket.remedy(), out);
        }
        notReady(data, out);
    }

    /** Also what no caller can mend: time not watched, losses, what a witness saw. */
    private static void notReady(ReportData data, PrintStream out) {
        List<InstanceVerdict> instances = data.instances().stream()
                .filter(instance -> instance.verdict() != Verdict.READY)
                .toList();
        if (instances.isEmpty()) {
            return;
        }
        out.print("\n## Instances that are not READY\n\n");
        for (InstanceVerdict instance : instances.subList(0, Math.min(JUDGED_INSTANCES, instances.size()))) {
            out.print("- " + Markdown.code(instance.instance().title()) + "\n");
            instance.reasons().forEach(reason -> out.print("  - " + Markdown.code(reason) + "\n"));
            instance.witnesses()
                    .forEach(witness -> out.print("  - witness " + Markdown.code(witness.sentence()) + "\n"));
        }
        if (instances.size() > JUDGED_INSTANCES) {
            out.print("- … and " + Amount.grouped(instances.size() - JUDGED_INSTANCES)
                    + " more: --format csv has them all\n");
        }
    }

    private static void item(PrintStream out, String name, String value) {
        out.print("- **" + name + ":** " + value + "\n");
    }

    private static void remedy(Remedy remedy, PrintStream out) {
        if (remedy == null) {
            return;
        }
        out.print("\nWhat to change: " + Markdown.prose(remedy.summary()) + "\n");
        List<String> block = new ArrayList<>();
        for (String step : remedy.steps()) {
            if (Remedy.isCommand(step)) {
                block.add(step);
                continue;
            }
            out.print(Markdown.fence(block));
            block.clear();
            out.print("\n" + Markdown.prose(step) + "\n");
        }
        out.print(Markdown.fence(block));
    }

    private static String capital(String word) {
        return word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1);
    }

    /** Writes CSV (RFC 4180, UTF-8, CR LF), a row an item; does not close the stream. */
    public static void writeCsv(ReportData data, PrintStream out) {
        row(out, COLUMNS);
        for (Ticket ticket : Ticket.of(data)) {
            List<String> cells = new ArrayList<>();
            cells.add(ticket.title());
            Ticket.OWNER_KINDS.forEach(kind -> cells.add(ticket.owners().getOrDefault(kind, "")));
            Remedy remedy = ticket.remedy();
            cells.add(remedy == null ? "" : remedy.summary());
            cells.add(remedy == null ? "" : String.join(" | ", remedy.steps()));
            cells.add(Integer.toString(ticket.blocked().size()));
            cells.add(Long.toString(ticket.alone()));
            cells.add(ticket.blocked().stream()
                    .limit(LISTED_INSTANCES)
                    .map(Instance::title)
                    .collect(Collectors.joining(" | ")));
            cells.add(ticket.evidence());
            cells.add(ticket.done());
            cells.add(Boolean.toString(ticket.broken()));
            cells.add(Boolean.toString(data.newcomers().has(ticket.caller())));
            cells.add(ticket.caller().fingerprint());
            row(out, cells);
        }
    }

    private static void row(PrintStream out, List<String> cells) {
        out.print(cells.stream().map(Escape::csv).collect(Collectors.joining(",")));
        out.print("\r\n");
    }
}
