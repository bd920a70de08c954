package dev.imdsanalyzer.process.socket;

import dev.imdsanalyzer.kernel.ProcFileSystem;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Sandboxes whose TCP is not the kernel's: packets of gVisor's containers come from a network device, and no socket of the
 * kernel belongs to them, so that neither a connect nor a socket's holder can be seen. The sandbox's process is known by its
 * first argument.
 *
 * <p>Looked for at most once in {@link #MEMORY_NANOS}, as all processes are gone over. One thread at a time.
 *
 * <p>Source: gvisor, runsc/sandbox/sandbox.go (createSandboxProcess); gVisor's documentation, "Networking".
 */
final class UserSpaceStacks {
    static final long MEMORY_NANOS = 30_000_000_000L;

    private static final byte[] SANDBOX = "runsc-sandbox\0".getBytes(StandardCharsets.US_ASCII);

    private final ProcFileSystem proc;
    private long lookedNanos;
    private boolean looked;
    private int sandbox;

    UserSpaceStacks(ProcFileSystem proc) {
        this.proc = proc;
    }

    /**
     * Why a connection may have no socket here.
     *
     * @param nowNanos of {@link System#nanoTime}
     * @return null where no such sandbox runs
     */
    String reason(long nowNanos) {
        if (!looked || nowNanos - lookedNanos >= MEMORY_NANOS) {
            looked = true;
            lookedNanos = nowNanos;
            sandbox = find();
        }
        return sandbox == 0
                ? null
                : "the kernel has no socket of it: it is gone, or of gVisor's sandbox (runsc-sandbox[" + sandbox
                        + "] or another), whose TCP is its own and tells nobody which of its processes called";
    }

    private int find() {
        for (int pid : proc.pids()) {
            byte[] begin = proc.read(pid, "cmdline", SANDBOX.length);
            if (begin != null && Arrays.equals(begin, SANDBOX)) {
                return pid;
            }
        }
        return 0;
    }
}
