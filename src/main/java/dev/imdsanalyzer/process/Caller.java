package dev.imdsanalyzer.process;

import java.util.List;

/**
 * Who made a connection, as far as it is known. Unknown texts are null, unknown numbers -1, unknown lists empty; nothing
 * is ever guessed. Texts are redacted but not escaped.
 *
 * @param method where the name comes from; with {@link AttributionMethod#NONE} no process is
 *     known; the socket's owner and network namespace may be
 * @param reason what is missing and why, one clause; null when nothing is
 * @param pid as the host sees it
 * @param name the kernel's comm
 * @param executable path as the process sees it, without the kernel's " (deleted)"
 * @param script what an interpreter runs: a script, jar, module or main class; null for other programs
 * @param commandLine the arguments as one shell-quoted string, at most 4 KiB
 * @param startNanos start of the process, ns since the epoch
 * @param ancestors from the parent up to pid 1, at most 16
 * @param userId the effective user's number
 * @param loginUserName who logged in, behind sudo; null if nobody did
 * @param containerRuntime docker, containerd, cri-o, podman, ecs, systemd-nspawn
 * @param packageType deb or rpm
 * @param networkNamespace the namespace's inode number
 */
public record Caller(
        AttributionMethod method,
        String reason,
        int pid,
        String name,
        String executable,
        String script,
        String commandLine,
        String workingDirectory,
        long startNanos,
        List<Ancestor> ancestors,
        long userId,
        String userName,
        String loginUserName,
        String containerId,
        String containerRuntime,
        String podUid,
        String podQos,
        String systemdUnit,
        String packageName,
        String packageVersion,
        String packageType,
        long networkNamespace) {

    /** Nobody is known, for the reason given. */
    public static Caller unknown(String reason) {
        return new Caller(
                AttributionMethod.NONE,
                reason,
                -1,
                null,
                null,
                null,
                null,
                null,
                -1,
                List.of(),
                -1,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                -1);
    }
}
