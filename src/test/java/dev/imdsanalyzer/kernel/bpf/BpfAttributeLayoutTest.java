package dev.imdsanalyzer.kernel.bpf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imdsanalyzer.LinuxOnly;
import dev.imdsanalyzer.kernel.SystemCalls;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** Offsets as offsetof() gives them for union bpf_attr of include/uapi/linux/bpf.h. */
@LinuxOnly("its system calls and structs")
class BpfAttributeLayoutTest {
    @Test
    void mapCreateHasItsNameAt28() {
        ByteBuffer attribute = BpfAttribute.mapCreate(9, 8, 128, 4096, "imds_open");

        assertThat(attribute.capacity()).isEqualTo(44);
        assertThat(attribute.getInt(0)).isEqualTo(9);
        assertThat(attribute.getInt(4)).isEqualTo(8);
        assertThat(attribute.getInt(8)).isEqualTo(128);
        assertThat(attribute.getInt(12)).isEqualTo(4096);
        assertThat(attribute.get(28)).isEqualTo((byte) 'i');
        assertThat(attribute.get(28 + 9)).isZero();
    }

    @Test
    void mapElementHasAlignedPointers() {
        ByteBuffer key = SystemCalls.nativeBuffer(4);
        ByteBuffer value = SystemCalls.nativeBuffer(8);
        ByteBuffer attribute = BpfAttribute.mapElement(5, key, value);

        assertThat(attribute.getInt(0)).isEqualTo(5);
        assertThat(attribute.getLong(8)).isEqualTo(SystemCalls.addressOf(key));
        assertThat(attribute.getLong(16)).isEqualTo(SystemCalls.addressOf(value));
        assertThat(attribute.getLong(24)).isZero();
    }

    @Test
    void programLoadHasItsNameAt48() {
        ByteBuffer instructions = SystemCalls.nativeBuffer(16);
        ByteBuffer license = SystemCalls.nativeBuffer(4);
        ByteBuffer log = SystemCalls.nativeBuffer(32);
        ByteBuffer attribute = BpfAttribute.programLoad(5, instructions, license, log, "imds_connect");

        assertThat(attribute.capacity()).isEqualTo(64);
        assertThat(attribute.getInt(0)).isEqualTo(5);
        assertThat(attribute.getInt(4)).isEqualTo(2);
        assertThat(attribute.getLong(8)).isEqualTo(SystemCalls.addressOf(instructions));
        assertThat(attribute.getLong(16)).isEqualTo(SystemCalls.addressOf(license));
        assertThat(attribute.getInt(24)).isEqualTo(1);
        assertThat(attribute.getInt(28)).isEqualTo(32);
        assertThat(attribute.getLong(32)).isEqualTo(SystemCalls.addressOf(log));
        assertThat(attribute.get(48)).isEqualTo((byte) 'i');
    }

    @Test
    void refusesNamesThatTheKernelWouldRefuse() {
        assertThatThrownBy(() -> BpfAttribute.mapCreate(1, 4, 4, 1, "sixteen_letters_"))
                .hasMessageContaining("15");
    }
}
