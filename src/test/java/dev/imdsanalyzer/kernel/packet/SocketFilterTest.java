package dev.imdsanalyzer.kernel.packet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imdsanalyzer.LinuxOnly;
import dev.imdsanalyzer.kernel.packet.SocketFilter.Ancillary;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** Expected codes are those that bpf_dbg and tcpdump -dd print for the same instructions. */
@LinuxOnly("its system calls and structs")
class SocketFilterTest {
    private static void assertInstruction(ByteBuffer program, int code, int ifTrue, int ifFalse, int k) {
        assertThat(Short.toUnsignedInt(program.getShort())).isEqualTo(code);
        assertThat(Byte.toUnsignedInt(program.get())).isEqualTo(ifTrue);
        assertThat(Byte.toUnsignedInt(program.get())).isEqualTo(ifFalse);
        assertThat(program.getInt()).isEqualTo(k);
    }

    @Test
    void assemblesInstructionsAsTheKernelTakesThem() {
        ByteBuffer program = new SocketFilter()
                .loadLength()
                .unlessGreater(79, "drop")
                .loadAncillary(Ancillary.PACKET_TYPE)
                .ifEqual(4, "drop")
                .loadByte(0)
                .and(0xF0)
                .loadHalf(6)
                .ifAnySet(0x1FFF, "keep")
                .loadWord(12)
                .unlessEqual(0xA9FEA9FE, "drop")
                .indexHeaderLength(0)
                .loadIndexedHalf(2)
                .ifGreater(80, "drop")
                .loadIndexedByte(0)
                .goTo("keep")
                .label("drop")
                .drop()
                .label("keep")
                .keep(65_535)
                .assemble()
                .bytes()
                .position(0);

        assertInstruction(program, 0x80, 0, 0, 0);
        assertInstruction(program, 0x25, 0, 13, 79);
        assertInstruction(program, 0x20, 0, 0, 0xFFFFF004);
        assertInstruction(program, 0x15, 11, 0, 4);
        assertInstruction(program, 0x30, 0, 0, 0);
        assertInstruction(program, 0x54, 0, 0, 0xF0);
        assertInstruction(program, 0x28, 0, 0, 6);
        assertInstruction(program, 0x45, 8, 0, 0x1FFF);
        assertInstruction(program, 0x20, 0, 0, 12);
        assertInstruction(program, 0x15, 0, 5, 0xA9FEA9FE);
        assertInstruction(program, 0xB1, 0, 0, 0);
        assertInstruction(program, 0x48, 0, 0, 2);
        assertInstruction(program, 0x25, 2, 0, 80);
        assertInstruction(program, 0x50, 0, 0, 0);
        assertInstruction(program, 0x05, 0, 0, 1);
        assertInstruction(program, 0x06, 0, 0, 0);
        assertInstruction(program, 0x06, 0, 0, 65_535);
        assertThat(program.hasRemaining()).isFalse();
    }

    @Test
    void refusesJumpsThatTheKernelHasNotGot() {
        assertThatThrownBy(() -> new SocketFilter().goTo("nowhere").drop().assemble())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("nowhere");
        assertThatThrownBy(() -> new SocketFilter()
                        .label("back")
                        .loadLength()
                        .ifEqual(1, "back")
                        .drop()
                        .assemble())
                .isInstanceOf(IllegalStateException.class);
        SocketFilter far = new SocketFilter().ifEqual(1, "far");
        for (int i = 0; i < 256; i++) {
            far.loadLength();
        }
        assertThatThrownBy(() -> far.label("far").drop().assemble()).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> new SocketFilter().label("twice").label("twice"))
                .isInstanceOf(IllegalStateException.class);
    }
}
