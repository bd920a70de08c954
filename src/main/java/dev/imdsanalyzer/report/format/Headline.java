package dev.imdsanalyzer.report.format;

import dev.imdsanalyzer.output.text.DisplayWidth;
import dev.imdsanalyzer.report.Amount;
import dev.imdsanalyzer.report.CallerGroup;
import dev.imdsanalyzer.report.InstanceVerdict;
import dev.imdsanalyzer.report.ReportData;
import dev.imdsanalyzer.report.Times;
import dev.imdsanalyzer.report.Urgency;
import dev.imdsanalyzer.report.Verdict;
import java.util.ArrayList;
import java.util.List;

/** The verdict in a sentence, which counts what is broken, what would break and what is ready, with the time for which it holds, and another where not all was read. */
final class Headline {
    private static final int LONGEST_LABEL = 60;

    private Headline() {}

    static String of(ReportData data) {
        long unread = data.input().damaged();
        return claim(data) + ", as of " + Times.minutes(data.asOf()) + " UTC."
                + (unread == 0
                        ? ""
                        : " " + Amount.of(unread, "input") + " could not be read to the end: calls may be missing.");
    }

    private static String claim(ReportData data) {
        int instances = data.instances().size();
        List<CallerGroup> broken = data.blockers().stream()
                .filter(caller -> data.urgency(caller) == Urgency.BREAKING)
                .toList();
        List<String> parts = new ArrayList<>();
        if (!broken.isEmpty()) {
            parts.add(instances == 1 ? brokenHere(data) : refusing(data, broken));
        }
        int others = data.blockers().size() - broken.size();
        if (others > 0 && (broken.isEmpty() || instances > 1)) {
            parts.add(wouldBreak(data, others));
        }
        if (parts.isEmpty()) {
            parts.add(withoutCallers(data));
        }
        long ready = data.count(Verdict.READY);
        if (instances > 1 && ready < instances) {
            parts.add(Amount.grouped(ready) + " of " + Amount.grouped(instances) + (ready == 1 ? " is" : " are")
                    + " ready");
        }
        return String.join("; ", parts);
    }

    private static String brokenHere(ReportData data) {
        return "IMDSv2 is required, and " + Amount.of(data.blockers().size(), "caller") + " cannot live with it";
    }

    private static String refusing(ReportData data, List<CallerGroup> broken) {
        long refusing = data.refusing(broken);
        return Amount.of(refusing, "instance") + (refusing == 1 ? " refuses " : " refuse ")
                + (broken.size() == 1 ? shortened(broken.get(0).label()) : Amount.of(broken.size(), "caller")) + " now";
    }

    private static String shortened(String label) {
        return DisplayWidth.cut(label, LONGEST_LABEL);
    }

    private static String wouldBreak(ReportData data, long callers) {
        return data.verdict() == Verdict.REQUIRED_BUT_BREAKING
                        && data.instances().size() == 1
                ? brokenHere(data)
                : Amount.of(callers, "caller") + " would break";
    }

    private static String ready(ReportData data, int instances) {
        String where = instances == 1 ? "this instance" : "all " + Amount.grouped(instances) + " instances";
        long required =
                data.instances().stream().filter(InstanceVerdict::required).count();
        if (required == instances) {
            return "IMDSv2 is required on " + where + " already, and nobody was seen to be broken by it";
        }
        return "IMDSv2 can be required on " + where
                + (required == 0
                        ? ""
                        : " (" + Amount.grouped(required)
                                + (required == 1 ? " of them requires it already)" : " of them require it already)"));
    }

    private static String withoutCallers(ReportData data) {
        int instances = data.instances().size();
        return switch (data.verdict()) {
            case READY -> ready(data, instances);
            case WATCH_LONGER -> {
                if (instances == 0) {
                    yield "Nothing was read that could prove anything";
                }
                yield data.count(Verdict.READY) == instances
                        ? "What was read would be ready, but not all could be read"
                        : "No IMDSv1 call was seen, but not for long enough to know";
            }
            case REQUIRED_BUT_BREAKING ->
                "IMDSv2 is required, and CloudWatch counts refused calls that the log does not show";
            case NOT_READY -> "There are IMDSv1 calls that the log does not show";
        };
    }
}
