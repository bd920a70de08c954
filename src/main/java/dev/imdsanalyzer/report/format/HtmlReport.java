package dev.imdsanalyzer.report.format;

import dev.imdsanalyzer.imds.Finding;
import dev.imdsanalyzer.report.Amount;
import dev.imdsanalyzer.report.CallerGroup;
import dev.imdsanalyzer.report.FutureSteps;
import dev.imdsanalyzer.report.InstanceVerdict;
import dev.imdsanalyzer.report.NextSteps;
import dev.imdsanalyzer.report.ReportData;
import dev.imdsanalyzer.report.Tally;
import dev.imdsanalyzer.report.Times;
import dev.imdsanalyzer.report.Trail;
import dev.imdsanalyzer.report.TrailTexts;
import dev.imdsanalyzer.status.ToolVersion;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/**
 * The report as one HTML file without network access. All figures are in the page as text and SVG, so it can be read in print
 * and without scripts; scripts add sorting, filtering and a chart to zoom into (uPlot, MIT licence).
 *
 * <p>Everything from a log is escaped; the content security policy allows our two scripts by their digests and nothing else.
 */
public final class HtmlReport {
    private static final Map<String, String> MEANINGS = Map.ofEntries(
            Map.entry("imdsv1-request", "Requests without a token. They end with a 401 once IMDSv2 is required."),
            Map.entry("imdsv1-rejected", "IMDSv2 is required already, and these requests without a token are refused."),
            Map.entry(
                    "imdsv1-fallback",
                    "The program asked for a token, got none and went on with IMDSv1. Do not upgrade it: mend the cause."),
            Map.entry(
                    "imdsv1-recovers",
                    "Refused without a token, the program then gets one by itself: requiring IMDSv2 does not break it."),
            Map.entry(
                    "token-response-dropped",
                    "The token's answer does not reach the caller's network namespace: the hop limit is too low for the container."),
            Map.entry(
                    "token-unanswered",
                    "A request for a token got no answer: firewall, route, proxy, or too many packets a second."),
            Map.entry(
                    "token-invalid",
                    "A token was sent that IMDS does not take: expired, of another instance, or no token at all."),
            Map.entry(
                    "token-forbidden",
                    "IMDS refuses to give a token: the endpoint is off, or a proxy adds X-Forwarded-For."),
            Map.entry("token-refused", "IMDS answers a request for a token with an error, or without a token."),
            Map.entry("throttled", "IMDS throttles the caller: keep tokens and credentials until they expire."),
            Map.entry("unexpected-caller", "A program outside the allow list asked for credentials."),
            Map.entry(
                    "malformed-request",
                    "Requests that break HTTP's rules, or bytes that are no HTTP. READY waits until they are gone for as long as"
                            + " the window, unless IMDS answered with an error."),
            Map.entry(
                    "conflicting-segments",
                    "Two contents of the same bytes were possible, so version and path are not known. READY waits as for malformed"
                            + " requests."),
            Map.entry(
                    "other-cloud-probe",
                    "A request of another cloud's metadata protocol: nothing of it breaks, and it does not hold READY up."),
            Map.entry("answered-locally", "A process of the host answered, not IMDS."));

    private static final int LISTED_SESSIONS = 100;

    private final ReportData data;
    private final PrintStream out;

    private HtmlReport(ReportData data, PrintStream out) {
        this.data = data;
        this.out = out;
    }

    /** Writes the page; does not close the stream. */
    public static void write(ReportData data, PrintStream out) {
        new HtmlReport(data, out).page();
    }

    private void page() {
        String library = Resources.text("uplot-1.6.32.iife.min.js");
        String script = Resources.text("report.js");
        out.print("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n");
        out.print(
                "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; script-src '"
                        + digest(library) + "' '" + digest(script) + "'\">\n");
        out.print("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>"
                + data.verdict().title() + " – IMDSv2 readiness</title>\n<style>");
        out.print(Resources.text("uplot-1.6.32.min.css"));
        out.print(Resources.text("report.css"));
        out.print("</style></head>\n<body><main>\n");
        verdict();
        HtmlWork work = new HtmlWork(data, out);
        work.changes();
        work.tickets();
        new HtmlChart(data, out).write();
        if (!data.callers().isEmpty()) {
            new HtmlCallers(data, out).write();
            new HtmlApart(data, out).write();
        }
        trail();
        if (!data.callers().isEmpty()) {
            findings();
        }
        if (!data.instances().isEmpty()) {
            new HtmlInstances(data, out).write();
        }
        nextSteps();
        new HtmlEvidence(data, out).write();
        footer();
        out.print("</main>\n<script>" + library + "</script>\n<script>" + script + "</script>\n</body></html>\n");
    }

    private void verdict() {
        out.print("<h1>Can IMDSv2 be required?</h1>\n<section class=\"verdict "
                + data.verdict().code() + "\"><strong>"
                + data.verdict().title() + "</strong><p class=\"say\">" + Escape.html(Headline.of(data))
                + "</p><p class=\"when\">" + Times.minutes(data.first()) + " to " + Times.minutes(data.asOf())
                + " UTC · " + Amount.of(data.instances().size(), "instance") + " · window "
                + Times.length(data.options().windowMicros())
                + (data.forecast() == Tally.NEVER
                        ? ""
                        : " · <b>" + data.forecastSentence(data.forecast())
                                + "</b>: no IMDSv1 call until then, and watched throughout")
                + "</p>"
                + (data.instances().isEmpty()
                        ? ""
                        : "<p class=\"when\">" + Escape.html(data.rhythm().sentence()) + "</p>")
                + "<p class=\"when\">Created " + created() + "</p>"
                + (data.staleness() == null
                        ? ""
                        : "<p class=\"old\"><b>Old logs:</b> " + Escape.html(data.staleness()) + "</p>")
                + "</section>\n");
        new HtmlTiles(data, out).write();
    }

    /** Like {@code 2026-11-30 09:00 UTC by imds-packet-analyzer 0.1.0 from 40 inputs, 12 345 lines}. */
    private String created() {
        return Times.minutes(data.options().now().getEpochSecond() * 1_000_000) + " UTC by imds-packet-analyzer "
                + Escape.html(ToolVersion.read()) + " from "
                + Amount.of(data.input().inputs(), "input") + ", "
                + Amount.of(data.input().events(), "line");
    }

    private void findings() {
        StringBuilder rows = new StringBuilder();
        for (Finding finding : Finding.values()) {
            List<CallerGroup> callers = data.callers().stream()
                    .filter(caller -> caller.has(finding))
                    .toList();
            if (!callers.isEmpty()) {
                rows.append("<div class=\"finding\"><code>")
                        .append(finding.code())
                        .append("</code><div>")
                        .append(Escape.html(MEANINGS.getOrDefault(finding.code(), "See the manual.")))
                        .append("</div><div class=\"num\">")
                        .append(Amount.of(callers.size(), "caller"))
                        .append("</div></div>\n");
            }
        }
        if (!rows.isEmpty()) {
            out.print(
                    "<h2>Findings</h2>\n<p class=\"note\">What the lines report; each caller above has its own remedy.</p>\n"
                            + "<div class=\"sheet\">" + rows + "</div>\n");
        }
    }

    private void trail() {
        if (data.trail() == null) {
            return;
        }
        out.print("<h2>CloudTrail, the second witness</h2>\n<p class=\"note\">"
                + Escape.html(TrailTexts.read(data.trail())) + "</p>\n");
        List<String> used = TrailTexts.used(data);
        if (!used.isEmpty()) {
            out.print("<p>Fix first: credentials by IMDSv1 that are used</p><ul>");
            used.forEach(caller -> out.print("<li>" + Escape.html(caller) + "</li>"));
            out.print("</ul>\n");
        }
        String next = TrailTexts.watchNext(data);
        if (!next.isEmpty()) {
            out.print("<p>Watch next: sessions by IMDSv1 and no log: " + Escape.html(next) + "</p>\n");
        }
        List<String> missed = TrailTexts.missed(data);
        if (!missed.isEmpty()) {
            out.print("<p>Missed: fetched in watched time, and no such call in the log</p><ul>");
            missed.stream()
                    .limit(LISTED_SESSIONS)
                    .forEach(session -> out.print("<li>" + Escape.html(session) + "</li>"));
            out.print((missed.size() > LISTED_SESSIONS
                            ? "<li>… and " + Amount.grouped(missed.size() - LISTED_SESSIONS) + " more</li>"
                            : "")
                    + "</ul>\n");
        }
        out.print("<p class=\"note\">" + Escape.html(Trail.MEANING) + "</p>\n");
    }

    private void nextSteps() {
        List<InstanceVerdict> ready = data.readyForCommands();
        if (ready.isEmpty()) {
            return;
        }
        List<InstanceVerdict> open =
                ready.stream().filter(instance -> !instance.required()).toList();
        String whom = open.isEmpty()
                ? NextSteps.nothingToRequire(ready.size())
                : open.size() == 1
                        ? "For the instance that is ready:"
                        : "For each of the " + Amount.grouped(open.size())
                                + " instances that are ready; <code>report --format script</code> writes it for all of them:";
        out.print("<h2>Next</h2>\n<p class=\"note\">" + whom + "</p>\n");
        List<NextSteps.Step> steps = new ArrayList<>();
        if (!open.isEmpty()) {
            steps.addAll(NextSteps.forInstance(open.get(0).instance()));
        }
        ready.stream()
                .filter(InstanceVerdict::mayTurnOff)
                .findFirst()
                .ifPresent(instance -> steps.add(NextSteps.turnOff(instance.instance())));
        card(steps);
        out.print("<p class=\"note\">Then for what is launched later, in this order:</p>\n");
        card(FutureSteps.of(data.instances()));
    }

    private void card(List<NextSteps.Step> steps) {
        if (!steps.isEmpty()) {
            out.print("<div class=\"card\">");
            steps.forEach(this::step);
            out.print("</div>\n");
        }
    }

    private void step(NextSteps.Step step) {
        out.print("<div class=\"step\"><h3>" + Escape.html(step.title()) + "</h3>");
        step.notes().forEach(note -> out.print("<p class=\"note\">" + Escape.html(note) + "</p>"));
        step.commands().forEach(command -> HtmlSteps.block(List.of(command), out));
        out.print("</div>\n");
    }

    private void footer() {
        if (!data.warnings().isEmpty()) {
            out.print("<h2>About the input</h2>\n<ul class=\"warnings\">");
            data.warnings().forEach(warning -> out.print("<li>" + Escape.html(warning) + "</li>"));
            out.print("</ul>\n");
        }
        out.print(
                "<footer>Created " + created() + ", as of " + Times.minutes(data.asOf())
                        + " UTC. READY means: no IMDSv1 call in at least the window of"
                        + " proven coverage, with gaps of at most a tenth of the window in it, as of then. Times are UTC. Written by imds-packet-analyzer; chart by uPlot (MIT).</footer>\n");
    }

    private static String digest(String script) {
        try {
            byte[] sum = MessageDigest.getInstance("SHA-256").digest(script.getBytes(StandardCharsets.UTF_8));
            return "sha256-" + Base64.getEncoder().encodeToString(sum);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
