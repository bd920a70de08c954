package dev.imdsanalyzer.kernel.bpf;

import static dev.imdsanalyzer.kernel.bpf.Register.FRAME;
import static dev.imdsanalyzer.kernel.bpf.Register.R0;
import static dev.imdsanalyzer.kernel.bpf.Register.R1;
import static dev.imdsanalyzer.kernel.bpf.Register.R2;
import static dev.imdsanalyzer.kernel.bpf.Register.R6;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imdsanalyzer.LinuxOnly;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** Expected bytes by Documentation/bpf/standardization/instruction-set.rst. */
@LinuxOnly("its system calls and structs")
class BpfAssemblerTest {
    private final BpfAssembler assembler = new BpfAssembler();

    @Test
    void encodesMovesAndArithmetic() {
        assembler.move(R6, R1).set(R0, -1).add(R2, -8).and(R2, 4095).subtract(R2, R1);

        assertThat(hex())
                .isEqualTo("bf16000000000000" + "b7000000ffffffff" + "07020000f8ffffff" + "57020000ff0f0000"
                        + "1f12000000000000");
    }

    @Test
    void encodesLoadsAndStores() {
        assembler
                .load(Size.HALF, R1, R6, 26)
                .load(Size.DOUBLE, R2, FRAME, -8)
                .store(Size.WORD, FRAME, -16, R1)
                .storeConstant(Size.BYTE, FRAME, -1, 7);

        assertThat(hex()).isEqualTo("69611a0000000000" + "79a2f8ff00000000" + "631af0ff00000000" + "720affff07000000");
    }

    @Test
    void swapsPortsToHostOrder() {
        assembler.bigEndian(R1);

        assertThat(hex()).isEqualTo("dc01000010000000");
    }

    @Test
    void splitsWideConstantsIntoTwoInstructions() {
        assembler.setWide(R2, 0x11223344FEA9FEA9L);

        assertThat(hex()).isEqualTo("18020000a9fea9fe" + "0000000044332211");
    }

    @Test
    void countsJumpsFromTheInstructionAfterThem() {
        assembler
                .label("start")
                .jumpIf(BpfAssembler.Condition.NOT_EQUAL, R1, 80, "out")
                .jump("start")
                .label("out")
                .call(Helper.KTIME_GET_NS)
                .exit();

        assertThat(hex()).isEqualTo("5501010050000000" + "0500feff00000000" + "8500000005000000" + "9500000000000000");
    }

    @Test
    void copiesWithTheWidestAlignedAccesses() {
        assembler.copy(FRAME, -16, R6, 36, 8, R1);
        int aligned = assembler.instructionCount();
        assembler.copy(FRAME, -16, R6, 31, 4, R1);

        assertThat(aligned).isEqualTo(4);
        assertThat(assembler.instructionCount() - aligned).isEqualTo(8);
    }

    @Test
    void refusesLabelsThatAreMissingOrThereTwice() {
        assembler.label("once").jump("nowhere");

        assertThatThrownBy(assembler::assemble).hasMessageContaining("nowhere");
        assertThatThrownBy(() -> assembler.label("once")).hasMessageContaining("once");
    }

    private String hex() {
        ByteBuffer code = assembler.assemble();
        byte[] bytes = new byte[code.remaining()];
        code.get(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
