package dev.imdsanalyzer.kernel;

import java.nio.charset.StandardCharsets;

/**
 * Tells systemd how the service does: sd_notify(3) without libsystemd. Silent where no service manager listens. Any
 * thread.
 */
public final class ServiceManager implements AutoCloseable {
    private static final int SOCK_DGRAM = 2;
    private static final int SOCK_CLOEXEC = 0x80000;
    private static final int MSG_DONTWAIT = 0x40;
    private static final int MSG_NOSIGNAL = 0x4000;
    private static final int MESSAGE_BYTES = 1024;

    /** -1 where nobody listens, and after the close: the kernel gives the number to the next file that is opened. */
    private int socket;

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
     * @throws KernelException when there is no such socket, or the name is none of a socket
     */
    public static ServiceManager connect(String name) throws KernelException {
        if (name == null || name.isEmpty()) {
            return none();
        }
        NativeBuffer address = new NativeBuffer(SocketAddressUnix.SIZE);
        int length = SocketAddressUnix.put(address, name);
        int socket = Libc.socket(SocketAddressUnix.AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        if (socket < 0) {
            throw new KernelException("socket(AF_UNIX)", Libc.errno());
        }
        if (Libc.connect(socket, address, length) != 0) {
            int errno = Libc.errno();
            Libc.close(socket);
            throw new KernelException("connect(NOTIFY_SOCKET)", errno);
        }
        return new ServiceManager(socket);
    }

    /**
     * Sends a state such as {@code READY=1} or {@code WATCHDOG=1}; several are separated by line feeds. Never waits, even
     * where process 1 has stopped reading. A manager that does not take it is no reason to stop, so other failures are
     * passed over.
     *
     * @return false when the manager's queue is full: to be told again later
     */
    public synchronized boolean tell(String state) {
        if (socket < 0) {
            return true;
        }
        byte[] bytes = state.getBytes(StandardCharsets.UTF_8);
        int length = Math.min(bytes.length, MESSAGE_BYTES);
        message.bytes().put(0, bytes, 0, length);
        return Libc.send(socket, message, length, MSG_NOSIGNAL | MSG_DONTWAIT) >= 0 || Libc.errno() != Errno.EAGAIN;
    }

    @Override
    public synchronized void close() {
        if (socket >= 0) {
            Libc.close(socket);
            socket = -1;
        }
    }
}
