package dev.imdsanalyzer.report.format;

import dev.imdsanalyzer.imds.advice.TokenSnippet;
import dev.imdsanalyzer.output.text.Paragraph;
import dev.imdsanalyzer.report.Amount;
import dev.imdsanalyzer.report.CallerGroup;
import dev.imdsanalyzer.report.Changes;
import dev.imdsanalyzer.report.FutureSteps;
import dev.imdsanalyzer.report.InstanceVerdict;
import dev.imdsanalyzer.report.Newcomers;
import dev.imdsanalyzer.report.NextSteps;
import dev.imdsanalyzer.report.ReportData;
import dev.imdsanalyzer.report.Tally;
import dev.imdsanalyzer.report.Ticket;
import dev.imdsanalyzer.report.Times;
import dev.imdsanalyzer.report.Trail;
import dev.imdsanalyzer.report.TrailTexts;
import java.io.PrintStream;
import java.util.List;
import java.util.function.Function;

/** The report for a terminal: the verdict first, then who stands in the way, then what to do. */
public final class TextReport {
    private static final int NAMED_CALLERS = 25;
    private static final int NAMED_QUIET_CALLERS = 10;
    // A caller's lines begin with a word in a column of its own.
    private static final int CALLER_INDENT = 5;
    private static final int COMMAND_INDENT = 4;
    private static final String AWS = "aws ";

    private final ReportData data;
    private final PrintStream out;
    private final TextStyle style;

    private TextReport(ReportData data, PrintStream out) {
        this.data = data;
        this.out = out;
        this.style = new TextStyle(data.options().colour());
    }

    /** Writes the whole report; does not close the stream. */
    public static void write(ReportData data, PrintStream out) {
        TextReport report = new TextReport(data, out);
        report.verdict();
        report.changes();
        report.newcomers();
        report.callersInTheWay();
        report.heading("Instances");
        new TextInstances(data, report.style, report::line).write();
        report.trail();
        report.noLongerSeen();
        report.quietCallers();
        report.nextSteps();
        report.warnings();
    }

    private void verdict() {
        line(" " + style.verdict(data.verdict(), data.verdict().title()) + "   " + safe(Headline.of(data)));
        Tally tally = data.tally();
        line(style.dim(Times.minutes(data.first()) + " to " + Times.minutes(data.asOf()) + " UTC, "
                + Amount.of(data.instances().size(), "instance") + ", window "
                + Times.length(data.options().windowMicros())));
        line(style.dim(Amount.grouped(tally.v1ServedInTheWay()) + " IMDSv1 served, "
                + Amount.grouped(tally.v1Rejected())
                + " IMDSv1 refused" + followedByToken(tally) + ", " + Amount.grouped(tally.v2()) + " IMDSv2, "
                + Amount.grouped(tally.unknown())
                + " unknown"
                + (tally.v1Harmless() == 0
                        ? ""
                        : ", " + Amount.grouped(tally.v1Harmless()) + " that need no IMDSv1 (probes)")
                + (tally.local() == 0
                        ? ""
                        : ", " + Amount.grouped(tally.local()) + " answered on the host, not by IMDS")));
        if (!data.instances().isEmpty()) {
            line(style.dim(safe(data.rhythm().sentence())));
        }
        String forecast = data.forecastSentence(data.forecast());
        if (!forecast.isEmpty()) {
            line(forecast + style.dim(": no IMDSv1 call until then, and watched throughout"));
        }
        if (data.staleness() != null) {
            line(style.v1("Old logs: ") + data.staleness());
        }
    }

    private void changes() {
        Changes changes = data.changes();
        if (changes == null) {
            return;
        }
        heading("Since the report as of " + Times.minutes(changes.since()) + " UTC");
        line("  " + changes.ready());
        line("  " + changes.pace());
        for (Changes.Kind kind : Changes.Kind.values()) {
            List<Changes.Change> callers = changes.callers().stream()
                    .filter(change -> change.kind() == kind)
                    .toList();
            if (callers.isEmpty()) {
                continue;
            }
            line("  " + style.bold(Amount.grouped(callers.size()) + " " + kind.code())
                    + style.dim("  " + kind.meaning()));
            callers.stream()
                    .limit(NAMED_QUIET_CALLERS)
                    .forEach(change ->
                            line("      " + safe(change.label()) + style.dim("  " + safe(change.fingerprint()))));
            if (callers.size() > NAMED_QUIET_CALLERS) {
                line("      … and " + Amount.grouped(callers.size() - NAMED_QUIET_CALLERS) + " more");
            }
        }
        line("  " + Amount.of(changes.still(), "caller") + " still in the way");
        List<Ticket> tickets = Ticket.of(data);
        if (!tickets.isEmpty()) {
            line("  " + style.bold("Next: ") + safe(tickets.get(0).caller().label()) + ", "
                    + tickets.get(0).reach());
        }
    }

    private void newcomers() {
        Newcomers newcomers = data.newcomers();
        if (newcomers.callers().isEmpty()) {
            return;
        }
        list(
                "New in the last " + Newcomers.RECENT_DAYS + " days, of any version",
                data.callers().stream().filter(newcomers::has).toList(),
                caller -> "first seen " + Times.minutes(caller.tally().first()) + " UTC, "
                        + Amount.of(caller.tally().total(), "call") + " on "
                        + Amount.of(caller.instances().size(), "instance"));
        line("  " + style.dim(Newcomers.meaning()));
    }

    private void callersInTheWay() {
        if (!data.blockers().isEmpty()) {
            heading("Who uses IMDSv1");
            new TextCallers(data, style, this::line, this::copied).write();
        }
    }

    private void trail() {
        if (data.trail() == null) {
            return;
        }
        heading("CloudTrail, the second witness");
        line("  " + TrailTexts.read(data.trail()));
        List<String> used = TrailTexts.used(data);
        if (!used.isEmpty()) {
            line("  " + style.bold("Fix first") + ": credentials by IMDSv1 that are used");
            used.stream().limit(NAMED_CALLERS).forEach(caller -> line("      " + safe(caller)));
        }
        String next = TrailTexts.watchNext(data);
        if (!next.isEmpty()) {
            line("  " + style.bold("Watch next") + ": sessions by IMDSv1 and no log: " + next);
        }
        List<String> missed = TrailTexts.missed(data);
        if (!missed.isEmpty()) {
            line("  " + style.bold("Missed") + ": fetched in watched time, and no such call in the log");
            missed.stream().limit(NAMED_CALLERS).forEach(session -> line("      " + safe(session)));
            if (missed.size() > NAMED_CALLERS) {
                line("      … and " + Amount.grouped(missed.size() - NAMED_CALLERS) + " more");
            }
        }
        line("  " + style.dim(Trail.MEANING));
    }

    private void noLongerSeen() {
        list(
                "No longer seen with IMDSv1",
                data.noLongerSeen(),
                caller -> Amount.of(caller.tally().v1InTheWay(), "IMDSv1 call") + ", the last "
                        + Times.minutes(caller.tally().lastV1()) + " UTC, on "
                        + Amount.of(caller.instances().size(), "instance"));
    }

    private void quietCallers() {
        List<CallerGroup> quiet = data.callers().stream()
                .filter(caller -> caller.tally().v1InTheWay() == 0)
                .toList();
        list(
                "Who uses IMDSv2 only",
                quiet.stream().filter(TextReport::usesVersion2Only).toList(),
                caller -> Amount.of(caller.tally().total(), "call") + " on "
                        + Amount.of(caller.instances().size(), "instance"));
        list(
                "Refused first and then with a token, by themselves: not broken",
                quiet.stream().filter(HtmlApart::recovers).toList(),
                caller -> Amount.of(caller.tally().v1Recovered(), "refusal") + ", then "
                        + Amount.of(caller.tally().v2(), "IMDSv2 call") + ", on "
                        + Amount.of(caller.instances().size(), "instance"));
        list(
                "Probes for other clouds, which nothing breaks",
                quiet.stream().filter(TextReport::onlyProbes).toList(),
                TextReport::probes);
        list(
                "Whose version is not known, or does not matter",
                quiet.stream()
                        .filter(caller ->
                                !usesVersion2Only(caller) && !onlyProbes(caller) && !HtmlApart.recovers(caller))
                        .toList(),
                TextReport::others);
    }

    private static boolean onlyProbes(CallerGroup caller) {
        return caller.tally().probes() > 0
                && caller.tally().probes() == caller.tally().total();
    }

    private static String probes(CallerGroup caller) {
        String advice = caller.probeAdvice() == null ? "" : "\n      " + safe(caller.probeAdvice());
        return Amount.of(caller.tally().total(), "call") + " on "
                + Amount.of(caller.instances().size(), "instance") + advice;
    }

    private static boolean usesVersion2Only(CallerGroup caller) {
        Tally tally = caller.tally();
        return tally.v2() > 0 && tally.unknown() == 0 && tally.v1() == 0 && tally.local() == 0;
    }

    private static String others(CallerGroup caller) {
        Tally tally = caller.tally();
        StringBuilder text = new StringBuilder(Amount.of(tally.total(), "call"))
                .append(" on ")
                .append(Amount.of(caller.instances().size(), "instance"));
        if (tally.unknown() > 0) {
            text.append(", ").append(Amount.grouped(tally.unknown())).append(" of unknown version");
        }
        if (tally.local() > 0) {
            text.append(", ")
                    .append(Amount.grouped(tally.local()))
                    .append(" answered by a process of the host, not by IMDS");
        }
        if (tally.probes() > 0) {
            text.append(", ").append(Amount.grouped(tally.probes())).append(" for another cloud");
        }
        if (tally.v1Harmless() > tally.probes()) {
            text.append(", ")
                    .append(Amount.grouped(tally.v1Harmless() - tally.probes()))
                    .append(" without a token that need none (a GET of the token's path)");
        }
        return text.toString();
    }

    private void list(String title, List<CallerGroup> callers, Function<CallerGroup, String> about) {
        if (callers.isEmpty()) {
            return;
        }
        heading(title);
        callers.stream()
                .limit(NAMED_QUIET_CALLERS)
                .forEach(caller -> line("  " + safe(caller.label()) + style.dim("  " + about.apply(caller))));
        if (callers.size() > NAMED_QUIET_CALLERS) {
            line(style.dim("  … and " + Amount.grouped(callers.size() - NAMED_QUIET_CALLERS) + " more"));
        }
    }

    private static String followedByToken(Tally tally) {
        if (tally.v1Recovered() == 0) {
            return "";
        }
        boolean all = tally.v1Recovered() == tally.v1Rejected();
        return " (" + (all ? "all" : Amount.grouped(tally.v1Recovered())) + " followed by a token)";
    }

    private void nextSteps() {
        List<InstanceVerdict> ready = data.readyForCommands();
        if (ready.isEmpty()) {
            return;
        }
        List<InstanceVerdict> open =
                ready.stream().filter(instance -> !instance.required()).toList();
        heading(
                open.size() < 2
                        ? "Next"
                        : "Next, for each READY instance (--format script does it for all "
                                + Amount.grouped(open.size()) + ")");
        if (open.isEmpty()) {
            line("  " + NextSteps.nothingToRequire(ready.size()));
        } else {
            NextSteps.forInstance(open.get(0).instance()).forEach(this::step);
        }
        ready.stream()
                .filter(InstanceVerdict::mayTurnOff)
                .findFirst()
                .ifPresent(instance -> step(NextSteps.turnOff(instance.instance())));
        heading("Then, for what is launched later, in this order");
        FutureSteps.of(data.instances()).forEach(this::step);
    }

    private void step(NextSteps.Step step) {
        line("  " + step.title());
        step.notes().forEach(note -> line("      " + style.dim(note)));
        step.commands().forEach(command -> copied("      " + command));
    }

    private void warnings() {
        // That the logs are old stands at the top.
        List<String> warnings = data.warnings().stream()
                .filter(warning -> !warning.equals(data.staleness()))
                .toList();
        if (warnings.isEmpty()) {
            return;
        }
        heading("About the input");
        warnings.forEach(warning -> line("  " + safe(warning)));
    }

    private void heading(String text) {
        line("");
        line(style.bold(text));
    }

    /** Prose: broken where the terminal is too narrow for it. */
    private void line(String text) {
        for (String line : text.split("\n", -1)) {
            int indent = indent(line);
            print(Paragraph.fit(
                    line, data.options().columns(), indent == CALLER_INDENT ? TextCallers.HANGING : indent));
        }
    }

    /** A line to copy; a command of the shell goes on over several, as the shell takes it. */
    private void copied(String text) {
        boolean shell = text.stripLeading().startsWith(AWS) || TokenSnippet.isShellLine(text.strip());
        int hanging = indent(text) + COMMAND_INDENT;
        String fitted = shell ? ShellCommand.fit(text, data.options().columns(), hanging) : text;
        for (String line : fitted.split("\n", -1)) {
            print(" ".repeat(indent(line)) + style.command(line.stripLeading()));
        }
    }

    private void print(String line) {
        out.print(line);
        out.print('\n');
    }

    private static int indent(String line) {
        int indent = 0;
        while (indent < line.length() && line.charAt(indent) == ' ') {
            indent++;
        }
        return indent;
    }

    private static String safe(String text) {
        return Escape.terminal(text);
    }
}
