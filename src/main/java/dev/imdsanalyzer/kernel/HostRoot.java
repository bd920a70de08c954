package dev.imdsanalyzer.kernel;

import java.nio.file.Path;

/**
 * Where this program sees the host's root directory: its own one, or in a container that of the host's first process, or
 * a place where it is mounted. Chosen once, before anything looks at the host.
 */
public final class HostRoot {
    /** Stands for the host where a process's root directory is asked for by its number. */
    public static final int PID = 0;

    /** The root directory that this program itself has. */
    static final String OWN = "/proc/self/root";

    private static volatile String path = OWN;
    private static volatile boolean given;

    private HostRoot() {}

    /**
     * Chooses it.
     *
     * @param root absolute; {@code /} where nothing is mounted for it
     */
    public static void choose(String root) {
        given = !root.equals("/");
        path = given ? root : OWN;
    }

    /** Whether the host is seen elsewhere than at the own root. */
    public static boolean isElsewhere() {
        return given;
    }

    /** As it was chosen, or the own one. */
    public static String path() {
        return path;
    }

    /** The path of one of the host's files, for what follows links as it finds them. */
    public static Path resolve(String file) {
        return Path.of((given ? path : "") + file);
    }
}
