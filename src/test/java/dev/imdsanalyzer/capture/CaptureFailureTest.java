package dev.imdsanalyzer.capture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.capture.CaptureException.Kind;
import dev.imdsanalyzer.kernel.Errno;
import dev.imdsanalyzer.kernel.KernelException;
import org.junit.jupiter.api.Test;

class CaptureFailureTest {
    private static CaptureException onOpen(String device, int errno) {
        return CaptureFailure.onOpen(device, new KernelException("socket(AF_PACKET)", errno));
    }

    private static void assertFailure(CaptureException failure, Kind kind, String message) {
        assertThat(failure.kind()).isEqualTo(kind);
        assertThat(failure.getMessage()).contains(message).doesNotContain("\n");
    }

    @Test
    void namesTheMissingPermission() {
        assertFailure(
                onOpen("any", Errno.EPERM),
                Kind.NO_PERMISSION,
                "no permission to capture on any: run as root, or grant CAP_NET_RAW");
        assertFailure(onOpen("any", Errno.EACCES), Kind.NO_PERMISSION, "grant CAP_NET_RAW");
    }

    @Test
    void namesTheDevicesThereAre() {
        assertFailure(onOpen("eth77", Errno.ENODEV), Kind.UNAVAILABLE, "there is no device eth77, but ");
        assertThat(onOpen("eth77", Errno.ENODEV).deviceMayCome()).isTrue();
    }

    @Test
    void saysHowToBringADeviceUp() {
        assertFailure(onOpen("eth1", Errno.ENETDOWN), Kind.UNAVAILABLE, "device eth1 is down: ip link set eth1 up");
        assertThat(onOpen("eth1", Errno.ENETDOWN).deviceMayCome()).isTrue();
    }

    @Test
    void passesOnWhatTheKernelRefused() {
        assertFailure(
                onOpen("eth1", Errno.ENOMEM),
                Kind.UNAVAILABLE,
                "cannot capture on eth1: socket(AF_PACKET): ENOMEM (out of memory)");
        assertThat(onOpen("eth1", Errno.ENOMEM).deviceMayCome()).isFalse();
        assertFailure(
                CaptureFailure.onRead("eth1", Errno.ENETDOWN),
                Kind.UNAVAILABLE,
                "the capture on eth1 ended: the device went down or away; it can be opened again");
    }
}
