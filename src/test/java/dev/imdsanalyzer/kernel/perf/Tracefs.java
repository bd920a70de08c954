package dev.imdsanalyzer.kernel.perf;

import com.sun.jna.LastErrorException;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Lets a test see tracefs where the host has not mounted it: one thread gets a mount namespace of its own and mounts it
 * there. Nothing changes for anybody else, and it ends with the thread.
 */
public final class Tracefs {
    private static final int CLONE_NEWNS = 0x20000;
    private static final long MS_REC_PRIVATE = 0x4000 | 1 << 18;

    private Tracefs() {}

    private static final class C {
        static {
            Native.register(C.class, "c");
        }

        static native int unshare(int flags) throws LastErrorException;

        static native int mount(String source, String target, String type, long flags, Pointer data)
                throws LastErrorException;

        private C() {}
    }

    /** Runs something in a thread that sees tracefs; threads that it starts see it too. */
    public static <T> T call(Callable<T> action) throws Exception {
        FutureTask<T> task = new FutureTask<>(() -> {
            if (!Files.isDirectory(Path.of("/sys/kernel/tracing/events"))) {
                C.unshare(CLONE_NEWNS);
                C.mount("none", "/", "none", MS_REC_PRIVATE, Pointer.NULL);
                C.mount("tracefs", "/sys/kernel/tracing", "tracefs", 0, Pointer.NULL);
            }
            return action.call();
        });
        Thread thread = new Thread(task, "sees-tracefs");
        thread.start();
        try {
            return task.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Exception cause) {
                throw cause;
            }
            throw e;
        }
    }
}
