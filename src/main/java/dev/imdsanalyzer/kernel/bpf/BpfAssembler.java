package dev.imdsanalyzer.kernel.bpf;

import dev.imdsanalyzer.kernel.SystemCalls;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes BPF instructions, with labels for the jumps.
 *
 * <pre>
 * struct bpf_insn, 8 bytes (include/uapi/linux/bpf.h), little-endian:
 *  0 u8 opcode   1 u8 dst_reg:4 (low), src_reg:4 (high)   2 s16 offset   4 s32 immediate
 * </pre>
 *
 * Opcodes: Documentation/bpf/standardization/instruction-set.rst. Only what every kernel since 4.16 knows is offered: no
 * 32-bit jumps, no atomics but the addition. A comparison with a constant sign-extends the constant's 32 bits to 64.
 */
final class BpfAssembler {
    static final int INSTRUCTION_BYTES = 8;

    /** Conditions of jumps, unsigned. */
    enum Condition {
        EQUAL(0x10),
        GREATER(0x20),
        ANY_BIT(0x40),
        NOT_EQUAL(0x50);

        private final int code;

        Condition(int code) {
            this.code = code;
        }
    }

    private static final int CLASS_LD = 0x00;
    private static final int CLASS_LDX = 0x01;
    private static final int CLASS_ST = 0x02;
    private static final int CLASS_STX = 0x03;
    private static final int CLASS_ALU = 0x04;
    private static final int CLASS_JMP = 0x05;
    private static final int CLASS_ALU64 = 0x07;
    private static final int MODE_MEM = 0x60;
    private static final int MODE_ATOMIC = 0xC0;
    private static final int SOURCE_REGISTER = 0x08;
    private static final int ADD = 0x00;
    private static final int SUB = 0x10;
    private static final int OR = 0x40;
    private static final int AND = 0x50;
    private static final int LEFT_SHIFT = 0x60;
    private static final int MOV = 0xB0;
    /** With SOURCE_REGISTER: to big-endian. */
    private static final int END = 0xD0;

    private static final int CALL = 0x80;
    private static final int EXIT = 0x90;
    /** Source register of a 64-bit constant that is a map's descriptor: the kernel puts the map's address there. */
    private static final int PSEUDO_MAP_FD = 1;

    private record Instruction(int opcode, int destination, int source, int offset, int immediate, String target) {}

    private final List<Instruction> instructions = new ArrayList<>();
    private final Map<String, Integer> labels = new HashMap<>();

    BpfAssembler label(String name) {
        if (labels.put(name, instructions.size()) != null) {
            throw new IllegalStateException("label placed twice: " + name);
        }
        return this;
    }

    BpfAssembler move(Register to, Register from) {
        return add(CLASS_ALU64 | MOV | SOURCE_REGISTER, to, from, 0, 0);
    }

    /** Sets a register to a constant, sign-extended. */
    BpfAssembler set(Register to, int constant) {
        return add(CLASS_ALU64 | MOV, to, Register.R0, 0, constant);
    }

    /** Sets a register to any 64-bit constant; takes two instructions' room. */
    BpfAssembler setWide(Register to, long constant) {
        add(CLASS_LD | Size.DOUBLE.code(), to, Register.R0, 0, (int) constant);
        return add(0, Register.R0, Register.R0, 0, (int) (constant >>> 32));
    }

    BpfAssembler setMap(Register to, BpfMap map) {
        instructions.add(
                new Instruction(CLASS_LD | Size.DOUBLE.code(), to.ordinal(), PSEUDO_MAP_FD, 0, map.descriptor(), null));
        return add(0, Register.R0, Register.R0, 0, 0);
    }

    BpfAssembler load(Size size, Register to, Register base, int offset) {
        return add(CLASS_LDX | MODE_MEM | size.code(), to, base, offset, 0);
    }

    BpfAssembler store(Size size, Register base, int offset, Register from) {
        return add(CLASS_STX | MODE_MEM | size.code(), base, from, offset, 0);
    }

    BpfAssembler storeConstant(Size size, Register base, int offset, int constant) {
        return add(CLASS_ST | MODE_MEM | size.code(), base, Register.R0, offset, constant);
    }

    /** Adds to the 8 bytes at a place in memory; their old value is not told. */
    BpfAssembler atomicAdd(Register base, int offset, Register addend) {
        return add(CLASS_STX | MODE_ATOMIC | Size.DOUBLE.code(), base, addend, offset, ADD);
    }

    BpfAssembler add(Register to, int constant) {
        return add(CLASS_ALU64 | ADD, to, Register.R0, 0, constant);
    }

    BpfAssembler add(Register to, Register addend) {
        return add(CLASS_ALU64 | ADD | SOURCE_REGISTER, to, addend, 0, 0);
    }

    BpfAssembler subtract(Register from, Register subtrahend) {
        return add(CLASS_ALU64 | SUB | SOURCE_REGISTER, from, subtrahend, 0, 0);
    }

    BpfAssembler and(Register to, int mask) {
        return add(CLASS_ALU64 | AND, to, Register.R0, 0, mask);
    }

    BpfAssembler shiftLeft(Register to, int bits) {
        return add(CLASS_ALU64 | LEFT_SHIFT, to, Register.R0, 0, bits);
    }

    BpfAssembler or(Register to, int bits) {
        return add(CLASS_ALU64 | OR, to, Register.R0, 0, bits);
    }

    /** Turns two bytes in network order, loaded as they lie, into a number, or back. */
    BpfAssembler bigEndian(Register register) {
        return add(CLASS_ALU | END | SOURCE_REGISTER, register, Register.R0, 0, 16);
    }

    BpfAssembler call(Helper helper) {
        return add(CLASS_JMP | CALL, Register.R0, Register.R0, 0, helper.number());
    }

    BpfAssembler exit() {
        return add(CLASS_JMP | EXIT, Register.R0, Register.R0, 0, 0);
    }

    BpfAssembler jump(String target) {
        return addJump(CLASS_JMP, Register.R0, Register.R0, 0, target);
    }

    BpfAssembler jumpIf(Condition condition, Register left, int right, String target) {
        return addJump(CLASS_JMP | condition.code, left, Register.R0, right, target);
    }

    BpfAssembler jumpIf(Condition condition, Register left, Register right, String target) {
        return addJump(CLASS_JMP | condition.code | SOURCE_REGISTER, left, right, 0, target);
    }

    /** Copies bytes with the widest loads that the offsets allow; {@code scratch} is overwritten. */
    BpfAssembler copy(Register to, int toOffset, Register from, int fromOffset, int bytes, Register scratch) {
        int done = 0;
        while (done < bytes) {
            Size size = Size.widest((toOffset + done) | (fromOffset + done), bytes - done);
            load(size, scratch, from, fromOffset + done);
            store(size, to, toOffset + done, scratch);
            done += size.bytes();
        }
        return this;
    }

    int instructionCount() {
        return instructions.size();
    }

    /** The program's bytes in a direct buffer. Throws IllegalStateException for a jump to a label that is not there. */
    ByteBuffer assemble() {
        ByteBuffer code = SystemCalls.nativeBuffer(instructions.size() * INSTRUCTION_BYTES);
        for (int i = 0; i < instructions.size(); i++) {
            Instruction instruction = instructions.get(i);
            code.put((byte) instruction.opcode());
            code.put((byte) (instruction.source() << 4 | instruction.destination()));
            code.putShort((short) (instruction.target() == null ? instruction.offset() : distance(i)));
            code.putInt(instruction.immediate());
        }
        return code.clear();
    }

    /** Jumps count instructions from the one after the jump. */
    private int distance(int index) {
        String target = instructions.get(index).target();
        Integer position = labels.get(target);
        if (position == null) {
            throw new IllegalStateException("no such label: " + target);
        }
        int distance = position - index - 1;
        if (distance != (short) distance) {
            throw new IllegalStateException("too far to jump: " + target);
        }
        return distance;
    }

    private BpfAssembler add(int opcode, Register destination, Register source, int offset, int immediate) {
        instructions.add(new Instruction(opcode, destination.ordinal(), source.ordinal(), offset, immediate, null));
        return this;
    }

    private BpfAssembler addJump(int opcode, Register left, Register right, int constant, String target) {
        instructions.add(new Instruction(opcode, left.ordinal(), right.ordinal(), 0, constant, target));
        return this;
    }
}
