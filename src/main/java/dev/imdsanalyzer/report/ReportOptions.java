package dev.imdsanalyzer.report;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/**
 * What to read and how to tell it.
 *
 * @param inputs files, folders, {@code -} for standard input
 * @param since calls and coverage before it are left out; null for no bound
 * @param until calls and coverage from it on are left out, and the verdict is as of then; null for no bound
 * @param window how long IMDSv1 must have been quiet under proven coverage
 * @param metrics files with CloudWatch's own counts, each {@code FILE} or {@code INSTANCE-ID=FILE}
 * @param cloudTrails files and folders with CloudTrail's records; empty where it is not asked
 * @param earlier the JSON of an earlier run, to tell what changed since; null for none
 * @param inventory what {@code aws ec2 describe-instances} printed; null for none
 * @param folder where formats of several files put them; null to print them one after another
 * @param colour whether text may carry colours
 * @param columns width of the terminal that text is for; 0 for text that is not to be broken
 * @param progress whether to draw a progress bar on the error stream
 * @param requirements what READY needs beside its own proof
 * @param grouping by what instances are ordered; null for the verdict alone
 * @param now the time of the report; times in the log past it by more than a day are not believed
 */
public record ReportOptions(
        List<String> inputs,
        ReportFormat format,
        Instant since,
        Instant until,
        Duration window,
        List<String> metrics,
        List<String> cloudTrails,
        String earlier,
        String inventory,
        Path folder,
        boolean colour,
        int columns,
        boolean progress,
        Set<Requirement> requirements,
        Grouping grouping,
        Instant now) {
    /** The window where none is given. */
    public static final Duration DEFAULT_WINDOW = Duration.ofDays(14);

    public ReportOptions {
        inputs = List.copyOf(inputs);
        metrics = List.copyOf(metrics);
        cloudTrails = List.copyOf(cloudTrails);
        requirements = Set.copyOf(requirements);
        if (window.isNegative() || window.isZero()) {
            throw new IllegalArgumentException("the window must be longer than nothing");
        }
    }

    /** The window's length, in microseconds as the report counts. */
    public long windowMicros() {
        return window.toNanos() / 1_000;
    }

    /** With no requirement. */
    public ReportOptions(
            List<String> inputs,
            ReportFormat format,
            Instant since,
            Instant until,
            Duration window,
            List<String> metrics,
            List<String> cloudTrails,
            String earlier,
            String inventory,
            Path folder,
            boolean colour,
            int columns,
            boolean progress,
            Instant now) {
        this(
                inputs,
                format,
                since,
                until,
                window,
                metrics,
                cloudTrails,
                earlier,
                inventory,
                folder,
                colour,
                columns,
                progress,
                Set.of(),
                null,
                now);
    }

    /** Without CloudTrail. */
    public ReportOptions(
            List<String> inputs,
            ReportFormat format,
            Instant since,
            Instant until,
            Duration window,
            List<String> metrics,
            boolean colour,
            int columns,
            boolean progress,
            Instant now) {
        this(
                inputs, format, since, until, window, metrics, List.of(), null, null, null, colour, columns, progress,
                now);
    }

    /** The same with CloudTrail's records. */
    ReportOptions withCloudTrails(List<String> trails) {
        return with(trails, earlier, inventory, folder);
    }

    /** The same compared with an earlier run. */
    public ReportOptions since(String report) {
        return with(cloudTrails, report, inventory, folder);
    }

    /** The same with the account's inventory. */
    public ReportOptions withInventory(String file) {
        return with(cloudTrails, earlier, file, folder);
    }

    /** The same with its files put into this folder. */
    public ReportOptions into(Path target) {
        return with(cloudTrails, earlier, inventory, target);
    }

    /**
     * The same with what only some ask for.
     *
     * @param needed what READY needs beside its own proof
     * @param order by what instances are ordered; null for the verdict alone
     */
    public ReportOptions with(Set<Requirement> needed, Grouping order) {
        return new ReportOptions(
                inputs,
                format,
                since,
                until,
                window,
                metrics,
                cloudTrails,
                earlier,
                inventory,
                folder,
                colour,
                columns,
                progress,
                needed,
                order,
                now);
    }

    private ReportOptions with(List<String> trails, String report, String account, Path target) {
        return new ReportOptions(
                inputs,
                format,
                since,
                until,
                window,
                metrics,
                trails,
                report,
                account,
                target,
                colour,
                columns,
                progress,
                requirements,
                grouping,
                now);
    }
}
