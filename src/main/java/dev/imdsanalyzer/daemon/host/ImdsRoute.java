package dev.imdsanalyzer.daemon.host;

import java.nio.file.Path;
import java.util.List;

/**
 * A way to IMDS in this network namespace, from /proc/net/route and /proc/net/ipv6_route (proc_pid_net(5)), which have the main
 * table. Reads text; asks nobody.
 *
 * @param device the interface it leaves by
 * @param prefixLength bits of the destination that are fixed, 0 for a default route
 */
public record ImdsRoute(String device, int prefixLength) {
    /** 169.254.169.254 as the kernel writes it there: the bytes in network order, taken as a little-endian number. */
    private static final int IMDS_IPV4 = 0xFEA9FEA9;

    /** fd00:ec2::254. */
    private static final String IMDS_IPV6 = "fd000ec2000000000000000000000254";

    /** RTF_UP and RTF_REJECT, include/uapi/linux/route.h. */
    private static final int UP = 0x1;

    private static final int REJECT = 0x200;

    /**
     * The one over IPv4; null if there is none, or nothing can be read.
     *
     * @param proc the mount point of procfs
     */
    public static ImdsRoute overIpv4(Path proc) {
        return ipv4(HostFile.text(proc.resolve("net/route")));
    }

    /** The same over IPv6. */
    public static ImdsRoute overIpv6(Path proc) {
        return ipv6(HostFile.text(proc.resolve("net/ipv6_route")));
    }

    /** Whether there is one over either. */
    public static boolean exists(Path proc) {
        return overIpv4(proc) != null || overIpv6(proc) != null;
    }

    /** The most specific route to IMDS; null if there is none, or it rejects. */
    static ImdsRoute ipv4(String table) {
        ImdsRoute best = null;
        boolean rejected = false;
        for (String line : (Iterable<String>) table.lines().skip(1)::iterator) {
            List<String> fields = List.of(line.strip().split("\\s+"));
            if (fields.size() < 8) {
                continue;
            }
            int destination = hexadecimal(fields.get(1));
            int flags = hexadecimal(fields.get(3));
            int mask = hexadecimal(fields.get(7));
            int length = Integer.bitCount(mask);
            if ((flags & UP) != 0
                    && (IMDS_IPV4 & mask) == destination
                    && (best == null || length > best.prefixLength)) {
                best = new ImdsRoute(fields.get(0), length);
                rejected = (flags & REJECT) != 0;
            }
        }
        return rejected ? null : best;
    }

    /** The same for IPv6. */
    static ImdsRoute ipv6(String table) {
        ImdsRoute best = null;
        boolean rejected = false;
        for (String line : (Iterable<String>) table.lines()::iterator) {
            List<String> fields = List.of(line.strip().split("\\s+"));
            if (fields.size() < 10 || fields.get(0).length() != IMDS_IPV6.length()) {
                continue;
            }
            int length = hexadecimal(fields.get(1));
            int flags = hexadecimal(fields.get(8));
            if ((flags & UP) != 0 && sameBits(fields.get(0), length) && (best == null || length > best.prefixLength)) {
                best = new ImdsRoute(fields.get(9), length);
                rejected = (flags & REJECT) != 0;
            }
        }
        return rejected ? null : best;
    }

    private static boolean sameBits(String destination, int length) {
        for (int bit = 0; bit < length && bit < 128; bit++) {
            int shift = 3 - bit % 4;
            int difference =
                    Character.digit(destination.charAt(bit / 4), 16) ^ Character.digit(IMDS_IPV6.charAt(bit / 4), 16);
            if ((difference >> shift & 1) != 0) {
                return false;
            }
        }
        return true;
    }

    private static int hexadecimal(String text) {
        try {
            return Integer.parseUnsignedInt(text, 16);
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}
