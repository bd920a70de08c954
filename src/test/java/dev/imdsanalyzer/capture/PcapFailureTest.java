package dev.imdsanalyzer.capture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.capture.CaptureException.Kind;
import org.junit.jupiter.api.Test;
import org.pcap4j.core.PcapNativeException;

class PcapFailureTest {
    private static void assertFailure(CaptureException failure, Kind kind, String message) {
        assertThat(failure.kind()).isEqualTo(kind);
        assertThat(failure.getMessage()).contains(message).doesNotContain("\n");
    }

    @Test
    void namesTheMissingPermission() {
        assertFailure(
                PcapFailure.onOpen("any", new PcapNativeException("CAP_NET_RAW may be required", -8)),
                Kind.NO_PERMISSION,
                "no permission to capture on any: run as root, or grant CAP_NET_RAW");
        assertFailure(
                PcapFailure.onOpen("any", new PcapNativeException("socket: Operation not permitted", -1)),
                Kind.NO_PERMISSION,
                "grant CAP_NET_RAW");
    }

    @Test
    void namesTheDevicesThereAre() {
        assertFailure(
                PcapFailure.onOpen("eth77", new PcapNativeException("No such device exists", -5)),
                Kind.UNAVAILABLE,
                "there is no device eth77, but ");
    }

    @Test
    void saysHowToBringADeviceUp() {
        assertFailure(
                PcapFailure.onOpen("eth1", new PcapNativeException("That device is not up", -9)),
                Kind.UNAVAILABLE,
                "device eth1 is down: ip link set eth1 up");
    }

    @Test
    void passesOnWhatLibpcapSaysInOneLine() {
        assertFailure(
                PcapFailure.onOpen("eth1", new PcapNativeException("first\nsecond\n", -1)),
                Kind.UNAVAILABLE,
                "cannot capture on eth1: first second");
        assertFailure(
                PcapFailure.onOpen("eth1", new PcapNativeException(null, (Integer) null)),
                Kind.UNAVAILABLE,
                "unknown error of libpcap");
        assertFailure(
                PcapFailure.onRead("eth1", new PcapNativeException("Error occurred: The interface disappeared", -1)),
                Kind.UNAVAILABLE,
                "the capture on eth1 ended: The interface disappeared; it can be opened again");
    }

    @Test
    void namesTheMissingLibrary() {
        assertFailure(
                PcapFailure.noLibrary(new UnsatisfiedLinkError("libpcap.so")),
                Kind.UNAVAILABLE,
                "install the package libpcap0.8 (Debian, Ubuntu) or libpcap (Amazon Linux, Fedora)");
    }
}
