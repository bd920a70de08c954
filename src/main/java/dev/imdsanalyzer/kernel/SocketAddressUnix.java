package dev.imdsanalyzer.kernel;

import java.nio.charset.StandardCharsets;

/**
 * Writer of the address of a Unix domain socket.
 *
 * <p>Shape: {@code struct sockaddr_un}, host order: sun_family (2 bytes) at 0, sun_path (108 bytes) at 2. A name that
 * begins with {@code @} is in the abstract name space: its first byte is NUL and its length is exact, not padded.
 * Header: include/uapi/linux/un.h. Source: unix(7).
 */
final class SocketAddressUnix {
    static final short AF_UNIX = 1;
    static final int FAMILY_OFFSET = 0;
    static final int PATH_OFFSET = 2;
    static final int PATH_LENGTH = 108;
    static final int SIZE = PATH_OFFSET + PATH_LENGTH;

    private SocketAddressUnix() {}

    /**
     * Writes the address at the start of a buffer of at least {@link #SIZE} bytes.
     *
     * @return the address's length in bytes
     * @throws KernelException when the name is too long, as connect(2) would say it of a path
     */
    static int put(NativeBuffer buffer, String name) throws KernelException {
        byte[] path = name.getBytes(StandardCharsets.UTF_8);
        boolean abstractName = name.startsWith("@");
        if (path.length >= PATH_LENGTH) {
            throw new KernelException("socket name of " + path.length + " bytes", Errno.ENAMETOOLONG);
        }
        buffer.clear();
        buffer.bytes().putShort(FAMILY_OFFSET, AF_UNIX).put(PATH_OFFSET, path);
        if (abstractName) {
            buffer.bytes().put(PATH_OFFSET, (byte) 0);
        }
        return PATH_OFFSET + path.length + (abstractName ? 0 : 1);
    }
}
