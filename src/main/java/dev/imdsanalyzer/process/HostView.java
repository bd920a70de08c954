package dev.imdsanalyzer.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Whether a process sees the host's files and users, where it cannot be asked any more. A container's user 1000 is
 * nobody that the host knows, and its /usr/bin/python3 is of no package of the host.
 */
public final class HostView {
    /** Inode of this program's network namespace, which is the host's; 0 where /proc does not tell. */
    static final long OWN_NAMESPACE = readOwnNamespace();

    private HostView() {}

    /**
     * Whether the caller is on the host for all that is known. One in another network namespace may be in a container
     * whose cgroup told nothing, and so may one of which neither namespace nor unit is known.
     */
    public static boolean isOf(Caller caller) {
        if (caller.containerId() != null || caller.podUid() != null) {
            return false;
        }
        return caller.networkNamespace() > 0 ? isOwnNamespace(caller.networkNamespace()) : caller.systemdUnit() != null;
    }

    /** Whether that network namespace is the host's. */
    static boolean isOwnNamespace(long inode) {
        return inode == OWN_NAMESPACE;
    }

    /** The inode in {@code net:[4026531840]}. */
    private static long readOwnNamespace() {
        try {
            String link = Files.readSymbolicLink(Path.of("/proc/self/ns/net")).toString();
            return Long.parseLong(link.substring(link.indexOf('[') + 1, link.length() - 1));
        } catch (IOException | NumberFormatException e) {
            return 0;
        }
    }
}
