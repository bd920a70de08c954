package dev.imdsanalyzer.process;

import dev.imdsanalyzer.process.proc.PidStat;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The chain of parents above a process. Shells and services are parents of many callers, so what is known of them is
 * kept as long as they run the same program. For one thread at a time.
 */
final class AncestorReader {
    static final int LONGEST = 16;

    /** Shorter than a caller's own command line: 16 of them must fit into a log line. */
    static final int COMMAND_LINE_LIMIT = 2048;

    private static final int KEPT = 256;

    private record Known(PidStat stat, Ancestor ancestor) {}

    private final ProcessReader reader;
    private final Map<Integer, Known> known = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, Known> eldest) {
            return size() > KEPT;
        }
    };

    AncestorReader(ProcessReader reader) {
        this.reader = reader;
    }

    /** One process; one that has ended as it was when it was last read; null if it never was. */
    Ancestor of(int pid, long startTicks) {
        PidStat stat = reader.stat(pid);
        if (stat != null && stat.startTicks() == startTicks) {
            return ancestor(stat);
        }
        Known before = known.get(pid);
        return before != null && before.stat().startTicks() == startTicks ? before.ancestor() : null;
    }

    /** From the parent up to pid 1; ends early where a parent cannot be read. */
    List<Ancestor> of(PidStat process) {
        List<Ancestor> chain = new ArrayList<>();
        PidStat child = process;
        while (chain.size() < LONGEST && child != null && child.parentPid() > 0) {
            PidStat parent = parent(child);
            if (parent == null) {
                break;
            }
            chain.add(ancestor(parent));
            child = parent;
        }
        return chain;
    }

    /** The process's parent; after its end, the one that has adopted the process. */
    private PidStat parent(PidStat child) {
        PidStat parent = reader.stat(child.parentPid());
        if (isParent(parent, child)) {
            return parent;
        }
        PidStat again = reader.stat(child.pid());
        if (again == null || again.startTicks() != child.startTicks() || again.parentPid() <= 0) {
            return null;
        }
        parent = reader.stat(again.parentPid());
        return isParent(parent, again) ? parent : null;
    }

    /** A parent that is younger than its child has only inherited the number. */
    private static boolean isParent(PidStat parent, PidStat child) {
        return parent != null && parent.startTicks() <= child.startTicks();
    }

    private Ancestor ancestor(PidStat stat) {
        Known before = known.get(stat.pid());
        if (before != null
                && before.stat().sameProgram(stat)
                && stat.argumentStart() != 0
                && before.stat().name().equals(stat.name())) {
            return before.ancestor();
        }
        Ancestor ancestor = new Ancestor(
                stat.pid(),
                stat.name(),
                reader.executable(stat.pid()),
                ProcessReader.commandLine(reader.arguments(stat.pid()), COMMAND_LINE_LIMIT));
        known.put(stat.pid(), new Known(stat, ancestor));
        return ancestor;
    }
}
