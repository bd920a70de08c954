package dev.imdsanalyzer.kernel.netlink;

import dev.imdsanalyzer.kernel.KernelException;
import dev.imdsanalyzer.kernel.NetworkNamespace;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Opens sockets in other network namespaces. */
public final class NamespaceEntry {
    private NamespaceEntry() {}

    /**
     * Opens a socket in the network namespace of a process. A thread of its own enters the namespace and ends there, so
     * that no other thread ever leaves its own. Needs CAP_SYS_ADMIN.
     *
     * @throws KernelException with EPERM without that capability, with ENOENT when the process is gone
     */
    public static @Nullable SocketDiagnostics open(int pid) throws KernelException, InterruptedException {
        AtomicReference<SocketDiagnostics> opened = new AtomicReference<>();
        AtomicReference<KernelException> failure = new AtomicReference<>();
        Thread thread = new Thread(
                () -> {
                    try {
                        NetworkNamespace.enter(pid);
                        opened.set(new SocketDiagnostics());
                    } catch (KernelException e) {
                        failure.set(e);
                    }
                },
                "namespace-entry");
        thread.setDaemon(true);
        thread.start();
        thread.join();
        if (failure.get() != null) {
            throw failure.get();
        }
        return opened.get();
    }
}
