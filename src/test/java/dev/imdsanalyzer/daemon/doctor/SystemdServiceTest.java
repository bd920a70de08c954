package dev.imdsanalyzer.daemon.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SystemdServiceTest {
    @ParameterizedTest
    @CsvSource({
        "not-found, false, false",
        "running, true, true",
        "masked, true, true",
        "starting, true, false",
        "inactive, true, false",
        "failed-78, true, false",
        "auto-restart-73, true, false"
    })
    void stateIsReadFromWhatSystemctlShows(String state, boolean installed, boolean running) {
        assertThat(ShowTexts.service(state).installed()).isEqualTo(installed);
        assertThat(ShowTexts.service(state).running()).isEqualTo(running);
    }

    @Test
    void valueMayHoldEqualSigns() {
        assertThat(ShowTexts.service("running").property("ExecStart")).contains("path=/opt/imds-packet-analyzer/bin/");
    }

    @Test
    void configurationOfTheServiceIsThatOfItsCommand() {
        SystemdService service = ShowTexts.service("running");
        assertThat(service.starts(Path.of("/etc/imds-packet-analyzer/config.yaml")))
                .isTrue();
        assertThat(service.starts(Path.of("/etc/imds-packet-analyzer"))).isFalse();
        assertThat(service.starts(null)).isFalse();
        assertThat(SystemdService.ABSENT.starts(Path.of("/etc/imds-packet-analyzer/config.yaml")))
                .isFalse();
    }

    @Test
    void propertyThatSystemdDoesNotKnowIsEmpty() {
        SystemdService service = SystemdService.parse("Failed to parse\n=\nLoadState=loaded\nMainPID=none\n");
        assertThat(service.property("NRestarts")).isEmpty();
        assertThat(service.number("NRestarts")).isZero();
        assertThat(service.number("MainPID")).isZero();
        assertThat(service.words("ReadWritePaths")).isEmpty();
        assertThat(service.installed()).isTrue();
    }

    @Test
    void emptyAnswerIsNoService() {
        assertThat(SystemdService.parse("").installed()).isFalse();
    }
}
