package dev.imdsanalyzer.output.line.caller;

import dev.imdsanalyzer.output.text.SafeText;
import dev.imdsanalyzer.process.Ancestor;
import dev.imdsanalyzer.process.Caller;
import dev.imdsanalyzer.secrets.SecretRedactor;
import java.util.List;

/** The chain of a caller's parents, in words. */
public final class Lineage {
    private static final int MAX_IN_MESSAGE = 4;
    private static final String ARROW = " < ";

    private Lineage() {}

    /** {@code curl < makeCalls.sh < bash < sshd < systemd}; null if the caller has no name. */
    static String names(Caller caller) {
        if (caller.name() == null) {
            return null;
        }
        StringBuilder names = new StringBuilder(64).append(shown(caller.name()));
        for (Ancestor ancestor : caller.ancestors()) {
            names.append(ARROW).append(name(ancestor));
        }
        return names.toString();
    }

    /** {@code curl[6028] < makeCalls.sh[6027] < sshd[4070]}: the nearest few, without pid 1, of whom all are. */
    public static String withPids(Caller caller) {
        StringBuilder chain = new StringBuilder(64).append(shown(caller.name()));
        chain.append('[').append(caller.pid()).append(']');
        List<Ancestor> ancestors = caller.ancestors();
        for (int i = 0; i < Math.min(MAX_IN_MESSAGE, ancestors.size()); i++) {
            Ancestor ancestor = ancestors.get(i);
            if (ancestor.pid() != 1 || i == 0) {
                chain.append(ARROW).append(name(ancestor));
                chain.append('[').append(ancestor.pid()).append(']');
            }
        }
        return chain.toString();
    }

    /** The same, with a mark where more are known. */
    public static String nearest(Caller caller) {
        long more = caller.ancestors().stream()
                .skip(MAX_IN_MESSAGE)
                .filter(ancestor -> ancestor.pid() != 1)
                .count();
        return withPids(caller) + (more > 0 ? ARROW + SafeText.CUT_MARK : "");
    }

    private static String name(Ancestor ancestor) {
        return shown(ancestor.name());
    }

    /** A process gives itself its name. */
    private static String shown(String name) {
        boolean plain = name != null && name.indexOf('=') < 0 && name.indexOf(':') < 0;
        return name == null ? "?" : plain ? name : SecretRedactor.redactPath(name);
    }
}
