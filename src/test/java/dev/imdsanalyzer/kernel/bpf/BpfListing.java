package dev.imdsanalyzer.kernel.bpf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Writes BPF instructions as text, one a line, jumps by labels: Documentation/bpf/standardization/instruction-set.rst. Knows what
 * {@link BpfAssembler} writes; anything else is an error.
 */
final class BpfListing {
    private static final String[] SIZES = {"u32", "u16", "u8", "u64"};
    private static final Map<Integer, String> CONDITIONS = Map.of(0x10, "==", 0x20, ">", 0x40, "&", 0x50, "!=");

    private final ByteBuffer code;
    private final Map<Integer, String> maps;
    private final TreeSet<Integer> targets = new TreeSet<>();

    private BpfListing(ByteBuffer code, Map<Integer, String> maps) {
        this.code = code.order(ByteOrder.LITTLE_ENDIAN);
        this.maps = maps;
    }

    /** @param maps names by descriptor */
    static String of(BpfAssembler program, Map<Integer, String> maps) {
        return new BpfListing(program.assemble(), maps).text();
    }

    private String text() {
        int count = code.limit() / BpfAssembler.INSTRUCTION_BYTES;
        for (int i = 0; i < count; i++) {
            if ((opcode(i) & 7) == 5 && opcode(i) != 0x85 && opcode(i) != 0x95) {
                targets.add(i + 1 + offset(i));
            }
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < count; i++) {
            if (targets.contains(i)) {
                text.append(label(i)).append(":\n");
            }
            text.append("    ").append(line(i)).append('\n');
            i += opcode(i) == 0x18 ? 1 : 0;
        }
        return text.toString();
    }

    private String line(int i) {
        int opcode = opcode(i);
        String to = register(code.get(8 * i + 1) & 15);
        String from = register(code.get(8 * i + 1) >> 4 & 15);
        String operand = (opcode & 8) == 0 ? Integer.toString(immediate(i)) : from;
        String size = SIZES[opcode >> 3 & 3];
        return switch (opcode & 7) {
            case 0 -> to + " = " + wide(i);
            case 1 -> to + " = " + size + memory(from, offset(i));
            case 2 -> size + memory(to, offset(i)) + " = " + immediate(i);
            case 3 -> size + memory(to, offset(i)) + ((opcode & 0xE0) == 0xC0 ? " += " : " = ") + from;
            case 4 -> to + " = be" + immediate(i) + " " + to;
            case 5 -> jump(i, to, operand);
            case 7 -> to + arithmetic(opcode & 0xF0) + operand;
            default -> throw new IllegalStateException("opcode " + opcode);
        };
    }

    private String jump(int i, String left, String right) {
        return switch (opcode(i)) {
            case 0x85 ->
                "call "
                        + Stream.of(Helper.values())
                                .filter(helper -> helper.number() == immediate(i))
                                .findAny()
                                .orElseThrow();
            case 0x95 -> "exit";
            case 0x05 -> "goto " + label(i + 1 + offset(i));
            default ->
                "if " + left + " " + CONDITIONS.get(opcode(i) & 0xF0) + " " + right + " goto "
                        + label(i + 1 + offset(i));
        };
    }

    private static String arithmetic(int operation) {
        return switch (operation) {
            case 0x00 -> " += ";
            case 0x10 -> " -= ";
            case 0x40 -> " |= ";
            case 0x50 -> " &= ";
            case 0x60 -> " <<= ";
            case 0xB0 -> " = ";
            default -> throw new IllegalStateException("operation " + operation);
        };
    }

    private String wide(int i) {
        return code.get(8 * i + 1) >> 4 == 1
                ? "map " + maps.get(immediate(i))
                : String.format("0x%08x%08x", immediate(i + 1), immediate(i));
    }

    private static String memory(String base, int offset) {
        return "[" + base + (offset < 0 ? " - " : " + ") + Math.abs(offset) + "]";
    }

    private static String register(int number) {
        return number == 10 ? "fp" : "r" + number;
    }

    /** By its order, so that a change moves no label but those behind it. */
    private String label(int target) {
        return "L" + targets.headSet(target).size();
    }

    private int opcode(int i) {
        return code.get(8 * i) & 0xFF;
    }

    private int offset(int i) {
        return code.getShort(8 * i + 2);
    }

    private int immediate(int i) {
        return code.getInt(8 * i + 4);
    }
}
