package dev.imdsanalyzer.capture;

import dev.imdsanalyzer.capture.CaptureException.Kind;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Locale;
import java.util.stream.Collectors;
import org.pcap4j.core.PcapNativeException;

/** Says in one line what libpcap could not do, and what to do about it. */
final class PcapFailure {
    /** Return codes of pcap_activate(3PCAP), from pcap/pcap.h. */
    private static final int NO_SUCH_DEVICE = -5;

    private static final int PERMISSION_DENIED = -8;
    private static final int DEVICE_NOT_UP = -9;
    private static final int PROMISCUOUS_PERMISSION_DENIED = -11;

    private PcapFailure() {}

    static CaptureException onOpen(String device, PcapNativeException failure) {
        int code = failure.getReturnCode() == null ? 0 : failure.getReturnCode();
        String reason = oneLine(failure.getMessage());
        if (code == PERMISSION_DENIED
                || code == PROMISCUOUS_PERMISSION_DENIED
                || reason.toLowerCase(Locale.ROOT).contains("not permitted")) {
            return new CaptureException(
                    Kind.NO_PERMISSION,
                    "no permission to capture on " + device + ": run as root, or grant CAP_NET_RAW",
                    failure);
        }
        if (code == NO_SUCH_DEVICE || reason.contains("No such device")) {
            return CaptureException.absent("there is no device " + device + devices() + "; \"any\" takes all", failure);
        }
        if (code == DEVICE_NOT_UP || reason.contains("is down") || reason.contains("not up")) {
            return CaptureException.absent("device " + device + " is down: ip link set " + device + " up", failure);
        }
        return new CaptureException(Kind.UNAVAILABLE, "cannot capture on " + device + ": " + reason, failure);
    }

    static CaptureException onRead(String device, PcapNativeException failure) {
        return new CaptureException(
                Kind.UNAVAILABLE,
                "the capture on " + device + " ended: " + oneLine(failure.getMessage())
                        + "; it can be opened again once the device is back",
                failure);
    }

    /** JNA found no libpcap, or one without a function that is needed. */
    static CaptureException noLibrary(Throwable failure) {
        return new CaptureException(
                Kind.UNAVAILABLE,
                "libpcap is missing or older than 1.5: install the package libpcap0.8 (Debian, Ubuntu) or libpcap"
                        + " (Amazon Linux, Fedora)",
                failure);
    }

    /** The kernel's own interfaces: libpcap lists much else that carries no IP. */
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

    /** libpcap's own words, without what pcap4j puts before them. */
    private static String oneLine(String message) {
        if (message == null || message.isBlank()) {
            return "unknown error of libpcap";
        }
        return message.strip().replace('\n', ' ').replaceFirst("^Error occurred[^:]*: ", "");
    }
}
