package dev.imdsanalyzer.daemon.schedules;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * What the host runs by the clock: lines of crontabs, the folders that cron runs hourly to monthly, and systemd's timers, as
 * they are written, with base names and without arguments. Bounded in number, size and time.
 *
 * @param entries each once, at most {@value #MAXIMUM}
 * @param leftOut how many more there are
 */
public record HostSchedules(List<String> entries, int leftOut) {
    static final int MAXIMUM = 64;

    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final List<String> PERIODS = List.of("hourly", "daily", "weekly", "monthly");
    /** Debian's and Red Hat's; users' own tables. */
    private static final List<String> SPOOLS =
            List.of("var/spool/cron/crontabs", "var/spool/cron", "var/spool/cron/tabs");

    /** @param root where the host's files begin */
    public static HostSchedules read(Path root) {
        return read(root, PATIENCE_NANOS);
    }

    static HostSchedules read(Path root, long patienceNanos) {
        BoundedFiles files = new BoundedFiles(patienceNanos);
        Set<String> all = new LinkedHashSet<>();
        table(files, root.resolve("etc/crontab"), true, all::add);
        for (Path file : files.list(root.resolve("etc/cron.d"))) {
            if (!isLeftover(file)) {
                table(files, file, true, all::add);
            }
        }
        for (String spool : SPOOLS) {
            for (Path file : files.list(root.resolve(spool))) {
                table(files, file, false, all::add);
            }
        }
        for (String period : PERIODS) {
            for (Path script : files.list(root.resolve("etc/cron." + period))) {
                if (!isLeftover(script) && Files.isExecutable(script) && Files.isRegularFile(script)) {
                    all.add("@" + period + " "
                            + CommandName.of(script.getFileName().toString()));
                }
            }
        }
        new TimerUnits(root, files).read(all::add);
        return new HostSchedules(all.stream().limit(MAXIMUM).toList(), Math.max(0, all.size() - MAXIMUM));
    }

    private static void table(BoundedFiles files, Path file, boolean hasUser, Consumer<String> entries) {
        String text = files.text(file);
        if (text != null) {
            CronTable.read(text, hasUser, entries);
        }
    }

    /** Placeholders and what package managers and editors leave behind, which cron does not run. */
    private static boolean isLeftover(Path file) {
        String name = file.getFileName().toString();
        return name.startsWith(".")
                || name.endsWith("~")
                || name.contains(".dpkg-")
                || name.endsWith(".rpmsave")
                || name.endsWith(".rpmnew")
                || name.endsWith(".rpmorig");
    }
}
