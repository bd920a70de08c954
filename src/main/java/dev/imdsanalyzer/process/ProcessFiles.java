package dev.imdsanalyzer.process;

import dev.imdsanalyzer.kernel.Clock;
import dev.imdsanalyzer.kernel.ProcFileSystem;
import dev.imdsanalyzer.process.proc.Cmdline;
import dev.imdsanalyzer.process.proc.LoginUid;
import dev.imdsanalyzer.process.proc.PidStat;
import dev.imdsanalyzer.process.proc.PidStatus;
import dev.imdsanalyzer.secrets.SecretRedactor;
import dev.imdsanalyzer.status.ClockDistance;
import dev.imdsanalyzer.status.WallClock;
import java.util.List;

/** What /proc says of one process, each file by itself; {@link ProcessReader} puts together what belongs together. */
final class ProcessFiles {
    /** More of the arguments is not looked at. */
    private static final int ARGUMENTS_LIMIT = 32 * 1024;

    private static final int TEXT_LIMIT = 64 * 1024;
    private static final String DELETED = " (deleted)";
    private static final String UNREACHABLE = "(unreachable)";

    /**
     * Start of the machine, ns since the epoch; fixed and shared, so that a process has one start time for good, whoever
     * reads it: with its number it is what tells processes apart.
     */
    private static final long BOOT_NANOS = ClockDistance.between(WallClock::nanos, Clock::bootNanos);

    private final ProcFileSystem proc;
    private final long nanosPerTick = 1_000_000_000L / Clock.ticksPerSecond();

    /** @param proc not closed here */
    ProcessFiles(ProcFileSystem proc) {
        this.proc = proc;
    }

    /** The process's identity; null when there is no such process. */
    PidStat stat(int pid) {
        return PidStat.parse(proc.read(pid, "stat", TEXT_LIMIT));
    }

    List<String> arguments(int pid) {
        return Cmdline.parse(proc.read(pid, "cmdline", ARGUMENTS_LIMIT));
    }

    /** The executable as the process sees it, also when it was replaced or removed since; null when hidden or gone. */
    String executable(int pid) {
        return path(proc.readLink(pid, "exe"));
    }

    /** As the process sees it; null when hidden or gone. */
    String workingDirectory(int pid) {
        return path(proc.readLink(pid, "cwd"));
    }

    /** One hierarchy a line; null when the process has ended. */
    byte[] controlGroups(int pid) {
        return proc.read(pid, "cgroup", TEXT_LIMIT);
    }

    /** The effective user's number; negative when it is not known. */
    long effectiveUser(int pid) {
        return PidStatus.parse(proc.read(pid, "status", TEXT_LIMIT)).effectiveUserId();
    }

    /** Who logged in; negative for nobody. */
    long loginUser(int pid) {
        return LoginUid.parse(proc.read(pid, "loginuid", 64));
    }

    private static String path(String link) {
        if (link == null) {
            return null;
        }
        String path = link.endsWith(DELETED) ? link.substring(0, link.length() - DELETED.length()) : link;
        return path.startsWith(UNREACHABLE) ? path.substring(UNREACHABLE.length()) : path;
    }

    /**
     * Arguments as they may be logged: without secrets, quoted for a shell, and cut; null when there is none.
     *
     * @param limitBytes in UTF-8
     */
    static String commandLine(List<String> arguments, int limitBytes) {
        return Cmdline.quoted(SecretRedactor.redactArguments(arguments), limitBytes);
    }

    /** When the process started, ns since the epoch. */
    long startNanos(PidStat stat) {
        return BOOT_NANOS + stat.startTicks() * nanosPerTick;
    }

    /**
     * The same in ticks, as /proc has it, of a start that the kernel has told.
     *
     * @param bootNanos CLOCK_BOOTTIME, ns
     */
    long startNanos(long bootNanos) {
        return BOOT_NANOS + bootNanos / nanosPerTick * nanosPerTick;
    }

    /**
     * A moment as {@link Caller#startNanos} counts, whatever was done to the clock since this program began.
     *
     * @param clockNanos ns since the epoch, by the clock of now
     */
    static long asStartNanos(long clockNanos) {
        return BOOT_NANOS + clockNanos - ClockDistance.between(WallClock::nanos, Clock::bootNanos);
    }

    /** The present time as {@link PidStat#startTicks} counts it. */
    long ticksNow() {
        return Clock.bootNanos() / nanosPerTick;
    }
}
