package dev.imdsanalyzer.live;

import java.util.ArrayList;
import java.util.List;

/**
 * Private network namespaces wired like an EC2 instance with containers.
 *
 * <pre>
 *   imds                          host                                container n
 *   eth0 10.0.0.1/24      ----    eth0 10.0.0.10/24
 *        169.254.169.254/32       (masquerade for the containers)
 *        fd00:ec2::254/128        br0 172.17.0.1/16             ----  eth0 172.17.0.(2+n)/16
 *        fd00:10::1/64                fd00:17::1/64                        fd00:17::(2+n)/64
 * </pre>
 *
 * The host reaches IMDS without a router, a container through the host: a packet that IMDS sends with an IP TTL of 1
 * ends at the host.
 */
public final class Topology implements AutoCloseable {
    public static final String IMDS_IPV4 = "169.254.169.254";
    public static final String IMDS_IPV6 = "fd00:ec2::254";

    private static final int MAXIMUM_CONTAINERS = 200;
    private static final String NFT_MASQUERADE = """
            table ip imds { chain after {
                type nat hook postrouting priority 100; ip saddr 172.17.0.0/16 oifname "eth0" masquerade; }; }
            table ip6 imds { chain after {
                type nat hook postrouting priority 100; ip6 saddr fd00:17::/64 oifname "eth0" masquerade; }; }
            """;

    private final NetworkNamespace imds;
    private final NetworkNamespace host;
    private final List<NetworkNamespace> containers = new ArrayList<>();

    private Topology(NetworkNamespace imds, NetworkNamespace host) {
        this.imds = imds;
        this.host = host;
    }

    /** Makes the namespaces, with that many containers. What was made before a failure is removed. */
    public static Topology create(int containers) {
        NetworkNamespace imds = NetworkNamespace.create();
        Topology topology = new Topology(imds, NetworkNamespace.create());
        try {
            topology.connectHost();
            for (int number = 0; number < containers; number++) {
                topology.addContainer();
            }
            return topology;
        } catch (RuntimeException failure) {
            topology.close();
            throw failure;
        }
    }

    public NetworkNamespace imds() {
        return imds;
    }

    public NetworkNamespace host() {
        return host;
    }

    public NetworkNamespace container(int number) {
        return containers.get(number);
    }

    private void connectHost() {
        host.ip(
                "link set lo up",
                "link add eth0 type veth peer name eth0 netns " + imds.pid(),
                "address add 10.0.0.10/24 dev eth0",
                // nodad: the address can be used at once.
                "address add fd00:10::10/64 dev eth0 nodad",
                "link set eth0 up",
                "link add br0 type bridge",
                "address add 172.17.0.1/16 dev br0",
                "address add fd00:17::1/64 dev br0 nodad",
                "link set br0 up");
        imds.ip(
                "link set lo up",
                "address add 10.0.0.1/24 dev eth0",
                "address add " + IMDS_IPV4 + "/32 dev eth0",
                "address add fd00:10::1/64 dev eth0 nodad",
                "address add " + IMDS_IPV6 + "/128 dev eth0 nodad",
                "link set eth0 up");
        host.ip("route add " + IMDS_IPV4 + "/32 dev eth0", "route add " + IMDS_IPV6 + "/128 dev eth0");
        host.run("sh", "-c", "echo 1 >/proc/sys/net/ipv4/ip_forward; echo 1 >/proc/sys/net/ipv6/conf/all/forwarding");
        masquerade();
    }

    private void masquerade() {
        if (Processes.onPath("nft")) {
            host.feed(NFT_MASQUERADE, "nft", "-f", "-");
            return;
        }
        masquerade("iptables", "172.17.0.0/16");
        masquerade("ip6tables", "fd00:17::/64");
    }

    private void masquerade(String program, String source) {
        host.run(program, "-t", "nat", "-A", "POSTROUTING", "-s", source, "-o", "eth0", "-j", "MASQUERADE");
    }

    /** Adds a container behind the bridge. */
    public NetworkNamespace addContainer() {
        int number = containers.size();
        if (number >= MAXIMUM_CONTAINERS) {
            throw new IllegalStateException("no address is left for another container");
        }
        NetworkNamespace container = NetworkNamespace.create();
        containers.add(container);
        connectContainer(number);
        return container;
    }

    /** Gives a container its link to the bridge: at first, or anew where the link was deleted. */
    void connectContainer(int number) {
        NetworkNamespace container = containers.get(number);
        String link = "veth" + number;
        host.ip(
                "link add " + link + " type veth peer name eth0 netns " + container.pid(),
                "link set " + link + " master br0",
                "link set " + link + " up");
        container.ip(
                "link set lo up",
                "address add 172.17.0." + (2 + number) + "/16 dev eth0",
                "address add fd00:17::" + Integer.toHexString(2 + number) + "/64 dev eth0 nodad",
                "link set eth0 up",
                "route add default via 172.17.0.1",
                "route add default via fd00:17::1");
    }

    @Override
    public void close() {
        containers.forEach(NetworkNamespace::close);
        host.close();
        imds.close();
    }
}
