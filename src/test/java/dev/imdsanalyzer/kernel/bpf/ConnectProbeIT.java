package dev.imdsanalyzer.kernel.bpf;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("live")
class ConnectProbeIT {
    @Test
    void findsAllOffsetsInTheRunningKernel() throws Exception {
        KernelLayout layout = KernelLayout.read(BtfReader.KERNEL);

        assertThat(layout.complete()).as(layout.toString()).isTrue();
        assertThat(layout.sockNet()).isNotNegative();
        assertThat(layout.netInode()).isNotNegative();
    }
}
