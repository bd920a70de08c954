package dev.imdsanalyzer.daemon.calls;

import dev.imdsanalyzer.process.Ancestor;
import dev.imdsanalyzer.process.Caller;
import java.util.Objects;

/**
 * Whether two processes do one program's work: the same process, a process and its fork, or two of which a script runs the same
 * program. What a service manager, a shell at a terminal or a container's runtime starts side by side are strangers.
 */
final class Kinship {
    private Kinship() {}

    static boolean isNear(Caller one, Caller other) {
        if (one.pid() < 0 || other.pid() < 0) {
            return false;
        }
        if (one.pid() == other.pid()) {
            return one.startNanos() == other.startNanos();
        }
        if (one.executable() == null || !Objects.equals(one.executable(), other.executable())) {
            return false;
        }
        Ancestor parent = parent(one);
        Ancestor othersParent = parent(other);
        return (parent != null && parent.pid() == other.pid())
                || (othersParent != null && othersParent.pid() == one.pid())
                || (parent != null
                        && othersParent != null
                        && parent.pid() == othersParent.pid()
                        && runsThem(parent, one));
    }

    /** A script that runs a client, or the program whose forks they are. */
    private static boolean runsThem(Ancestor parent, Caller child) {
        return parent.pid() > 1 && (parent.script() != null || Objects.equals(parent.executable(), child.executable()));
    }

    private static Ancestor parent(Caller caller) {
        return caller.ancestors().isEmpty() ? null : caller.ancestors().get(0);
    }
}
