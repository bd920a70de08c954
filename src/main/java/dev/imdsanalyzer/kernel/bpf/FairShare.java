package dev.imdsanalyzer.kernel.bpf;

import static dev.imdsanalyzer.kernel.bpf.BpfAssembler.Condition.EQUAL;
import static dev.imdsanalyzer.kernel.bpf.BpfAssembler.Condition.GREATER;
import static dev.imdsanalyzer.kernel.bpf.BpfAssembler.Condition.NOT_EQUAL;
import static dev.imdsanalyzer.kernel.bpf.Register.FRAME;
import static dev.imdsanalyzer.kernel.bpf.Register.R0;
import static dev.imdsanalyzer.kernel.bpf.Register.R1;
import static dev.imdsanalyzer.kernel.bpf.Register.R2;
import static dev.imdsanalyzer.kernel.bpf.Register.R3;
import static dev.imdsanalyzer.kernel.bpf.Register.R4;
import static dev.imdsanalyzer.kernel.bpf.Register.R7;
import static dev.imdsanalyzer.kernel.bpf.Register.R8;
import static dev.imdsanalyzer.kernel.bpf.Register.R9;

/**
 * The part of {@link ConnectProgram} that lets nobody take the ring for himself: a record is written only if its owner's
 * records that wait in the ring already are together not longer than half of what is still free. One who floods so gets a
 * third of the ring, two a quarter each, n of them n parts of n + 2; also if the reader stands still and one after another
 * takes what he can, two thirds of what was free are left each time. No share counts as long as the reader keeps up.
 * (Dynamic thresholds: Choudhury and Hahne, IEEE/ACM Transactions on Networking 6 (1998) 130.) Who owns a record:
 * {@link ShareOwner}.
 *
 * <p>Without {@code bpf_ringbuf_query} (perf rings, before Linux 5.8) nobody knows what waits: there an owner may write
 * {@link #BURST} records at once and one more every {@link #RECORD_NANOS} (generic cell rate algorithm, ITU-T I.371), whether
 * or not there would be room.
 *
 * <p>The state of an owner, host byte order. Processors that write at the same moment may lose an update: a share is a bound
 * in size, not an account.
 *
 * <pre>
 *  0 u64 producer position after the last record of the older window; for perf rings the time up to which it is paid for
 *  8 u64 bytes in the older window      16 u64 bytes since
 * 24 u64 producer position after the last record
 * 32 u64 sockets that are remembered    40 u64 since when that is counted, CLOCK_MONOTONIC ns
 * </pre>
 */
final class FairShare {
    static final int STATE_BYTES = 48;
    /** Owners that are remembered; who was quiet for longest is forgotten first. */
    static final int OWNERS = 1024;
    /** Sockets of one owner in {@code open}: a quarter, so that nobody's flood of sockets that stay unanswered drops others'. */
    static final int MAXIMUM_SOCKETS = 2048;

    private static final int OLD_END = 0;
    private static final int OLD_BYTES = 8;
    private static final int NEW_BYTES = 16;
    private static final int NEW_END = 24;
    private static final int SOCKETS = 32;
    private static final int SOCKETS_SINCE = 40;

    /** A SYN that nobody answers is sent for 127 s at most (net.ipv4.tcp_syn_retries 6); what is older was missed. */
    private static final long SOCKET_NANOS = 130_000_000_000L;

    /**
     * A count past this has been taken one from too often, by two processors at once that both saw the last socket. It would
     * otherwise be the largest number, and its owner be denied for {@link #SOCKET_NANOS}.
     */
    static final long BELOW_ZERO = Long.MAX_VALUE;

    private static final int RECORD_NANOS = 500_000;
    static final int RECORDS_A_SECOND = 1_000_000_000 / RECORD_NANOS;
    private static final int BURST = 256;

    private static final int RING_HEADER_BYTES = 8;
    /** enum of include/uapi/linux/bpf.h. */
    private static final int BPF_RB_CONS_POS = 2;

    private static final int BPF_RB_PROD_POS = 3;

    private static final int STACK_OWNER = -136;
    private static final int STACK_CONSUMED = -144;
    private static final int STACK_STATE = -192;

    private final BpfAssembler code;
    private final ConnectMaps maps;
    private final KernelFeatures features;

    FairShare(BpfAssembler code, ConnectMaps maps, KernelFeatures features) {
        this.code = code;
        this.maps = maps;
        this.features = features;
    }

    /** Goes to {@code denied} unless the record of R8 bytes may be written, which then counts. R9 is overwritten. */
    void admit(String name, String denied) {
        String admitted = name + " admitted";
        state(name, admitted);
        if (features.ringBuffer()) {
            byWaitingBytes(name, denied);
        } else {
            byTime(name, denied);
        }
        code.label(admitted);
    }

    /** R9 = the state of the record's owner, made where there is none. Goes to {@code without} if it cannot be. */
    private void state(String name, String without) {
        lookUp();
        code.jumpIf(NOT_EQUAL, R0, 0, name + " state");
        for (int at = 0; at < STATE_BYTES; at += 8) {
            code.storeConstant(Size.DOUBLE, FRAME, STACK_STATE + at, 0);
        }
        code.setMap(R1, maps.shares())
                .move(R2, FRAME)
                .add(R2, STACK_OWNER)
                .move(R3, FRAME)
                .add(R3, STACK_STATE)
                .set(R4, 0)
                .call(Helper.MAP_UPDATE_ELEM);
        lookUp();
        code.jumpIf(EQUAL, R0, 0, without).label(name + " state").move(R9, R0);
    }

    /** R0 = the state of the record's owner, or 0. */
    private void lookUp() {
        code.load(Size.DOUBLE, R1, R7, ConnectRecord.OWNER_OFFSET)
                .store(Size.DOUBLE, FRAME, STACK_OWNER, R1)
                .setMap(R1, maps.shares())
                .move(R2, FRAME)
                .add(R2, STACK_OWNER)
                .call(Helper.MAP_LOOKUP_ELEM);
    }

    /**
     * Two windows: what waits is at most what both have together, and when the reader has passed the end of the older one,
     * the newer takes its place.
     */
    private void byWaitingBytes(String name, String denied) {
        query(BPF_RB_CONS_POS);
        code.store(Size.DOUBLE, FRAME, STACK_CONSUMED, R0);
        query(BPF_RB_PROD_POS);
        code.load(Size.DOUBLE, R1, FRAME, STACK_CONSUMED)
                .load(Size.DOUBLE, R2, R9, NEW_END)
                .jumpIf(GREATER, R2, R1, name + " some wait")
                .storeConstant(Size.DOUBLE, R9, OLD_BYTES, 0)
                .storeConstant(Size.DOUBLE, R9, NEW_BYTES, 0)
                .jump(name + " room")
                .label(name + " some wait")
                .load(Size.DOUBLE, R3, R9, OLD_END)
                .jumpIf(GREATER, R3, R1, name + " both wait")
                .store(Size.DOUBLE, R9, OLD_END, R2)
                .load(Size.DOUBLE, R3, R9, NEW_BYTES)
                .store(Size.DOUBLE, R9, OLD_BYTES, R3)
                .storeConstant(Size.DOUBLE, R9, NEW_BYTES, 0)
                .label(name + " both wait")
                .load(Size.DOUBLE, R2, R9, OLD_BYTES)
                .load(Size.DOUBLE, R3, R9, NEW_BYTES)
                .add(R2, R3)
                .add(R2, R8)
                .add(R2, R2)
                // What is free: all, less what was produced and not consumed.
                .set(R3, maps.ringBytes())
                .subtract(R3, R0)
                .add(R3, R1)
                .jumpIf(GREATER, R2, R3, denied)
                .label(name + " room")
                .load(Size.DOUBLE, R2, R9, NEW_BYTES)
                .add(R2, R8)
                .add(R2, RING_HEADER_BYTES)
                .store(Size.DOUBLE, R9, NEW_BYTES, R2)
                .add(R0, R8)
                .add(R0, RING_HEADER_BYTES)
                .store(Size.DOUBLE, R9, NEW_END, R0);
    }

    private void query(int what) {
        code.setMap(R1, maps.output()).set(R2, what).call(Helper.RINGBUF_QUERY);
    }

    private void byTime(String name, String denied) {
        code.call(Helper.KTIME_GET_NS)
                .load(Size.DOUBLE, R1, R9, OLD_END)
                .jumpIf(GREATER, R1, R0, name + " ahead")
                .move(R1, R0)
                .label(name + " ahead")
                .move(R2, R1)
                .subtract(R2, R0)
                .jumpIf(GREATER, R2, BURST * RECORD_NANOS, denied)
                .add(R1, RECORD_NANOS)
                .store(Size.DOUBLE, R9, OLD_END, R1);
    }

    /** Counts a socket that is to be remembered; goes to {@code denied} if its owner has too many. */
    void addSocket(String denied) {
        state("socket", "socket counted");
        code.load(Size.DOUBLE, R1, R9, SOCKETS)
                .load(Size.DOUBLE, R3, R7, ConnectRecord.CONNECT_TIME_OFFSET)
                .jumpIf(EQUAL, R1, 0, "count from now")
                .set(R2, MAXIMUM_SOCKETS)
                .jumpIf(GREATER, R2, R1, "count socket")
                .setWide(R2, BELOW_ZERO)
                .jumpIf(GREATER, R1, R2, "count anew")
                .load(Size.DOUBLE, R1, R9, SOCKETS_SINCE)
                .move(R2, R3)
                .subtract(R2, R1)
                .setWide(R1, SOCKET_NANOS)
                .jumpIf(GREATER, R1, R2, denied)
                .label("count anew")
                .storeConstant(Size.DOUBLE, R9, SOCKETS, 0)
                .label("count from now")
                .store(Size.DOUBLE, R9, SOCKETS_SINCE, R3)
                .label("count socket")
                .set(R1, 1)
                .atomicAdd(R9, SOCKETS, R1)
                .label("socket counted");
    }

    /** A socket is forgotten. */
    void removeSocket() {
        lookUp();
        code.jumpIf(EQUAL, R0, 0, "socket removed")
                .load(Size.DOUBLE, R1, R0, SOCKETS)
                .jumpIf(EQUAL, R1, 0, "socket removed")
                .set(R1, -1)
                .atomicAdd(R0, SOCKETS, R1)
                .label("socket removed");
    }
}
