package dev.imdsanalyzer.daemon;

import dev.imdsanalyzer.process.Ancestor;
import dev.imdsanalyzer.process.AttributionMethod;
import dev.imdsanalyzer.process.Caller;
import java.util.List;
import java.util.Optional;
import java.util.function.LongUnaryOperator;

/** Whether a caller is a watched command or descends from it, as far as that can be told. */
final class CommandDescent {
    /** What is known of a caller. */
    enum Answer {
        /** The command, or a descendant of it. */
        OWN,
        OTHERS,
        /** Nobody knows. */
        UNKNOWN
    }

    /** As {@code parentOf} answers for a process that is not there any more. */
    static final long GONE = -1;

    /** A chain of parents of this length, in processes, is given up. */
    static final int LONGEST_CHAIN = 1024;

    private static final int FIRST_PROCESS = 1;

    private final long command;
    private final long adopting;
    private final boolean kernelPids;
    private final LongUnaryOperator parentOf;

    /**
     * Makes one.
     *
     * @param command pid of the command
     * @param adopting pid of whom its descendants become children where their parents end
     * @param kernelPids whether the kernel's pids are those of our /proc: not in a pid namespace of our own
     * @param parentOf the parent's pid of a pid; 0 where it has none, {@link #GONE}
     */
    CommandDescent(long command, long adopting, boolean kernelPids, LongUnaryOperator parentOf) {
        this.command = command;
        this.adopting = adopting;
        this.kernelPids = kernelPids;
        this.parentOf = parentOf;
    }

    /** The parent by /proc, as the constructor wants it. */
    static long parentOf(long pid) {
        Optional<ProcessHandle> process = ProcessHandle.of(pid);
        return process.isEmpty()
                ? GONE
                : process.flatMap(ProcessHandle::parent).map(ProcessHandle::pid).orElse(0L);
    }

    Answer of(Caller caller) {
        if (caller.pid() < 0 || (caller.method() == AttributionMethod.CONNECT && !kernelPids)) {
            return Answer.UNKNOWN;
        }
        List<Ancestor> ancestors = caller.ancestors();
        if (isOwn(caller.pid()) || ancestors.stream().anyMatch(ancestor -> isOwn(ancestor.pid()))) {
            return Answer.OWN;
        }
        return above(
                ancestors.isEmpty()
                        ? caller.pid()
                        : ancestors.get(ancestors.size() - 1).pid());
    }

    /** The chain that a caller comes with is bounded, and ends early where a process could not be read. */
    private Answer above(long last) {
        long pid = last;
        for (int steps = 0; steps < LONGEST_CHAIN; steps++) {
            if (isOwn(pid)) {
                return Answer.OWN;
            }
            if (pid == FIRST_PROCESS || pid == 0) {
                return Answer.OTHERS;
            }
            if (pid == GONE) {
                return Answer.UNKNOWN;
            }
            pid = parentOf.applyAsLong(pid);
        }
        return Answer.UNKNOWN;
    }

    private boolean isOwn(long pid) {
        return pid == command || pid == adopting;
    }
}
