package dev.imdsanalyzer.report.format;

import dev.imdsanalyzer.report.CallerGroup;
import dev.imdsanalyzer.report.ContainerWorkload;
import dev.imdsanalyzer.report.Instance;
import dev.imdsanalyzer.report.InstanceVerdict;
import dev.imdsanalyzer.report.Remedy;
import dev.imdsanalyzer.report.ReportData;
import dev.imdsanalyzer.report.Tally;
import dev.imdsanalyzer.report.Times;
import dev.imdsanalyzer.report.TopTexts;
import java.io.PrintStream;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The report as CSV (RFC 4180, UTF-8, CR LF): one row for each caller on each instance, and one with empty caller columns for
 * each instance without any call. New columns are only ever added at the end.
 */
public final class CsvReport {
    /** The columns, in order. Times are UTC; lists are joined by a blank, a bar and a blank. */
    public static final List<String> COLUMNS = List.of(
            "instance_id",
            "host_name",
            "verdict",
            "reasons",
            "clean_seconds",
            "missing_seconds",
            "caller_fingerprint",
            "caller_label",
            "v1_served",
            "v1_rejected",
            "v2",
            "unknown",
            "fallbacks",
            "first_seen",
            "last_seen",
            "only_at_boot",
            "executable",
            "unit",
            "user",
            "package",
            "user_agent",
            "paths",
            "arguments",
            "lineage",
            "remedy",
            "account",
            "region",
            "cloudwatch",
            "cloudtrail",
            "k8s_namespace",
            "k8s_workload",
            "container",
            "ecs_family",
            "compose_project",
            "compose_service",
            "image",
            "new",
            "change",
            "answered_locally",
            "other_cloud_probes",
            "proxies");

    private static final int LISTED_TEXTS = 10;

    private CsvReport() {}

    /** Writes the header and all rows; does not close the stream. */
    public static void write(ReportData data, PrintStream out) {
        row(out, COLUMNS);
        for (CallerGroup caller : data.callers()) {
            for (CallerGroup.OnInstance on : caller.instances()) {
                row(out, cells(data, data.verdicts().get(on.instance()), caller, on.tally()));
            }
        }
        for (InstanceVerdict verdict : data.instances()) {
            if (verdict.instance().tally().total() == 0) {
                row(out, cells(data, verdict, null, verdict.instance().tally()));
            }
        }
    }

    private static List<String> cells(ReportData data, InstanceVerdict verdict, CallerGroup caller, Tally tally) {
        Instance instance = verdict.instance();
        boolean none = caller == null;
        ContainerWorkload workload = none ? null : caller.workload();
        Remedy remedy = none ? null : data.remedy(caller);
        return List.of(
                orEmpty(instance.id()),
                orEmpty(instance.name()),
                verdict.verdict().code(),
                String.join(" | ", verdict.reasons()),
                Long.toString(verdict.cleanMicros() / 1_000_000),
                Long.toString(verdict.missingMicros() / 1_000_000),
                none ? "" : caller.fingerprint(),
                none ? "" : caller.label(),
                Long.toString(tally.v1Served()),
                Long.toString(tally.v1Rejected()),
                Long.toString(tally.v2()),
                Long.toString(tally.unknown()),
                Long.toString(tally.fallbacks()),
                none ? "" : Times.iso(tally.first()),
                none ? "" : Times.iso(tally.last()),
                none ? "" : Boolean.toString(caller.onlyAtBoot()),
                none ? "" : list(caller.executables()),
                none ? "" : list(caller.units()),
                none ? "" : list(caller.users()),
                none ? "" : list(caller.packages()),
                none ? "" : list(caller.userAgents()),
                none ? "" : list(caller.paths()),
                none ? "" : list(caller.arguments()),
                none ? "" : orEmpty(caller.lineage()),
                remedy == null ? "" : remedy.summary(),
                orEmpty(instance.place().accountId()),
                orEmpty(instance.place().region()),
                verdict.witness("CloudWatch"),
                verdict.witness("CloudTrail"),
                none ? "" : orEmpty(workload.namespace()),
                none ? "" : orEmpty(workload.workload()),
                none ? "" : orEmpty(workload.container()),
                none ? "" : orEmpty(workload.family()),
                none ? "" : orEmpty(workload.project()),
                none ? "" : orEmpty(workload.service()),
                none ? "" : orEmpty(workload.image()),
                none || !data.newcomers().known()
                        ? ""
                        : Boolean.toString(data.newcomers().has(caller)),
                none || data.changes() == null ? "" : data.changes().of(caller),
                Long.toString(tally.local()),
                Long.toString(tally.probes()),
                none ? "" : list(caller.proxies()));
    }

    private static String list(TopTexts texts) {
        return texts.sorted().stream()
                .limit(LISTED_TEXTS)
                .map(TopTexts.Counted::text)
                .collect(Collectors.joining(" | "));
    }

    private static String orEmpty(String text) {
        return text == null ? "" : text;
    }

    private static void row(PrintStream out, List<String> cells) {
        out.print(cells.stream().map(Escape::csv).collect(Collectors.joining(",")));
        out.print("\r\n");
    }
}
