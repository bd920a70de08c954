package dev.imdsanalyzer.kernel.bpf;

import java.io.IOException;
import java.util.List;

/**
 * Where the running kernel keeps what the program wants to know of a TCP socket: byte offsets from the start of its
 * struct sock, which a struct tcp_sock begins with; -1 where this kernel has no such member. Structs: include/net/sock.h,
 * include/net/inet_sock.h, include/linux/tcp.h.
 *
 * @param net the pointer to its network namespace
 * @param netInode from a struct net to its inode number
 * @param acknowledged u32, first sequence number that the peer has not acknowledged: snd_una
 * @param acknowledgedBytes u64, how far {@code acknowledged} has moved since the connect, the SYN counted as one: bytes_acked
 */
record SocketLayout(int net, int netInode, int acknowledged, int acknowledgedBytes) {
    static final List<String> NAMES = List.of(
            "sock __sk_common sock_common skc_net net possible_net_t ns ns_common inum",
            "tcp_sock snd_una bytes_acked");

    static SocketLayout read(BtfReader reader) throws IOException {
        return new SocketLayout(
                reader.offset("sock", "__sk_common", "skc_net", "net"),
                reader.offset("net", "ns", "inum"),
                reader.offset("tcp_sock", "snd_una"),
                reader.offset("tcp_sock", "bytes_acked"));
    }

    /** Whether the connection's initial sequence number can be had. */
    boolean hasSequenceNumbers() {
        return acknowledged >= 0 && acknowledgedBytes >= 0;
    }

    boolean hasNetworkNamespace() {
        return net >= 0 && netInode >= 0;
    }
}
