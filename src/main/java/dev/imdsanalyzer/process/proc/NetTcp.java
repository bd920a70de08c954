package dev.imdsanalyzer.process.proc;

import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One connection in /proc/PID/net/tcp or tcp6; proc_net(5). An address is written as hexadecimal words of 32 bits, each
 * as the machine reads it from memory: on little-endian machines 127.0.0.1 is 0100007F.
 *
 * @param state of include/net/tcp_states.h: 1 established, 2 SYN sent, 6 time wait …
 * @param userId whose socket it is
 * @param inode 0 means that the kernel has no file for the socket (for example TIME_WAIT)
 */
public record NetTcp(int state, long userId, long inode) {
    /** Columns after the two addresses: state, queues, timer, retransmissions, user, timeout, inode. */
    private static final int STATE_COLUMN = 0;

    private static final int USER_COLUMN = 4;
    private static final int INODE_COLUMN = 6;

    private static final int MAPPED_PREFIX = 0xFFFF;

    /**
     * Reads a connection's columns.
     *
     * @param rest of the connection's line, after its two ends as {@link #ends} writes them; null when there is none
     * @return null when there is no line, or it is malformed
     */
    public static NetTcp parse(byte[] rest) {
        if (rest == null) {
            return null;
        }
        String[] columns = new String(rest, StandardCharsets.US_ASCII).trim().split(" +", -1);
        try {
            return new NetTcp(
                    Integer.parseInt(columns[STATE_COLUMN], 16),
                    Long.parseLong(columns[USER_COLUMN]),
                    Long.parseLong(columns[INODE_COLUMN]));
        } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
            return null;
        }
    }

    /**
     * One line of a table, with what is asked of sockets that are not known by both their ends.
     *
     * @param remote its other end, as {@link #end} writes it
     */
    public record Line(String remote, boolean ipv6, int state, long inode) {
        private static final int LISTEN = 10;

        /** Whether it waits for connections. */
        public boolean listens() {
            return state == LISTEN;
        }

        /** Whether that is the other end; also where an IPv6 socket speaks IPv4. */
        public boolean hasRemote(boolean asIpv6, long high, long low, int port) {
            if (ipv6 == asIpv6) {
                return remote.equals(end(asIpv6, high, low, port));
            }
            return ipv6 && remote.equals(end(true, 0, mapped(low), port));
        }
    }

    private static final int REMOTE_COLUMN = 2;
    private static final int LINE_STATE_COLUMN = 3;
    private static final int LINE_INODE_COLUMN = 9;

    /**
     * All lines of a table.
     *
     * @param table null where it could not be read; may be cut anywhere
     */
    public static List<Line> lines(byte[] table, boolean ipv6) {
        List<Line> lines = new ArrayList<>();
        if (table == null) {
            return lines;
        }
        for (String text : new String(table, StandardCharsets.US_ASCII).split("\n", -1)) {
            String[] columns = text.trim().split(" +", -1);
            try {
                if (columns.length > LINE_INODE_COLUMN) {
                    lines.add(new Line(
                            columns[REMOTE_COLUMN],
                            ipv6,
                            Integer.parseInt(columns[LINE_STATE_COLUMN], 16),
                            Long.parseLong(columns[LINE_INODE_COLUMN])));
                }
            } catch (NumberFormatException e) {
                // The heading, or a line that is cut.
            }
        }
        return lines;
    }

    private static String end(boolean ipv6, long high, long low, int port) {
        return String.format(Locale.ROOT, "%s:%04X", ipv6 ? word(high) + word(low) : half((int) low), port);
    }

    /** A connection's two ends as the file has them, blanks around; addresses as IpAddress of package packet has them. */
    public static byte[] ends(
            boolean ipv6,
            long localHigh,
            long localLow,
            int localPort,
            long remoteHigh,
            long remoteLow,
            int remotePort) {
        return (" " + end(ipv6, localHigh, localLow, localPort) + " " + end(ipv6, remoteHigh, remoteLow, remotePort)
                        + " ")
                .getBytes(StandardCharsets.US_ASCII);
    }

    /** The low half of an IPv4-mapped IPv6 address (RFC 4291 section 2.5.5.2), as tcp6 has it for a socket of IPv6. */
    public static long mapped(long ipv4) {
        return (long) MAPPED_PREFIX << 32 | (ipv4 & 0xFFFFFFFFL);
    }

    private static String word(long value) {
        return half((int) (value >>> 32)) + half((int) value);
    }

    private static String half(int value) {
        boolean swapped = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
        return String.format(Locale.ROOT, "%08X", swapped ? Integer.reverseBytes(value) : value);
    }
}
