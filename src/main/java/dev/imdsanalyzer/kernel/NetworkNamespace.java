package dev.imdsanalyzer.kernel;

/** Network namespaces; network_namespaces(7). */
public final class NetworkNamespace {
    private static final int CLONE_NEWNET = 0x40000000;

    private NetworkNamespace() {}

    /**
     * Moves the calling thread, and it alone, to the network namespace of a process. Needs CAP_SYS_ADMIN.
     *
     * @throws KernelException with EPERM without that capability, with ENOENT when the process is gone
     */
    public static void enter(int pid) throws KernelException {
        NativeBuffer path = new NativeBuffer(64);
        int namespace = Libc.openat(
                OpenFlags.AT_FDCWD, path.putString("/proc/" + pid + "/ns/net"), OpenFlags.RDONLY | OpenFlags.CLOEXEC);
        if (namespace < 0) {
            throw new KernelException("open(/proc/" + pid + "/ns/net)", Libc.errno());
        }
        int result = Libc.setns(namespace, CLONE_NEWNET);
        int errno = Libc.errno();
        Libc.close(namespace);
        if (result < 0) {
            throw new KernelException("setns(/proc/" + pid + "/ns/net)", errno);
        }
    }
}
