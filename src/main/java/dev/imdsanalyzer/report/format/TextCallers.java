package dev.imdsanalyzer.report.format;

import dev.imdsanalyzer.output.text.DisplayWidth;
import dev.imdsanalyzer.report.Amount;
import dev.imdsanalyzer.report.CallerGroup;
import dev.imdsanalyzer.report.CallerPlace;
import dev.imdsanalyzer.report.ChainLink;
import dev.imdsanalyzer.report.Remedy;
import dev.imdsanalyzer.report.ReportData;
import dev.imdsanalyzer.report.Tally;
import dev.imdsanalyzer.report.Times;
import dev.imdsanalyzer.report.TopTexts;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** The callers in the way in the report for a terminal: who each is, where, what it asks for, and what to change. */
final class TextCallers {
    /** Where the texts behind a caller's words begin. */
    static final int HANGING = 13;

    private static final int NAMED_CALLERS = 25;
    private static final int NAMED_TEXTS = 4;
    private static final int LONGEST_TEXT = 160;

    private final ReportData data;
    private final TextStyle style;
    private final Consumer<String> line;
    private final Consumer<String> copied;

    /**
     * @param line takes one line; it may break it
     * @param copied takes a line that somebody will copy, and leaves it whole
     */
    TextCallers(ReportData data, TextStyle style, Consumer<String> line, Consumer<String> copied) {
        this.data = data;
        this.style = style;
        this.line = line;
        this.copied = copied;
    }

    void write() {
        List<CallerGroup> callers = data.blockers();
        int number = 0;
        for (CallerGroup caller : callers) {
            if (number == NAMED_CALLERS) {
                line.accept("");
                line.accept("  … and " + Amount.grouped(callers.size() - NAMED_CALLERS)
                        + " more: --format csv or html has them all");
                return;
            }
            caller(++number, caller);
        }
    }

    private void caller(int number, CallerGroup caller) {
        Tally tally = caller.tally();
        line.accept("");
        line.accept("  " + number + ". " + style.bold(safe(caller.label())) + urgency(caller)
                + (caller.onlyAtBoot() ? style.dim("  [only in the first minutes after boot]") : ""));
        line.accept("     " + style.v1(Amount.grouped(tally.v1Served()) + " served") + ", "
                + Amount.grouped(tally.v1Rejected())
                + " refused, "
                + Amount.grouped(tally.v2()) + " IMDSv2, " + Amount.of(tally.fallbacks(), "fallback") + ", on "
                + Amount.of(caller.instances().size(), "instance"));
        line.accept("     " + style.dim("seen    ") + Times.minutes(tally.first()) + " to "
                + Times.minutes(tally.last()) + " UTC");
        if (!caller.workload().parts().isEmpty()) {
            line.accept("     " + style.dim("in      ") + workload(caller));
        }
        CallerPlace.of(caller, data)
                .parts()
                .forEach((kind, names) ->
                        line.accept("     " + style.dim(String.format(Locale.ROOT, "%-8s", kind)) + safe(names)));
        texts("paths", caller.paths());
        texts("run as", caller.arguments());
        texts("agent", caller.userAgents());
        if (!caller.chain().isEmpty()) {
            line.accept("     " + style.dim("chain   ") + chain(caller.chain()));
        } else if (caller.lineage() != null) {
            line.accept("     " + style.dim("chain   ") + safe(caller.lineage()));
        }
        Remedy remedy = data.remedy(caller);
        if (remedy != null) {
            line.accept("     " + style.fix("fix     ") + safe(remedy.summary()));
            for (String step : remedy.steps()) {
                String indented = " ".repeat(HANGING) + safe(step);
                if (Remedy.isCommand(step)) {
                    copied.accept(indented);
                } else {
                    line.accept(indented);
                }
            }
        }
    }

    private String urgency(CallerGroup caller) {
        return switch (data.urgency(caller)) {
            case BREAKING -> style.v1("  [refused now]");
            case CREDENTIALS -> style.v1("  [credentials by IMDSv1]");
            case ACTIVE -> "";
            case QUIET -> style.dim("  [no IMDSv1 call in the last day]");
        };
    }

    private static String workload(CallerGroup caller) {
        return caller.workload().parts().entrySet().stream()
                .map(part -> part.getKey() + " " + shortened(safe(part.getValue())))
                .collect(Collectors.joining(", "));
    }

    private void texts(String title, TopTexts texts) {
        List<TopTexts.Counted> sorted = texts.sorted();
        if (sorted.isEmpty()) {
            return;
        }
        String shown = sorted.stream()
                .limit(NAMED_TEXTS)
                .map(text -> shortened(safe(text.text()))
                        + (sorted.size() > 1 ? " (" + Amount.grouped(text.count()) + ")" : ""))
                .collect(Collectors.joining(style.dim("  |  ")));
        String more = sorted.size() > NAMED_TEXTS ? style.dim("  … " + (sorted.size() - NAMED_TEXTS) + " more") : "";
        line.accept("     " + style.dim(String.format(Locale.ROOT, "%-8s", title)) + shown + more);
    }

    private static String chain(List<ChainLink> chain) {
        return chain.stream()
                .map(link ->
                        safe(link.name() == null ? "?" : link.name()) + (link.pid() < 0 ? "" : "[" + link.pid() + "]"))
                .collect(Collectors.joining(" < "));
    }

    private static String safe(String text) {
        return Escape.terminal(text);
    }

    private static String shortened(String text) {
        return DisplayWidth.cut(text, LONGEST_TEXT);
    }
}
