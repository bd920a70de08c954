package dev.imdsanalyzer.capture;

import dev.imdsanalyzer.capture.CaptureException.Kind;
import dev.imdsanalyzer.kernel.Errno;
import dev.imdsanalyzer.kernel.KernelException;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.stream.Collectors;

/** Says in one line what the kernel refused to a capture, and what to do about it. */
final class CaptureFailure {
    private CaptureFailure() {}

    static CaptureException onOpen(String device, KernelException failure) {
        return switch (failure.errno()) {
            case Errno.EPERM, Errno.EACCES ->
                new CaptureException(
                        Kind.NO_PERMISSION,
                        "no permission to capture on " + device + ": run as root, or grant CAP_NET_RAW",
                        failure);
            case Errno.ENODEV, Errno.ENXIO ->
                CaptureException.absent("there is no device " + device + devices() + "; \"any\" takes all", failure);
            case Errno.ENETDOWN ->
                CaptureException.absent("device " + device + " is down: ip link set " + device + " up", failure);
            default ->
                new CaptureException(
                        Kind.UNAVAILABLE, "cannot capture on " + device + ": " + failure.getMessage(), failure);
        };
    }

    /** @param errno what the kernel says happened to the socket */
    static CaptureException onRead(String device, int errno) {
        String reason = switch (errno) {
            case Errno.ENETDOWN -> "the device went down or away";
            default -> Errno.name(errno);
        };
        return new CaptureException(
                Kind.UNAVAILABLE,
                "the capture on " + device + " ended: " + reason + "; it can be opened again once the device is back");
    }

    /** Without JNA, or on a machine or C library that it has nothing for. */
    static CaptureException noLibrary(Throwable failure) {
        return new CaptureException(
                Kind.UNAVAILABLE, "this program's native part cannot be loaded: " + failure.getMessage(), failure);
    }

    private static String devices() {
        try {
            String names = NetworkInterface.networkInterfaces()
                    .map(NetworkInterface::getName)
                    .limit(16)
                    .collect(Collectors.joining(", "));
            return names.isEmpty() ? "" : ", but " + names;
        } catch (SocketException e) {
            return "";
        }
    }
}
