package dev.imdsanalyzer.live;

import java.util.List;

/**
 * Calls whose way over the network is of interest.
 *
 * @param name goes with each call, in its query
 * @param places where the callers are, one in each
 * @param wire what the wire does meanwhile
 * @param ipv6 or else IPv4
 * @param calls how many there are in all
 * @param command words after the name in network_client.py
 */
record NetworkCase(String name, List<Place> places, String wire, boolean ipv6, int calls, List<String> command) {

    /** A namespace with callers, and the named interfaces of the host that its packets pass. */
    enum Place {
        /** A process of the host itself. */
        HOST("10.0.0.10", "fd00:10::10", "eth0"),
        /** Behind a veth pair and the host's routing, with no bridge and no masquerade. */
        ROUTED("172.19.0.2", "fd00:19::2", "veth", "eth0"),
        /** Containers behind a bridge and a masquerade. */
        BRIDGED_1("172.17.0.2", "fd00:17::2", "br0", "eth0"),
        BRIDGED_2("172.17.0.3", "fd00:17::3", "br0", "eth0"),
        /** Behind the wire and a bridge that has no address. */
        WIRED(Wire.CALLER_IPV4, Wire.CALLER_IPV6, "wire1"),
        /** Two containers with one address, kept apart by connection marks. */
        TWIN_1("172.18.0.2", null, "eth0"),
        TWIN_2("172.18.0.2", null, "eth0");

        private final String ipv4;
        private final String ipv6;

        @SuppressWarnings("ImmutableEnumChecker") // made by List.of
        private final List<String> devices;

        Place(String ipv4, String ipv6, String... devices) {
            this.ipv4 = ipv4;
            this.ipv6 = ipv6;
            this.devices = List.of(devices);
        }

        List<String> devices() {
            return devices;
        }
    }

    static NetworkCase on(Place place, String name, int calls, String... command) {
        return new NetworkCase(name, List.of(place), "plain", false, calls, List.of(command));
    }

    static NetworkCase wired(String mode, String name, int calls, String... command) {
        return new NetworkCase(name, List.of(Place.WIRED), mode, false, calls, List.of(command));
    }

    /** The same by IPv6. */
    NetworkCase overIpv6() {
        return new NetworkCase(name + "-ipv6", places, wire, true, calls, command);
    }

    String address() {
        return ipv6 ? Topology.IMDS_IPV6 : Topology.IMDS_IPV4;
    }

    /** The callers' own addresses. */
    List<String> sources() {
        return places.stream().map(place -> ipv6 ? place.ipv6 : place.ipv4).toList();
    }

    /** The named interfaces that every packet of the case passes. */
    List<String> devices() {
        return places.get(0).devices();
    }

    boolean made(String target) {
        return target.contains("?case=" + name + "&");
    }

    @Override
    public String toString() {
        return name;
    }
}
