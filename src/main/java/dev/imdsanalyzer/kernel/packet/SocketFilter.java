package dev.imdsanalyzer.kernel.packet;

import dev.imdsanalyzer.kernel.NativeBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Assembles a classic BPF program, which a socket runs over each packet: Documentation/networking/filter.rst. An
 * instruction is {@code struct sock_filter} of linux/filter.h: {u16 code, u8 jump if true, u8 jump if false, u32 k}.
 *
 * <p>Words are loaded in network byte order. A load from behind the packet's end ends the program as {@link #drop} does.
 * Jumps go to labels further on, at most 255 instructions away.
 */
public final class SocketFilter {
    /** What {@link #loadAncillary} takes: SKF_AD_OFF (-0x1000) and the number behind it. */
    public enum Ancillary {
        /** PACKET_OUTGOING (4) and its like of linux/if_packet.h. */
        PACKET_TYPE(4),
        /** The device's ARPHRD_ type. */
        HARDWARE_TYPE(28);

        private final int number;

        Ancillary(int number) {
            this.number = number;
        }
    }

    static final int INSTRUCTION_BYTES = 8;

    private static final int MAX_INSTRUCTIONS = 4096;
    private static final int MAX_JUMP = 255;
    private static final int ANCILLARY_OFFSET = -0x1000;

    // Classes, sizes, modes and operations: linux/bpf_common.h.
    private static final int LOAD = 0x00;
    private static final int LOAD_INDEX = 0x01;
    private static final int ALU_AND = 0x54;
    private static final int RETURN = 0x06;
    private static final int JUMP_ALWAYS = 0x05;
    private static final int JUMP_EQUAL = 0x15;
    private static final int JUMP_GREATER = 0x25;
    private static final int JUMP_SET = 0x45;
    private static final int WORD = 0x00;
    private static final int HALF = 0x08;
    private static final int BYTE = 0x10;
    private static final int ABSOLUTE = 0x20;
    private static final int INDIRECT = 0x40;
    private static final int PACKET_LENGTH = 0x80;
    private static final int HEADER_LENGTH = 0xa0;

    /** Null stands for the instruction that comes next. */
    private record Instruction(
            int code, @Nullable String ifTrue, @Nullable String ifFalse, int k) {}

    private final List<Instruction> instructions = new ArrayList<>();
    private final Map<String, Integer> labels = new HashMap<>();

    /** The next instruction is where jumps to that label go. */
    public SocketFilter label(String name) {
        if (labels.put(name, instructions.size()) != null) {
            throw new IllegalStateException("label " + name + " stands twice");
        }
        return this;
    }

    /** Loads the packet's length on the wire, whatever of it is kept. */
    public SocketFilter loadLength() {
        return add(LOAD | WORD | PACKET_LENGTH, 0);
    }

    public SocketFilter loadAncillary(Ancillary what) {
        return add(LOAD | WORD | ABSOLUTE, ANCILLARY_OFFSET + what.number);
    }

    public SocketFilter loadWord(int offset) {
        return add(LOAD | WORD | ABSOLUTE, offset);
    }

    public SocketFilter loadHalf(int offset) {
        return add(LOAD | HALF | ABSOLUTE, offset);
    }

    public SocketFilter loadByte(int offset) {
        return add(LOAD | BYTE | ABSOLUTE, offset);
    }

    /** Sets the index register to the length of an IPv4 header at that offset: four times its low four bits. */
    public SocketFilter indexHeaderLength(int offset) {
        return add(LOAD_INDEX | BYTE | HEADER_LENGTH, offset);
    }

    /** From so many bytes behind the index register. */
    public SocketFilter loadIndexedHalf(int offset) {
        return add(LOAD | HALF | INDIRECT, offset);
    }

    /** From so many bytes behind the index register. */
    public SocketFilter loadIndexedByte(int offset) {
        return add(LOAD | BYTE | INDIRECT, offset);
    }

    public SocketFilter and(int mask) {
        return add(ALU_AND, mask);
    }

    public SocketFilter goTo(String label) {
        return add(JUMP_ALWAYS, label, null, 0);
    }

    /** Goes to the label where the accumulator is equal, else on. */
    public SocketFilter ifEqual(int value, String label) {
        return add(JUMP_EQUAL, label, null, value);
    }

    /** Goes to the label unless the accumulator is equal. */
    public SocketFilter unlessEqual(int value, String label) {
        return add(JUMP_EQUAL, null, label, value);
    }

    /** Goes to the label where the accumulator is greater, both without sign. */
    public SocketFilter ifGreater(int value, String label) {
        return add(JUMP_GREATER, label, null, value);
    }

    /** Goes to the label unless the accumulator is greater, both without sign. */
    public SocketFilter unlessGreater(int value, String label) {
        return add(JUMP_GREATER, null, label, value);
    }

    /** Goes to the label where any bit of the mask is set. */
    public SocketFilter ifAnySet(int mask, String label) {
        return add(JUMP_SET, label, null, mask);
    }

    /** Keeps so many of the packet's bytes at most. */
    public SocketFilter keep(int bytes) {
        return add(RETURN, bytes);
    }

    public SocketFilter drop() {
        return keep(0);
    }

    private SocketFilter add(int code, int k) {
        return add(code, null, null, k);
    }

    private SocketFilter add(int code, @Nullable String ifTrue, @Nullable String ifFalse, int k) {
        instructions.add(new Instruction(code, ifTrue, ifFalse, k));
        return this;
    }

    /**
     * The program as the kernel takes it.
     *
     * @throws IllegalStateException for a label that is missing, behind, or too far away, or a program too long
     */
    public NativeBuffer assemble() {
        if (instructions.size() > MAX_INSTRUCTIONS) {
            throw new IllegalStateException("the program has " + instructions.size() + " instructions");
        }
        NativeBuffer program = new NativeBuffer(instructions.size() * INSTRUCTION_BYTES);
        for (int i = 0; i < instructions.size(); i++) {
            Instruction instruction = instructions.get(i);
            boolean always = instruction.code == JUMP_ALWAYS;
            int ifTrue = distance(i, instruction.ifTrue);
            program.bytes()
                    .putShort((short) instruction.code)
                    .put((byte) (always ? 0 : ifTrue))
                    .put((byte) distance(i, instruction.ifFalse))
                    .putInt(always ? ifTrue : instruction.k);
        }
        return program;
    }

    private int distance(int from, @Nullable String label) {
        if (label == null) {
            return 0;
        }
        Integer target = labels.get(label);
        if (target == null || target <= from || target - from - 1 > MAX_JUMP) {
            throw new IllegalStateException("no jump from " + from + " to " + label + " at " + target);
        }
        return target - from - 1;
    }
}
