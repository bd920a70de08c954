package dev.imdsanalyzer.daemon.doctor;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** What {@code systemctl show} of systemd 252 (Debian 12) wrote of the packaged unit, for each state that it can be in. */
final class ShowTexts {
    private ShowTexts() {}

    static SystemdService service(String state) {
        return SystemdService.parse(text(state));
    }

    /** With another value of one property. */
    static SystemdService service(String state, String property, String value) {
        return SystemdService.parse(text(state).replaceFirst("(?m)^" + property + "=.*$", property + "=" + value));
    }

    static String text(String state) {
        try (InputStream in = ShowTexts.class.getResourceAsStream("show/" + state + ".txt")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
