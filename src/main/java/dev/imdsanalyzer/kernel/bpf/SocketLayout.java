package dev.imdsanalyzer.kernel.bpf;

import java.io.IOException;
import java.util.List;

/**
 * Where the running kernel keeps what the program wants to know of a TCP socket: byte offsets from the start of its
 * struct sock, which a struct tcp_sock begins with; -1 where this kernel has no such member. Structs: include/net/sock.h,
 * include/net/inet_sock.h, include/linux/tcp.h. Ports and addresses are in network order.
 *
 * @param net the pointer to its network namespace
 * @param netInode from a struct net to its inode number
 * @param acknowledged u32, first sequence number that the peer has not acknowledged: snd_una
 * @param acknowledgedBytes u64, how far {@code acknowledged} has moved since the connect, the SYN counted as one: bytes_acked
 * @param destinationPort u16
 * @param sourcePort u16, which stays after the port itself is given back: inet_sport
 * @param family u16
 * @param protocol u16; 8 bits within a word before Linux 5.6, which is as if it were not there
 * @param destinationAddress u32
 * @param sourceAddress u32
 * @param destinationAddressIpv6 16 bytes
 * @param sourceAddressIpv6 16 bytes
 */
record SocketLayout(
        int net,
        int netInode,
        int acknowledged,
        int acknowledgedBytes,
        int destinationPort,
        int sourcePort,
        int family,
        int protocol,
        int destinationAddress,
        int sourceAddress,
        int destinationAddressIpv6,
        int sourceAddressIpv6) {
    static final List<String> NAMES = List.of(
            "sock __sk_common sock_common skc_net net possible_net_t ns ns_common inum",
            "tcp_sock snd_una bytes_acked inet_sock inet_sport inet_saddr sk_protocol",
            "skc_dport skc_family skc_daddr skc_v6_daddr skc_v6_rcv_saddr");

    static SocketLayout read(BtfReader reader) throws IOException {
        return new SocketLayout(
                reader.offset("sock", "__sk_common", "skc_net", "net"),
                reader.offset("net", "ns", "inum"),
                reader.offset("tcp_sock", "snd_una"),
                reader.offset("tcp_sock", "bytes_acked"),
                reader.offset("sock", "__sk_common", "skc_dport"),
                reader.offset("inet_sock", "inet_sport"),
                reader.offset("sock", "__sk_common", "skc_family"),
                reader.offset("sock", "sk_protocol"),
                reader.offset("sock", "__sk_common", "skc_daddr"),
                reader.offset("inet_sock", "inet_saddr"),
                reader.offset("sock", "__sk_common", "skc_v6_daddr"),
                reader.offset("sock", "__sk_common", "skc_v6_rcv_saddr"));
    }

    /** Whether the connection's initial sequence number can be had. */
    boolean hasSequenceNumbers() {
        return acknowledged >= 0 && acknowledgedBytes >= 0;
    }

    /** Whether all is known that the tracepoint itself would tell. */
    boolean hasEvent() {
        return destinationPort >= 0
                && sourcePort >= 0
                && family >= 0
                && protocol >= 0
                && destinationAddress >= 0
                && sourceAddress >= 0
                && destinationAddressIpv6 >= 0
                && sourceAddressIpv6 >= 0;
    }

    boolean hasNetworkNamespace() {
        return net >= 0 && netInode >= 0;
    }
}
