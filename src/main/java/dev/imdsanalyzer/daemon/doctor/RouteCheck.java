package dev.imdsanalyzer.daemon.doctor;

import java.nio.file.Path;
import java.util.List;

/**
 * The ways to IMDS in this network namespace, from /proc/net/route and /proc/net/ipv6_route (proc_pid_net(5)). Reads
 * text; asks nobody.
 */
final class RouteCheck {
    /** 169.254.169.254 as the kernel writes it there: the bytes in network order, taken as a little-endian number. */
    private static final int IMDS_IPV4 = 0xFEA9FEA9;

    /** fd00:ec2::254. */
    private static final String IMDS_IPV6 = "fd000ec2000000000000000000000254";

    /** RTF_UP and RTF_REJECT, include/uapi/linux/route.h. */
    private static final int UP = 0x1;

    private static final int REJECT = 0x200;

    private RouteCheck() {}

    /** @param proc the mount point of procfs */
    static Check of(Path proc) {
        Route ipv4 = ipv4(HostFile.text(proc.resolve("net/route")));
        Route ipv6 = ipv6(HostFile.text(proc.resolve("net/ipv6_route")));
        String found = "IPv4 " + describe(ipv4) + ", IPv6 " + describe(ipv6);
        if (ipv4 != null || ipv6 != null) {
            return Check.ok("route", found);
        }
        return Check.weak(
                "route",
                found,
                "programs of this network namespace reach no IMDS, so none of them will be seen to call it",
                "nothing if that is meant; else bring the network up or look at: ip route get 169.254.169.254");
    }

    private static String describe(Route route) {
        if (route == null) {
            return "has no route";
        }
        return "by " + route.device + (route.prefixLength == 0 ? " (default route)" : "");
    }

    /** @param prefixLength bits of the destination that are fixed, 0 for a default route */
    record Route(String device, int prefixLength) {}

    /** The most specific route to IMDS; null if there is none, or it rejects. */
    static Route ipv4(String table) {
        Route best = null;
        boolean rejected = false;
        for (String line : table.lines().skip(1).toList()) {
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
                best = new Route(fields.get(0), length);
                rejected = (flags & REJECT) != 0;
            }
        }
        return rejected ? null : best;
    }

    /** The same for IPv6. */
    static Route ipv6(String table) {
        Route best = null;
        boolean rejected = false;
        for (String line : table.lines().toList()) {
            List<String> fields = List.of(line.strip().split("\\s+"));
            if (fields.size() < 10 || fields.get(0).length() != IMDS_IPV6.length()) {
                continue;
            }
            int length = hexadecimal(fields.get(1));
            int flags = hexadecimal(fields.get(8));
            if ((flags & UP) != 0 && sameBits(fields.get(0), length) && (best == null || length > best.prefixLength)) {
                best = new Route(fields.get(9), length);
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
