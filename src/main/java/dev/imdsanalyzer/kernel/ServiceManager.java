package dev.imdsanalyzer.kernel;

import java.nio.charset.StandardCharsets;

/**
 * Tells systemd how the service does: sd_notify(3) without libsystemd. Silent where no service manager listens. Any
 * thread.
 */
public final class ServiceManager implements AutoCloseable {
    private static final int SOCK_DGRAM = 2;
    private static final int SOCK_CLOEXEC = 0x80000;
    private static final int MSG_NOSIGNAL = 0x4000;
    private static final int MESSAGE_BYTES = 1024;

    private final int socket;
    private final NativeBuffer message = new NativeBuffer(MESSAGE_BYTES);

    private ServiceManager(int socket) {
        this.socket = socket;
    }

    /** Where nobody listens. */
    public static ServiceManager none() {
        return new ServiceManager(-1);
    }

    /**
     * Connects to the manager.
     *
     * @param name the value of NOTIFY_SOCKET; null where there is no manager
     */
    public static ServiceManager connect(String name) throws KernelException {
        if (name == null || name.isEmpty()) {
            return new ServiceManager(-1);
        }
        int socket = Libc.socket(SocketAddressUnix.AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        if (socket < 0) {
            throw new KernelException("socket(AF_UNIX)", Libc.errno());
        }
        NativeBuffer address = new NativeBuffer(SocketAddressUnix.SIZE);
        int length = SocketAddressUnix.put(address, name);
        if (Libc.connect(socket, address.address(), length) != 0) {
            int errno = Libc.errno();
            Libc.close(socket);
            throw new KernelException("connect(NOTIFY_SOCKET)", errno);
        }
        return new ServiceManager(socket);
    }

    /**
     * Sends a state such as {@code READY=1} or {@code WATCHDOG=1}; several are separated by line feeds. A manager that
     * does not take it is no reason to stop, so failures are passed over.
     */
    public synchronized void tell(String state) {
        if (socket < 0) {
            return;
        }
        byte[] bytes = state.getBytes(StandardCharsets.UTF_8);
        int length = Math.min(bytes.length, MESSAGE_BYTES);
        message.bytes().put(0, bytes, 0, length);
        Libc.send(socket, message.address(), length, MSG_NOSIGNAL);
    }

    @Override
    public synchronized void close() {
        if (socket >= 0) {
            Libc.close(socket);
        }
    }
}
