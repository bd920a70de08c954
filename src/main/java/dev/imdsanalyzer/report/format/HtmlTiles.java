package dev.imdsanalyzer.report.format;

import dev.imdsanalyzer.report.Amount;
import dev.imdsanalyzer.report.ReportData;
import dev.imdsanalyzer.report.Tally;
import dev.imdsanalyzer.report.Verdict;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;

/** The figures below the verdict. Each leads to the rows that it counts; with scripts it shows these alone. */
final class HtmlTiles {
    /** Words in {@code data-in} of the callers' rows. */
    static final String BLOCKING = "blocking";

    static final String SERVED = "served";
    static final String REFUSED = "refused";
    static final String VERSION_2 = "v2";
    static final String PROBES = "probes";
    static final String LOCAL = "local";

    private final ReportData data;
    private final PrintStream out;

    HtmlTiles(ReportData data, PrintStream out) {
        this.data = data;
        this.out = out;
    }

    void write() {
        if (data.instances().size() > 1) {
            out.print("<div class=\"tiles\">");
            for (Verdict verdict :
                    List.of(Verdict.REQUIRED_BUT_BREAKING, Verdict.NOT_READY, Verdict.WATCH_LONGER, Verdict.READY)) {
                String what = verdict.title().toLowerCase(Locale.ROOT);
                tile(data.count(verdict), what, "instances", verdict.code(), verdict.code());
            }
            out.print("</div>\n");
        }
        Tally tally = data.tally();
        int blockers = data.blockers().size();
        out.print("<div class=\"tiles\">");
        tile(blockers, blockers == 1 ? "program uses IMDSv1" : "programs use IMDSv1", "callers", BLOCKING, null);
        long served = tally.v1ServedInTheWay();
        tile(served, calls("IMDSv1", served) + " served", "callers", SERVED, null);
        String recovered = tally.v1Recovered() == 0
                ? ""
                : tally.v1Recovered() == tally.v1Rejected()
                        ? ", all followed by a token"
                        : ", " + Amount.grouped(tally.v1Recovered()) + " followed by a token";
        tile(
                tally.v1Rejected(),
                calls("IMDSv1", tally.v1Rejected()) + " refused" + recovered,
                "callers",
                REFUSED,
                null);
        tile(tally.v2(), calls("IMDSv2", tally.v2()), "callers", VERSION_2, null);
        if (tally.probes() > 0) {
            String probes = tally.probes() == 1 ? "probe for another cloud" : "probes for other clouds";
            tile(tally.probes(), probes, "callers", PROBES, null);
        }
        if (tally.local() > 0) {
            tile(tally.local(), "answered on the host, not by IMDS", "callers", LOCAL, null);
        }
        out.print("</div>\n");
    }

    private static String calls(String version, long count) {
        return version + (count == 1 ? " call" : " calls");
    }

    /** @param tone the class of its colour; null for none */
    private void tile(long number, String what, String sheet, String word, String tone) {
        String inside = (tone != null && number > 0 ? "<b class=\"tone\">" : "<b>") + Amount.grouped(number)
                + "</b><span>" + what + "</span>";
        out.print(
                number == 0
                        ? "<div class=\"tile\">" + inside + "</div>"
                        : "<a class=\"tile" + (tone == null ? "" : " " + tone) + "\" href=\"#" + sheet
                                + "\" data-word=\"" + word + "\">" + inside + "</a>");
    }
}
