package dev.imdsanalyzer.kernel.bpf;

import static dev.imdsanalyzer.kernel.bpf.Register.FRAME;
import static dev.imdsanalyzer.kernel.bpf.Register.R1;
import static dev.imdsanalyzer.kernel.bpf.Register.R2;
import static dev.imdsanalyzer.kernel.bpf.Register.R3;
import static dev.imdsanalyzer.kernel.bpf.Register.R6;

/**
 * The context holds the arguments that the kernel gives to the tracepoint, 8 bytes each: const struct sock *sk, const int
 * oldstate, const int newstate (include/trace/events/sock.h). The rest is read out of the struct sock, as the tracepoint
 * itself does it, at the places that BTF tells: so no tracefs is needed.
 */
record RawTracepointFields(SocketLayout layout, KernelFeatures features) implements EventFields {
    private static final int SOCKET = 0;
    private static final int OLD_STATE = 8;
    private static final int NEW_STATE = 16;
    private static final int STACK_FIELD = -88;

    @Override
    public BpfAssembler load(BpfAssembler code, Register to, String name) {
        return switch (name) {
            case "oldstate" -> code.load(Size.WORD, to, R6, OLD_STATE);
            case "newstate" -> code.load(Size.WORD, to, R6, NEW_STATE);
            case "sport", "dport" -> half(code, to, name).bigEndian(to);
            case "family", "protocol" -> half(code, to, name);
            default -> throw new IllegalArgumentException("no number: " + name);
        };
    }

    @Override
    public void copy(BpfAssembler code, Register to, int offset, String name, int bytes) {
        if (name.equals("skaddr")) {
            code.load(Size.DOUBLE, R1, R6, SOCKET).store(Size.DOUBLE, to, offset, R1);
        } else {
            read(code, to, offset, name, bytes);
        }
    }

    private BpfAssembler half(BpfAssembler code, Register to, String name) {
        read(code, FRAME, STACK_FIELD, name, 2);
        return code.load(Size.HALF, to, FRAME, STACK_FIELD);
    }

    private void read(BpfAssembler code, Register to, int offset, String name, int bytes) {
        code.move(R1, to)
                .add(R1, offset)
                .set(R2, bytes)
                .load(Size.DOUBLE, R3, R6, SOCKET)
                .add(R3, memberOffset(name))
                .call(features.readKernel());
    }

    private int memberOffset(String name) {
        return switch (name) {
            case "sport" -> layout.sourcePort();
            case "dport" -> layout.destinationPort();
            case "family" -> layout.family();
            case "protocol" -> layout.protocol();
            case "saddr" -> layout.sourceAddress();
            case "daddr" -> layout.destinationAddress();
            case "saddr_v6" -> layout.sourceAddressIpv6();
            case "daddr_v6" -> layout.destinationAddressIpv6();
            default -> throw new IllegalArgumentException("no field: " + name);
        };
    }
}
