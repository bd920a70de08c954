package dev.imdsanalyzer.daemon.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class SystemctlTest {
    /** Far more than a shell script takes on a busy machine. */
    private static final Duration PATIENT = Duration.ofSeconds(30);

    @TempDir
    Path folder;

    @Test
    void hostWithoutSystemdIsNotAsked() throws Exception {
        Path told = folder.resolve("asked");
        Systemctl systemctl = new Systemctl(folder.resolve("none"), fake("touch " + told), PATIENT);
        assertThat(systemctl.show()).isSameAs(SystemdService.ABSENT);
        assertThat(told).doesNotExist();
    }

    @Test
    void hostWithoutSystemctlHasNoService() throws Exception {
        assertThat(new Systemctl(folder, folder.resolve("no-such-program").toString(), PATIENT).show())
                .isSameAs(SystemdService.ABSENT);
    }

    @Test
    void answerIsTaken() throws Exception {
        Path text = Files.writeString(folder.resolve("text"), ShowTexts.text("running"));
        SystemdService service = new Systemctl(folder, fake("echo \"Arguments=$*\"; cat " + text), PATIENT).show();
        assertThat(service.running()).isTrue();
        assertThat(service.property("Arguments"))
                .startsWith("show imds-packet-analyzer.service --no-pager --property=LoadState,");
    }

    @Test
    void refusalIsToldInItsOwnWords() throws IOException {
        Systemctl systemctl = new Systemctl(folder, fake("echo 'Failed to connect to bus' >&2; exit 1"), PATIENT);
        assertThatThrownBy(systemctl::show).hasMessage("systemctl failed: Failed to connect to bus");
    }

    @Test
    void systemctlThatHangsIsEndedWithItsChildren() throws Exception {
        Path pids = folder.resolve("pids");
        // The pids are there before the limit is over, or there is nothing to look for.
        Systemctl systemctl = new Systemctl(
                folder,
                fake("sleep 300 & echo $$ $! > " + pids + "; echo LoadState=loaded; wait"),
                Duration.ofSeconds(4));
        long start = System.nanoTime();

        assertThatThrownBy(systemctl::show)
                .isInstanceOf(IOException.class)
                .hasMessage("systemctl gives no answer within 4000 ms");

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(PATIENT);
        for (String pid : Files.readString(pids).strip().split(" ", -1)) {
            ProcessHandle.of(Long.parseLong(pid))
                    .ifPresent(process -> assertThat(process.onExit()).succeedsWithin(PATIENT));
        }
    }

    @Test
    void systemctlThatClosesItsOutputAndStaysIsEndedToo() throws IOException {
        Systemctl systemctl = new Systemctl(folder, fake("exec >&- 2>&-; sleep 300"), Duration.ofMillis(200));
        assertThatThrownBy(systemctl::show).hasMessage("systemctl gives no answer within 200 ms");
    }

    private String fake(String script) throws IOException {
        Path file = Files.writeString(folder.resolve("systemctl"), "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        return file.toString();
    }
}
