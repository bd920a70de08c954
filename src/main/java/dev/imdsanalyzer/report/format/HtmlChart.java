package dev.imdsanalyzer.report.format;

import dev.imdsanalyzer.report.Amount;
import dev.imdsanalyzer.report.InstanceVerdict;
import dev.imdsanalyzer.report.IntervalSet;
import dev.imdsanalyzer.report.ReportData;
import dev.imdsanalyzer.report.Timeline;
import dev.imdsanalyzer.report.Times;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.function.IntToLongFunction;

/** Calls over time, stacked by version, and below them on the same axis what was watched. */
final class HtmlChart {
    private static final int WIDTH = 1000;
    private static final int HEIGHT = 240;
    private static final int WATCHED_HEIGHT = 40;
    private static final int WATCHED_BINS = 400;
    private static final int TIME_LABELS = 4;
    // A single IMDSv1 call beside thousands of others must still be seen.
    private static final double SMALLEST_BAR = 2.5;

    private final ReportData data;
    private final PrintStream out;
    private final long from;
    private final long to;

    HtmlChart(ReportData data, PrintStream out) {
        this.data = data;
        this.out = out;
        long earliest = data.first();
        for (InstanceVerdict verdict : data.instances()) {
            if (!verdict.proven().isEmpty()) {
                earliest = Math.min(earliest, verdict.proven().first());
            }
        }
        this.from = Math.min(earliest, data.asOf() - 1_000_000);
        this.to = data.asOf();
    }

    void write() {
        out.print(
                "<h2>Calls over time</h2>\n<p class=\"note\">By version, with the time that was watched below. What was not"
                        + " watched proves nothing.</p>\n<div class=\"card\"><ul class=\"legend still\">");
        legend("--v1", "IMDSv1 served");
        legend("--v1r", "IMDSv1 refused");
        legend("--v2", "IMDSv2");
        legend("--unknown", "unknown");
        legend("--covered", "watched");
        legend("--gap", "not watched");
        String calls = "Calls in each " + Times.length(data.timeline().width()) + ", UTC";
        String shares = "Share of the time watched"
                + (data.instances().size() < 2
                        ? ""
                        : ", of all " + data.instances().size() + " instances");
        out.print("</ul>\n<p class=\"unit still\">" + calls + "</p><div class=\"still plot\">");
        bars();
        out.print("</div>\n<p class=\"unit still\">" + shares + "</p><div class=\"still plot\">");
        watched();
        times();
        out.print("</div>\n<div class=\"live\" id=\"live\" data-calls=\"" + calls + "\" data-watched=\"" + shares
                + "\"></div>\n<script type=\"application/json\" id=\"chart-data\">");
        json();
        out.print("</script></div>\n");
    }

    private void legend(String color, String name) {
        out.print("<li><i style=\"background:var(" + color + ")\"></i>" + name + "</li>");
    }

    private void bars() {
        Timeline timeline = data.timeline();
        long largest = 1;
        for (int bin = 0; bin < timeline.bins(); bin++) {
            largest = Math.max(
                    largest,
                    timeline.v1Served(bin) + timeline.v1Rejected(bin) + timeline.v2(bin) + timeline.unknown(bin));
        }
        long top = niceTop(largest);
        out.print("<svg viewBox=\"0 0 " + WIDTH + " " + HEIGHT + "\" height=\"" + HEIGHT
                + "\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"Calls over time, stacked by version\">");
        for (int line = 0; line <= 2; line++) {
            double y = HEIGHT * line / 2.0;
            out.print("<path d=\"M0 " + number(y) + "H" + WIDTH
                    + "\" stroke=\"var(--line)\" vector-effect=\"non-scaling-stroke\"/>");
        }
        double[] heights = new double[timeline.bins()];
        series(timeline, timeline::v1Served, top, heights, "--v1");
        series(timeline, timeline::v1Rejected, top, heights, "--v1r");
        series(timeline, timeline::v2, top, heights, "--v2");
        series(timeline, timeline::unknown, top, heights, "--unknown");
        out.print("</svg>");
        for (int line = 0; line <= 2; line++) {
            long value = top - top * line / 2;
            if (line != 1 || top % 2 == 0) {
                out.print("<span class=\"y\" style=\"top:" + number(HEIGHT * line / 2.0) + "px\">"
                        + Amount.grouped(value) + "</span>");
            }
        }
    }

    private void series(Timeline timeline, IntToLongFunction counts, long top, double[] heights, String color) {
        StringBuilder path = new StringBuilder();
        double width = Math.max(1.6, timeline.width() * (double) WIDTH / (to - from) * 0.9);
        for (int bin = 0; bin < timeline.bins(); bin++) {
            long count = counts.applyAsLong(bin);
            if (count == 0) {
                continue;
            }
            double height = Math.max(SMALLEST_BAR, count * (double) HEIGHT / top);
            double x = Math.max(0, Math.min(WIDTH - width, position(timeline.origin() + bin * timeline.width())));
            path.append('M').append(number(x)).append(' ').append(number(HEIGHT - heights[bin]));
            heights[bin] += height;
            path.append("v-")
                    .append(number(height))
                    .append('h')
                    .append(number(width))
                    .append('v')
                    .append(number(height))
                    .append('z');
        }
        if (!path.isEmpty()) {
            out.print("<path d=\"" + path + "\" fill=\"var(" + color + ")\"/>");
        }
    }

    /** The share of the instances that was watched, as steps. */
    private void watched() {
        double[] shares = shares(data.instances(), from, to, WATCHED_BINS);
        StringBuilder path = new StringBuilder("M0 " + WATCHED_HEIGHT);
        for (int bin = 0; bin < shares.length; bin++) {
            path.append('V')
                    .append(number(WATCHED_HEIGHT * (1 - shares[bin])))
                    .append('H')
                    .append(number((bin + 1) * (double) WIDTH / shares.length));
        }
        path.append('V').append(WATCHED_HEIGHT).append('z');
        out.print("<span class=\"y\" style=\"top:0\">100 %</span><svg viewBox=\"0 0 "
                + WIDTH + " "
                + WATCHED_HEIGHT + "\" height=\"" + WATCHED_HEIGHT
                + "\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"Share of the instances that was watched\">"
                + "<rect width=\"" + WIDTH + "\" height=\"" + WATCHED_HEIGHT
                + "\" fill=\"var(--gap)\" opacity=\".35\"/><path d=\""
                + path + "\" fill=\"var(--covered)\"/></svg>");
    }

    private void times() {
        out.print("<div class=\"x\">");
        for (int label = 0; label <= TIME_LABELS; label++) {
            long time = from + (to - from) / TIME_LABELS * label;
            out.print("<span style=\"left:" + number(100.0 * label / TIME_LABELS) + "%\">" + Times.minutes(time)
                    + "</span>");
        }
        out.print("</div>");
    }

    private void json() {
        Timeline timeline = data.timeline();
        StringBuilder json =
                new StringBuilder("{\"range\":[" + from / 1_000_000 + "," + (to / 1_000_000 + 1) + "],\"x\":[");
        for (int bin = 0; bin < timeline.bins(); bin++) {
            json.append(bin == 0 ? "" : ",").append((timeline.origin() + bin * timeline.width()) / 1_000_000);
        }
        json.append("],\"calls\":[");
        List<IntToLongFunction> all =
                List.of(timeline::v1Served, timeline::v1Rejected, timeline::v2, timeline::unknown);
        for (int series = 0; series < all.size(); series++) {
            json.append(series == 0 ? "[" : ",[");
            for (int bin = 0; bin < timeline.bins(); bin++) {
                json.append(bin == 0 ? "" : ",").append(all.get(series).applyAsLong(bin));
            }
            json.append(']');
        }
        json.append("],\"watched\":{\"x\":[");
        double[] shares = shares(data.instances(), from, to, WATCHED_BINS);
        for (int bin = 0; bin < shares.length; bin++) {
            json.append(bin == 0 ? "" : ",").append((from + (to - from) / shares.length * bin) / 1_000_000);
        }
        json.append("],\"share\":[");
        for (int bin = 0; bin < shares.length; bin++) {
            json.append(bin == 0 ? "" : ",").append(number(shares[bin] * 100));
        }
        out.print(json.append("]}}"));
    }

    private double position(long time) {
        return (time - from) * (double) WIDTH / (to - from);
    }

    /** For each of the bins the share of the instances' time in it that was watched, 0 to 1. */
    static double[] shares(List<InstanceVerdict> instances, long from, long to, int bins) {
        double[] shares = new double[bins];
        double width = (to - from) / (double) bins;
        for (InstanceVerdict verdict : instances) {
            IntervalSet proven = verdict.proven();
            for (int i = 0; i < proven.size(); i++) {
                double start = Math.max(0, (proven.start(i) - from) / width);
                double end = Math.min(bins, (proven.end(i) - from) / width);
                for (int bin = (int) start; bin < end; bin++) {
                    shares[bin] += (Math.min(end, bin + 1) - Math.max(start, bin)) / instances.size();
                }
            }
        }
        for (int bin = 0; bin < bins; bin++) {
            shares[bin] = Math.min(1, shares[bin]);
        }
        return shares;
    }

    /** A strip for one instance on the axis of the chart: what was watched, what not, and IMDSv1 calls' last time. */
    String strip(InstanceVerdict verdict) {
        StringBuilder strip = new StringBuilder(
                "<svg class=\"strip\" viewBox=\"0 0 " + WIDTH
                        + " 12\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"time watched\">"
                        + "<rect width=\"1000\" height=\"12\" fill=\"var(--gap)\" opacity=\".35\"/><path fill=\"var(--covered)\" d=\"");
        IntervalSet proven = verdict.proven();
        for (int i = 0; i < proven.size(); i++) {
            double start = Math.max(0, position(proven.start(i)));
            double width = Math.max(0.5, Math.min(WIDTH, position(proven.end(i))) - start);
            strip.append('M')
                    .append(number(start))
                    .append(" 0h")
                    .append(number(width))
                    .append("v12h-")
                    .append(number(width))
                    .append('z');
        }
        strip.append("\"/>");
        long lastV1 = verdict.instance().tally().lastV1();
        if (lastV1 >= from && lastV1 <= to) {
            strip.append("<rect y=\"0\" height=\"12\" width=\"14\" x=\"")
                    .append(number(Math.min(WIDTH - 14.0, position(lastV1))))
                    .append("\" fill=\"var(--v1)\"/>");
        }
        return strip.append("</svg>").toString();
    }

    private static long niceTop(long largest) {
        long unit = 1;
        while (true) {
            for (long factor : new long[] {1, 2, 4, 6, 8}) {
                if (factor * unit >= largest) {
                    return factor * unit;
                }
            }
            unit *= 10;
        }
    }

    private static String number(double value) {
        String text = String.format(Locale.ROOT, "%.2f", value);
        return text.endsWith(".00") ? text.substring(0, text.length() - 3) : text;
    }
}
