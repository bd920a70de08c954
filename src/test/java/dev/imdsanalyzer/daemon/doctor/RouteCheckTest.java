package dev.imdsanalyzer.daemon.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RouteCheckTest {
    @TempDir
    Path proc;

    @Test
    void hostWithoutAnyRouteIsWeakOnly() {
        assertThat(RouteCheck.of(proc).state()).isEqualTo(Check.State.WEAK);
        assertThat(RouteCheck.of(proc).found()).isEqualTo("IPv4 has no route, IPv6 has no route");
    }
}
