package dev.imdsanalyzer.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imdsanalyzer.LinuxOnly;
import org.junit.jupiter.api.Test;

@LinuxOnly("its system calls and structs")
class SocketAddressUnixLayoutTest {
    private final NativeBuffer buffer = new NativeBuffer(SocketAddressUnix.SIZE);

    @Test
    void sizesAndOffsetsAreThoseOfLinuxUnH() {
        assertThat(SocketAddressUnix.SIZE).isEqualTo(110);
        assertThat(SocketAddressUnix.PATH_OFFSET).isEqualTo(2);
    }

    @Test
    void aPathEndsWithNulAndItsLengthCountsTheNul() throws KernelException {
        int length = SocketAddressUnix.put(buffer, "/run/notify");

        assertThat(length).isEqualTo(2 + 11 + 1);
        assertThat(buffer.bytes().getShort(0)).isEqualTo((short) 1);
        assertThat(buffer.bytes().get(2)).isEqualTo((byte) '/');
        assertThat(buffer.bytes().get(13)).isZero();
    }

    @Test
    void anAbstractNameBeginsWithNulAndItsLengthIsExact() throws KernelException {
        int length = SocketAddressUnix.put(buffer, "@notify");

        assertThat(length).isEqualTo(2 + 7);
        assertThat(buffer.bytes().get(2)).isZero();
        assertThat(buffer.bytes().get(3)).isEqualTo((byte) 'n');
    }

    @Test
    void aNameThatDoesNotFitIsRefused() {
        assertThatThrownBy(() -> SocketAddressUnix.put(buffer, "/" + "x".repeat(107)))
                .isInstanceOf(KernelException.class)
                .hasMessageContaining("ENAMETOOLONG");
    }
}
