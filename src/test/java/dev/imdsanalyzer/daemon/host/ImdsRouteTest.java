package dev.imdsanalyzer.daemon.host;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ImdsRouteTest {
    private static final String HEAD =
            "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n";
    private static final String DEFAULT = "ens5\t00000000\t010010AC\t0003\t0\t0\t100\t00000000\t0\t0\t0\n";
    private static final String IMDS = "ens6\tFEA9FEA9\t00000000\t0005\t0\t0\t100\tFFFFFFFF\t0\t0\t0\n";
    private static final String LINK_LOCAL = "ens7\t0000FEA9\t00000000\t0001\t0\t0\t100\t0000FFFF\t0\t0\t0\n";
    private static final String OTHER = "ens8\t001010AC\t00000000\t0001\t0\t0\t100\t00F0FFFF\t0\t0\t0\n";

    @Test
    void theMostSpecificRouteIsTaken() {
        assertThat(ImdsRoute.ipv4(HEAD + DEFAULT)).isEqualTo(new ImdsRoute("ens5", 0));
        assertThat(ImdsRoute.ipv4(HEAD + DEFAULT + LINK_LOCAL)).isEqualTo(new ImdsRoute("ens7", 16));
        assertThat(ImdsRoute.ipv4(HEAD + IMDS + LINK_LOCAL + DEFAULT)).isEqualTo(new ImdsRoute("ens6", 32));
    }

    @Test
    void otherNetworksAreNoRoute() {
        assertThat(ImdsRoute.ipv4(HEAD + OTHER)).isNull();
        assertThat(ImdsRoute.ipv4(HEAD)).isNull();
        assertThat(ImdsRoute.ipv4("")).isNull();
        assertThat(ImdsRoute.ipv4(HEAD + "ens5\t0000\n\n")).isNull();
    }

    @Test
    void rejectingRouteIsNone() {
        String reject = "*\tFEA9FEA9\t00000000\t0205\t0\t0\t0\tFFFFFFFF\t0\t0\t0\n";
        assertThat(ImdsRoute.ipv4(HEAD + DEFAULT + reject)).isNull();
    }

    @Test
    void ipv6GoesByPrefixLength() {
        String defaultRoute = ipv6("00000000000000000000000000000000", "00", "00000003", "ens5");
        String imds = ipv6("fd000ec2000000000000000000000254", "80", "00000001", "ens6");
        String prefix = ipv6("fd000ec0000000000000000000000000", "1e", "00000001", "ens7");
        String near = ipv6("fd000ec0000000000000000000000000", "1f", "00000001", "ens8");
        String reject = ipv6("00000000000000000000000000000000", "00", "00200200", "lo");

        assertThat(ImdsRoute.ipv6(defaultRoute)).isEqualTo(new ImdsRoute("ens5", 0));
        assertThat(ImdsRoute.ipv6(imds + prefix + defaultRoute)).isEqualTo(new ImdsRoute("ens6", 128));
        assertThat(ImdsRoute.ipv6(defaultRoute + prefix)).isEqualTo(new ImdsRoute("ens7", 30));
        assertThat(ImdsRoute.ipv6(near)).isNull();
        assertThat(ImdsRoute.ipv6(reject)).isNull();
        assertThat(ImdsRoute.ipv6("zz\n")).isNull();
    }

    private static String ipv6(String destination, String prefix, String flags, String device) {
        String none = "00000000000000000000000000000000";
        return String.join(
                        " ", destination, prefix, none, "00", none, "00000400", "00000001", "00000000", flags, device)
                + "\n";
    }
}
