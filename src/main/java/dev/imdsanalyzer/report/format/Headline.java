package dev.imdsanalyzer.report.format;

import dev.imdsanalyzer.report.Amount;
import dev.imdsanalyzer.report.ReportData;
import dev.imdsanalyzer.report.Times;
import dev.imdsanalyzer.report.Verdict;

/** The verdict in a sentence, with the time for which it holds, and another where not all was read. */
final class Headline {
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
        long callers = data.blockers().size();
        return switch (data.verdict()) {
            case READY ->
                "IMDSv2 can be required on "
                        + (instances == 1 ? "this instance" : "all " + Amount.grouped(instances) + " instances");
            case WATCH_LONGER -> {
                if (instances == 0) {
                    yield "Nothing was read that could prove anything";
                }
                yield data.count(Verdict.READY) == instances
                        ? "What was read would be ready, but not all could be read"
                        : "No IMDSv1 call was seen, but not for long enough to know";
            }
            case REQUIRED_BUT_BREAKING ->
                callers == 0
                        ? "IMDSv2 is required, and CloudWatch counts refused calls that the log does not show"
                        : "IMDSv2 is required, and " + Amount.of(callers, "caller") + " cannot live with it";
            case NOT_READY ->
                callers == 0
                        ? "There are IMDSv1 calls that the log does not show"
                        : Amount.of(callers, "caller") + " would break";
        };
    }
}
