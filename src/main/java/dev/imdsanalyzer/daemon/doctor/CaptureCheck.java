package dev.imdsanalyzer.daemon.doctor;

import dev.imdsanalyzer.capture.CaptureException;
import dev.imdsanalyzer.capture.CaptureSettings;
import dev.imdsanalyzer.capture.LiveSource;
import dev.imdsanalyzer.config.Configuration;
import dev.imdsanalyzer.config.Setting;
import dev.imdsanalyzer.daemon.host.HostFile;
import dev.imdsanalyzer.status.Counters;

/** Opens the capture that {@code run} would open, and closes it again. */
final class CaptureCheck {
    private static final String BLIND = "no call can be seen at all";

    private CaptureCheck() {}

    static Check of(Configuration configuration) {
        String device = configuration.text(Setting.CAPTURE_INTERFACE);
        try {
            CaptureSettings settings = new CaptureSettings(
                    device, configuration.integer(Setting.CAPTURE_BUFFER), CaptureSettings.DEFAULT_SNAP_LENGTH);
            LiveSource.open(settings, new Counters()).close();
            return Check.ok("capture", "the kernel captures on " + device);
        } catch (CaptureException e) {
            return Check.missing("capture", HostFile.reason(e), BLIND, mend(e.kind()));
        } catch (RuntimeException | LinkageError e) {
            return Check.missing(
                    "capture", "the capture failed: " + HostFile.reason(e), BLIND, "install the package again");
        }
    }

    private static String mend(CaptureException.Kind kind) {
        return kind == CaptureException.Kind.NO_PERMISSION
                ? "run as root or with CAP_NET_RAW"
                : "set capture.interface to a device that is there and up, such as any";
    }
}
