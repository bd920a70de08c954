package dev.imdsanalyzer.report.format;

import dev.imdsanalyzer.report.Amount;
import dev.imdsanalyzer.report.Grouping;
import dev.imdsanalyzer.report.InstanceIds;
import dev.imdsanalyzer.report.InstanceVerdict;
import dev.imdsanalyzer.report.ReportData;
import dev.imdsanalyzer.report.Times;
import dev.imdsanalyzer.report.TrailTexts;
import dev.imdsanalyzer.report.Verdict;
import dev.imdsanalyzer.report.Witness;
import java.io.PrintStream;
import java.util.regex.Pattern;

/**
 * A shell script that requires IMDSv2 on the READY instances and on no other. It is a dry run unless told otherwise, notes
 * what it changes, and can take it back. Nothing from a log but well-formed instance ids and times gets into its commands; why an
 * instance is left out stands in comments, in plain ASCII.
 */
public final class ScriptReport {
    private static final int TOLD_INSTANCES = 50;
    private static final int LONGEST_COMMENT = 300;
    private static final Pattern TEMPLATE = Pattern.compile("lt-[0-9a-f]{8,17}");
    private static final Pattern NOT_PLAIN = Pattern.compile("[^ -~]");

    private ScriptReport() {}

    /** Writes the script; does not close the stream. */
    public static void write(ReportData data, PrintStream out) {
        StringBuilder instances = new StringBuilder();
        StringBuilder templates = new StringBuilder();
        long named = 0;
        for (InstanceVerdict verdict : data.instances()) {
            if (verdict.verdict() == Verdict.READY
                    && InstanceIds.isValid(verdict.instance().id())) {
                instances
                        .append("    \"")
                        .append(verdict.instance().id())
                        .append(' ')
                        .append(orDash(verdict.instance().place().accountId()))
                        .append(' ')
                        .append(orDash(verdict.instance().place().region()))
                        .append('"')
                        .append(remark(verdict))
                        .append('\n');
                String template = Grouping.TEMPLATE.of(verdict.instance(), data.inventory());
                if (template != null && TEMPLATE.matcher(template).matches()) {
                    templates
                            .append("    \"")
                            .append(verdict.instance().id())
                            .append(' ')
                            .append(template)
                            .append("\"\n");
                }
                named++;
            }
        }
        long ready = data.count(Verdict.READY);
        String summary = "# Logs up to " + Times.minutes(data.asOf()) + " UTC: "
                + Amount.of(data.instances().size(), "instance") + ", " + ready + " READY, "
                + data.count(Verdict.NOT_READY) + " NOT READY,\n# " + data.count(Verdict.WATCH_LONGER)
                + " WATCH LONGER, "
                + data.count(Verdict.REQUIRED_BUT_BREAKING) + " ALREADY REQUIRED BUT BREAKING."
                + (named < ready
                        ? "\n# " + Amount.of(ready - named, "READY instance") + " left out: the log has no instance id."
                        : "");
        if (data.trail() != null) {
            summary += "\n# CloudTrail: " + comment(TrailTexts.read(data.trail())) + ".";
        }
        summary += witnesses(data);
        out.print(Resources.text("require-imdsv2.sh")
                .replace("@SUMMARY@", summary + leftOut(data))
                .replace("@LOGS_END@", Long.toString(Math.floorDiv(data.newest(), 1_000_000L)))
                .replace("@WRITTEN@", Long.toString(data.options().now().getEpochSecond()))
                .replace("@UNREAD@", Long.toString(unread(data)))
                .replace("@INSTANCES@\n", instances)
                .replace("@TEMPLATES@\n", templates));
    }

    private static String remark(InstanceVerdict verdict) {
        if (verdict.instance().traits().behindHop()) {
            return " # a container behind a network hop calls IMDS: leave its hop limit at 2 or more";
        }
        return verdict.mayTurnOff()
                ? " # made no call at all, at boot neither: its endpoint could be turned off instead"
                : "";
    }

    /** Inputs that were not read to their ends, and what CloudTrail's records lack. */
    private static long unread(ReportData data) {
        return data.input().damaged()
                + (data.trail() == null ? 0 : data.trail().lacks().size());
    }

    /** How many instances each witness agrees on, and what it says of those on which it does not. */
    private static String witnesses(ReportData data) {
        StringBuilder text = new StringBuilder();
        long asked = 0;
        long agreed = 0;
        for (InstanceVerdict verdict : data.instances()) {
            for (Witness witness : verdict.witnesses()) {
                asked++;
                agreed += witness.agreed() ? 1 : 0;
                if (!witness.agreed() && asked - agreed <= TOLD_INSTANCES) {
                    text.append("\n#   ").append(comment(witness.sentence()));
                }
            }
        }
        return asked == 0 ? "" : "\n# Witnesses agree " + agreed + " of " + asked + " times." + text;
    }

    private static String orDash(String text) {
        return text == null ? "-" : text;
    }

    private static String leftOut(ReportData data) {
        StringBuilder text = new StringBuilder();
        int told = 0;
        for (InstanceVerdict verdict : data.instances()) {
            if (verdict.verdict() == Verdict.READY || told++ >= TOLD_INSTANCES) {
                continue;
            }
            String id = verdict.instance().id();
            text.append("\n# Left out, ")
                    .append(verdict.verdict().title())
                    .append(": ")
                    .append(InstanceIds.isValid(id) ? id : "a host without an instance id");
            verdict.reasons().forEach(reason -> text.append("\n#   ").append(comment(reason)));
        }
        if (told > TOLD_INSTANCES) {
            text.append("\n# … and ").append(told - TOLD_INSTANCES).append(" more.");
        }
        return text.toString();
    }

    private static String comment(String reason) {
        String plain =
                NOT_PLAIN.matcher(Escape.terminal(reason)).replaceAll("?").replace('@', '?');
        return plain.length() <= LONGEST_COMMENT ? plain : plain.substring(0, LONGEST_COMMENT);
    }
}
