package dev.imdsanalyzer.process;

import dev.imdsanalyzer.process.proc.PidStat;
import dev.imdsanalyzer.process.script.ScriptFinder;
import dev.imdsanalyzer.secrets.SecretRedactor;
import java.util.ArrayList;
import java.util.List;

/**
 * The chain of parents above a process. Shells and services are parents of many callers, so what is known of them is
 * kept as long as they run the same program. For one thread at a time.
 */
final class AncestorReader {
    static final int LONGEST = 16;

    /** How long the chain above a parent that has not changed itself is taken to be the same. */
    private static final long CHAIN_NANOS = 1_000_000_000L;

    private static final int KEPT = 256;
    private static final long KEPT_BYTES = 1L << 20;
    /** What an entry takes beside its ancestors. */
    private static final int OBJECTS = 256;

    private record Known(PidStat stat, Ancestor ancestor) {}

    /** The ancestors from one process up, itself first. */
    private record Chain(PidStat lowest, List<Ancestor> ancestors, long readNanos) {}

    private final ProcessFiles files;
    private final RecentlyUsed<Integer, Known> known = new RecentlyUsed<>(
            KEPT, KEPT_BYTES, (pid, known) -> OBJECTS + known.ancestor().weight());
    private final RecentlyUsed<Integer, Chain> chains = new RecentlyUsed<>(
            KEPT,
            KEPT_BYTES,
            (pid, chain) -> OBJECTS
                    + chain.ancestors().stream().mapToInt(Ancestor::weight).sum());

    AncestorReader(ProcessFiles files) {
        this.files = files;
    }

    /** One process; one that has ended as it was when it was last read; null if it never was. */
    Ancestor of(int pid, long startTicks) {
        PidStat stat = files.stat(pid);
        if (stat != null && stat.startTicks() == startTicks) {
            return ancestor(stat);
        }
        Known before = known.get(pid);
        return before != null && before.stat().startTicks() == startTicks ? before.ancestor() : null;
    }

    /** From the parent up to pid 1; ends early where a parent cannot be read. */
    List<Ancestor> of(PidStat process) {
        PidStat lowest = process.parentPid() > 0 ? parent(process) : null;
        if (lowest == null) {
            return List.of();
        }
        Chain before = chains.get(lowest.pid());
        long now = System.nanoTime();
        if (before != null && isSame(before.lowest(), lowest) && now - before.readNanos() < CHAIN_NANOS) {
            return before.ancestors();
        }
        List<Ancestor> ancestors = List.copyOf(upFrom(lowest));
        chains.put(lowest.pid(), new Chain(lowest, ancestors, now));
        return ancestors;
    }

    private List<Ancestor> upFrom(PidStat lowest) {
        List<Ancestor> ancestors = new ArrayList<>();
        PidStat at = lowest;
        while (at != null && ancestors.size() < LONGEST) {
            ancestors.add(ancestor(at));
            at = at.parentPid() > 0 ? parent(at) : null;
        }
        return ancestors;
    }

    /** The process's parent; after its end, the one that has adopted the process. */
    private PidStat parent(PidStat child) {
        PidStat parent = files.stat(child.parentPid());
        if (isParent(parent, child)) {
            return parent;
        }
        PidStat again = files.stat(child.pid());
        if (again == null || again.startTicks() != child.startTicks() || again.parentPid() <= 0) {
            return null;
        }
        parent = files.stat(again.parentPid());
        return isParent(parent, again) ? parent : null;
    }

    /** A parent that is younger than its child has only inherited the number. */
    private static boolean isParent(PidStat parent, PidStat child) {
        return parent != null && parent.startTicks() <= child.startTicks();
    }

    /** Where the place of the arguments is hidden from us, an exec cannot be told. */
    private static boolean isSame(PidStat before, PidStat now) {
        return now.argumentStart() != 0
                && before.sameProgram(now)
                && before.parentPid() == now.parentPid()
                && before.name().equals(now.name());
    }

    private Ancestor ancestor(PidStat stat) {
        Known before = known.get(stat.pid());
        if (before != null && isSame(before.stat(), stat)) {
            return before.ancestor();
        }
        String executable = files.executable(stat.pid());
        List<String> arguments = files.arguments(stat.pid());
        // Without its folder: a script is free to change it after its start.
        String script = ScriptFinder.find(executable, arguments, null);
        Ancestor ancestor = new Ancestor(
                stat.pid(),
                stat.name(),
                executable,
                ProcessFiles.commandLine(arguments, Ancestor.COMMAND_LINE_LIMIT),
                SecretRedactor.redactPath(script),
                files.startNanos(stat));
        known.put(stat.pid(), new Known(stat, ancestor));
        return ancestor;
    }
}
