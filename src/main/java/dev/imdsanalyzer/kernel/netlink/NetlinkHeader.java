package dev.imdsanalyzer.kernel.netlink;

/**
 * What every netlink message begins with: struct nlmsghdr {u32 nlmsg_len; u16 nlmsg_type; u16 nlmsg_flags; u32 nlmsg_seq;
 * u32 nlmsg_pid}, host byte order; include/uapi/linux/netlink.h.
 */
final class NetlinkHeader {
    static final int LENGTH = 0;
    static final int TYPE = 4;
    static final int FLAGS = 6;
    static final int SEQUENCE = 8;
    static final int PORT = 12;
    static final int SIZE = 16;

    static final int NLMSG_ERROR = 2;
    static final int NLMSG_DONE = 3;
    static final int NLM_F_REQUEST = 0x01;
    static final int NLM_F_DUMP = 0x300;

    /** struct nlmsgerr {int error; struct nlmsghdr msg}: the error is an errno, negated. */
    static final int ERROR = SIZE;

    /** Messages of one datagram begin at multiples of this: NLMSG_ALIGNTO. */
    static final int ALIGNMENT = 4;

    private NetlinkHeader() {}

    /** Where the next message or attribute begins, of one with that length. */
    static int aligned(int length) {
        return (length + ALIGNMENT - 1) & -ALIGNMENT;
    }
}
