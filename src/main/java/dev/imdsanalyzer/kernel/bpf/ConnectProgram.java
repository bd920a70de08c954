package dev.imdsanalyzer.kernel.bpf;

import static dev.imdsanalyzer.kernel.bpf.BpfAssembler.Condition.EQUAL;
import static dev.imdsanalyzer.kernel.bpf.BpfAssembler.Condition.NOT_EQUAL;
import static dev.imdsanalyzer.kernel.bpf.Register.FRAME;
import static dev.imdsanalyzer.kernel.bpf.Register.R0;
import static dev.imdsanalyzer.kernel.bpf.Register.R1;
import static dev.imdsanalyzer.kernel.bpf.Register.R2;
import static dev.imdsanalyzer.kernel.bpf.Register.R3;
import static dev.imdsanalyzer.kernel.bpf.Register.R4;
import static dev.imdsanalyzer.kernel.bpf.Register.R5;
import static dev.imdsanalyzer.kernel.bpf.Register.R6;
import static dev.imdsanalyzer.kernel.bpf.Register.R7;
import static dev.imdsanalyzer.kernel.bpf.Register.R8;
import static dev.imdsanalyzer.kernel.bpf.Register.R9;

/**
 * The program on the tracepoint {@code sock:inet_sock_set_state}, raw or not: writes a {@link ConnectRecord} when a TCP
 * connect to IMDS begins, in the caller's context, and another when its port is known. include/trace/events/sock.h.
 *
 * <p>The change to SYN_SENT comes before the kernel chooses a port. So the socket is remembered in a hash map with what
 * is known of the caller, and any later change of state of the same socket brings the port: ESTABLISHED or CLOSE, or a
 * later one if a tracer in the way swallowed that (the kernel does not run BPF inside BPF on one CPU). A socket address
 * used again overwrites what was remembered.
 *
 * <p>No loops and no helper newer than {@link KernelFeatures} allows, so that kernels from 4.18 on take it: the tracepoint came
 * with 4.16, but before 4.18 the verifier lets nobody hand map memory to bpf_map_update_elem, and the record in {@code
 * scratch} is too large for the stack. It answers 1 always: 0 would take the event from others who sample the tracepoint.
 *
 * <p>Registers: R6 the program's context, R7 the record that is being written.
 */
final class ConnectProgram {
    /** include/net/tcp_states.h. */
    private static final int TCP_SYN_SENT = 2;

    private static final int TCP_CLOSE = 7;
    private static final int IPPROTO_TCP = 6;
    private static final int AF_INET6 = 10;
    private static final int IMDS_PORT = 80;
    /** 169.254.169.254 as a little-endian machine loads its four bytes. */
    private static final long IMDS_IPV4 = 0xFEA9FEA9L;
    /** The two halves of fd00:ec2::254, loaded likewise. */
    private static final long IMDS_IPV6_HIGH = 0x00000000C20E00FDL;

    private static final long IMDS_IPV6_LOW = 0x5402000000000000L;
    private static final long BPF_F_CURRENT_CPU = 0xFFFFFFFFL;

    private final BpfAssembler code = new BpfAssembler();
    private final EventFields fields;
    private final ConnectMaps maps;
    private final KernelFeatures features;
    private final FairShare share;

    private ConnectProgram(EventFields fields, ConnectMaps maps, KernelFeatures features) {
        this.fields = fields;
        this.maps = maps;
        this.features = features;
        this.share = new FairShare(code, maps, features);
    }

    static BpfAssembler assemble(EventFields fields, ConnectMaps maps, KernelFeatures features) {
        ConnectProgram program = new ConnectProgram(fields, maps, features);
        program.filter();
        program.connect();
        program.port();
        program.code.label("out").set(R0, 1).exit();
        return program.code;
    }

    /** Leaves at once unless this is about TCP to IMDS; then goes to "connect" or "port". */
    private void filter() {
        code.move(R6, R1);
        loadField(R1, "dport").jumpIf(NOT_EQUAL, R1, IMDS_PORT, "out");
        // MPTCP sockets pass here too; the TCP subflow below them is the one on the wire.
        loadField(R1, "protocol").jumpIf(NOT_EQUAL, R1, IPPROTO_TCP, "out");
        code.set(R8, 0);
        copyField("daddr", FRAME, ConnectFrame.STACK_ADDRESS, 4);
        code.load(Size.WORD, R1, FRAME, ConnectFrame.STACK_ADDRESS)
                .setWide(R2, IMDS_IPV4)
                .jumpIf(EQUAL, R1, R2, "imds");
        loadField(R1, "family").jumpIf(NOT_EQUAL, R1, AF_INET6, "out");
        copyField("daddr_v6", FRAME, ConnectFrame.STACK_ADDRESS, 16);
        code.load(Size.DOUBLE, R1, FRAME, ConnectFrame.STACK_ADDRESS)
                .setWide(R2, IMDS_IPV6_HIGH)
                .jumpIf(NOT_EQUAL, R1, R2, "out")
                .load(Size.DOUBLE, R1, FRAME, ConnectFrame.STACK_ADDRESS + 8)
                .setWide(R2, IMDS_IPV6_LOW)
                .jumpIf(NOT_EQUAL, R1, R2, "out")
                .set(R8, ConnectRecord.FLAG_IPV6);
        code.label("imds");
        copyField("skaddr", FRAME, ConnectFrame.STACK_SOCKET, 8);
        loadField(R1, "oldstate").jumpIf(NOT_EQUAL, R1, TCP_CLOSE, "port");
        loadField(R1, "newstate").jumpIf(NOT_EQUAL, R1, TCP_SYN_SENT, "out");
    }

    private void connect() {
        code.storeConstant(Size.WORD, FRAME, ConnectFrame.STACK_INDEX, 0);
        lookup(maps.scratch(), ConnectFrame.STACK_INDEX);
        code.jumpIf(EQUAL, R0, 0, "out").move(R7, R0);
        header();
        ProcessCapture capture = features.layout() == null ? null : new ProcessCapture(code, features, maps);
        if (capture != null) {
            capture.emit();
            capture.sizeInto(R8);
        } else {
            code.set(R8, ConnectRecord.HEADER_BYTES);
        }
        // R8 is the size; a call does not change it.
        share.addSocket("too many sockets");
        output("connect");
        code.jumpIf(EQUAL, R0, 0, "remember");
        ConnectFrame.setFlag(code, ConnectRecord.FLAG_CONNECT_LOST);
        code.label("remember")
                .setMap(R1, maps.open())
                .move(R2, FRAME)
                .add(R2, ConnectFrame.STACK_SOCKET)
                .move(R3, R7)
                .set(R4, 0)
                .call(Helper.MAP_UPDATE_ELEM)
                .jump("out")
                .label("too many sockets");
        maps.lost().count(code, "too many sockets", true);
        code.jump("out");
    }

    /** R8 holds the first flags. */
    private void header() {
        code.storeConstant(Size.WORD, R7, ConnectRecord.KIND_OFFSET, ConnectRecord.KIND_CONNECT)
                .store(Size.WORD, R7, ConnectRecord.FLAGS_OFFSET, R8)
                .copy(R7, ConnectRecord.SOCKET_OFFSET, FRAME, ConnectFrame.STACK_SOCKET, 8, R1)
                .call(Helper.KTIME_GET_NS)
                .store(Size.DOUBLE, R7, ConnectRecord.CONNECT_TIME_OFFSET, R0)
                .call(Helper.GET_CURRENT_PID_TGID)
                .store(Size.DOUBLE, R7, ConnectRecord.TID_PID_OFFSET, R0)
                .call(Helper.GET_CURRENT_UID_GID)
                .store(Size.DOUBLE, R7, ConnectRecord.UID_GID_OFFSET, R0)
                .move(R9, R0)
                .set(R0, 0);
        if (features.cgroupId()) {
            code.call(Helper.GET_CURRENT_CGROUP_ID);
        }
        code.store(Size.DOUBLE, R7, ConnectRecord.CGROUP_OFFSET, R0)
                .move(R1, R7)
                .add(R1, ConnectRecord.COMM_OFFSET)
                .set(R2, ConnectRecord.COMM_BYTES)
                .call(Helper.GET_CURRENT_COMM);
        for (int at = ConnectRecord.PORT_TIME_OFFSET; at < ConnectRecord.HEADER_BYTES; at += 8) {
            code.storeConstant(Size.DOUBLE, R7, at, 0);
        }
        for (int at = ConnectRecord.PLACE_OFFSET; at < ConnectRecord.VARIABLE_OFFSET; at += 8) {
            code.storeConstant(Size.DOUBLE, R7, at, 0);
        }
        code.storeConstant(Size.WORD, R7, ConnectRecord.LOGIN_UID_OFFSET, -1)
                .store(Size.WORD, R7, ConnectRecord.OWNER_USER_OFFSET, R9);
        address();
    }

    /** Any change of state after the connect: only a socket that is remembered is told about, and once. */
    private void port() {
        code.label("port");
        lookup(maps.open(), ConnectFrame.STACK_SOCKET);
        code.jumpIf(EQUAL, R0, 0, "out")
                .move(R7, R0)
                .storeConstant(Size.WORD, R7, ConnectRecord.KIND_OFFSET, ConnectRecord.KIND_PORT)
                .call(Helper.KTIME_GET_NS)
                .store(Size.DOUBLE, R7, ConnectRecord.PORT_TIME_OFFSET, R0);
        address();
        initialSequenceNumber();
        code.set(R8, ConnectRecord.HEADER_BYTES);
        output("port");
        share.removeSocket();
        code.setMap(R1, maps.open())
                .move(R2, FRAME)
                .add(R2, ConnectFrame.STACK_SOCKET)
                .call(Helper.MAP_DELETE_ELEM)
                .jump("out");
    }

    /**
     * What is acknowledged less what was acknowledged so far, the SYN included, is where the connection began: in every
     * state, also where data went with the SYN or nothing came back (tcp_snd_una_update() of net/ipv4/tcp_input.c).
     */
    private void initialSequenceNumber() {
        if (features.layout() == null || !features.layout().socket().hasSequenceNumbers()) {
            return;
        }
        SocketLayout socket = features.layout().socket();
        KernelReads reads = new KernelReads(code, features);
        code.load(Size.DOUBLE, R9, FRAME, ConnectFrame.STACK_SOCKET);
        reads.read(ConnectRecord.SEQUENCE_OFFSET, 8, socket.acknowledgedBytes());
        code.load(Size.DOUBLE, R8, R7, ConnectRecord.SEQUENCE_OFFSET);
        reads.read(ConnectRecord.SEQUENCE_OFFSET, 4, socket.acknowledged());
        code.load(Size.WORD, R1, R7, ConnectRecord.SEQUENCE_OFFSET)
                .subtract(R1, R8)
                .store(Size.WORD, R7, ConnectRecord.SEQUENCE_OFFSET, R1)
                .storeConstant(Size.WORD, R7, ConnectRecord.PROGRAMS_END_OFFSET, 0);
        ConnectFrame.setFlag(code, ConnectRecord.FLAG_SEQUENCE);
    }

    private void address() {
        loadField(R1, "family").store(Size.HALF, R7, ConnectRecord.FAMILY_OFFSET, R1);
        loadField(R1, "sport").store(Size.HALF, R7, ConnectRecord.LOCAL_PORT_OFFSET, R1);
        loadField(R1, "dport").store(Size.HALF, R7, ConnectRecord.REMOTE_PORT_OFFSET, R1);
        loadField(R1, "newstate").store(Size.HALF, R7, ConnectRecord.NEW_STATE_OFFSET, R1);
        String other = "address" + code.instructionCount();
        String done = "done" + code.instructionCount();
        code.load(Size.WORD, R1, R7, ConnectRecord.FLAGS_OFFSET)
                .and(R1, ConnectRecord.FLAG_IPV6)
                .jumpIf(EQUAL, R1, 0, other);
        copyField("saddr_v6", R7, ConnectRecord.LOCAL_ADDRESS_OFFSET, 16);
        code.jump(done).label(other);
        copyField("saddr", R7, ConnectRecord.LOCAL_ADDRESS_OFFSET, 4);
        code.label(done);
    }

    /** Leaves 0 in R0 if the record of R8 bytes was written; counts it if not. Flow of control goes on behind. */
    private void output(String name) {
        maps.lost().tell(code);
        share.admit(name, name + " past share");
        if (features.ringBuffer()) {
            code.setMap(R1, maps.output()).move(R2, R7).move(R3, R8).set(R4, 0).call(Helper.RINGBUF_OUTPUT);
        } else {
            code.move(R1, R6)
                    .setMap(R2, maps.output())
                    .setWide(R3, BPF_F_CURRENT_CPU)
                    .move(R4, R7)
                    .move(R5, R8)
                    .call(Helper.PERF_EVENT_OUTPUT);
        }
        code.jumpIf(EQUAL, R0, 0, name + " written");
        maps.lost().count(code, name + " no room", false);
        code.jump(name + " lost").label(name + " past share");
        maps.lost().count(code, name + " past share", true);
        code.label(name + " lost").set(R0, 1).label(name + " written");
    }

    private void lookup(BpfMap map, int stackKey) {
        code.setMap(R1, map).move(R2, FRAME).add(R2, stackKey).call(Helper.MAP_LOOKUP_ELEM);
    }

    private BpfAssembler loadField(Register to, String name) {
        return fields.load(code, to, name);
    }

    private void copyField(String name, Register to, int offset, int bytes) {
        fields.copy(code, to, offset, name, bytes);
    }
}
