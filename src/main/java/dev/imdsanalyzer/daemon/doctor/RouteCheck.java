package dev.imdsanalyzer.daemon.doctor;

import dev.imdsanalyzer.daemon.host.ImdsRoute;
import java.nio.file.Path;

/** The ways to IMDS in this network namespace. */
final class RouteCheck {
    private RouteCheck() {}

    /** @param proc the mount point of procfs */
    static Check of(Path proc) {
        ImdsRoute ipv4 = ImdsRoute.overIpv4(proc);
        ImdsRoute ipv6 = ImdsRoute.overIpv6(proc);
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

    private static String describe(ImdsRoute route) {
        if (route == null) {
            return "has no route";
        }
        return "by " + route.device() + (route.prefixLength() == 0 ? " (default route)" : "");
    }
}
