package dev.imdsanalyzer.daemon.schedules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.status.Counter;
import dev.imdsanalyzer.status.Counters;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostSchedulesTest {
    @TempDir
    Path root;

    private Path write(String file, String text) throws IOException {
        Path path = root.resolve(file);
        Files.createDirectories(path.getParent());
        return Files.writeString(path, text);
    }

    private void enable(String timer) throws IOException {
        Path wants = Files.createDirectories(root.resolve("etc/systemd/system/timers.target.wants"));
        Files.createSymbolicLink(wants.resolve(timer), Path.of("/usr/lib/systemd/system/" + timer));
    }

    private List<String> entries() {
        return HostSchedules.read(root).entries();
    }

    @Test
    void crontabsAreToldAsWrittenWithBaseNames() throws IOException {
        write("etc/crontab", """
                # m h dom mon dow user command
                SHELL=/bin/sh
                MAILTO = ops@example.com
                17 *\t* * *\troot\tcd / && run-parts --report /etc/cron.hourly
                @reboot root /opt/first.sh
                """);
        write("etc/cron.d/billing", "0 4 1 * * billing /opt/invoice.sh --api-key s3cr3t\n");
        write("etc/cron.d/.placeholder", "0 0 * * * root /bin/no\n");
        write("etc/cron.d/billing.dpkg-old", "0 0 * * * root /bin/no\n");
        write("var/spool/cron/crontabs/alice", "*/5 * * * * ~/bin/poll \"$SECRET\"\nnot a line\n");

        assertThat(entries())
                .containsExactly(
                        "17 * * * * run-parts", "@reboot first.sh", "0 4 1 * * invoice.sh", "*/5 * * * * poll");
    }

    @Test
    void scriptsInTheFoldersOfAPeriodAreToldWhereTheyCanRun() throws IOException {
        Path daily = write("etc/cron.daily/logrotate", "#!/bin/sh\n");
        Files.setPosixFilePermissions(daily, PosixFilePermissions.fromString("rwxr-xr-x"));
        write("etc/cron.monthly/README", "no program");
        assertThat(entries()).containsExactly("@daily logrotate");
    }

    @Test
    void timersCountWhereTheyAreEnabled() throws IOException {
        write("usr/lib/systemd/system/logrotate.timer", """
                [Unit]
                OnCalendar=never
                [Timer]
                OnCalendar=daily
                # OnCalendar=hourly
                RandomizedDelaySec=1h
                """);
        write("usr/lib/systemd/system/off.timer", "[Timer]\nOnCalendar=hourly\n");
        write("usr/lib/systemd/system/tmp.timer", "[Timer]\nOnBootSec=15min\nOnUnitActiveSec=1d\n");
        write("etc/systemd/system/tmp.timer.d/often.conf", "[Timer]\nOnUnitActiveSec=\nOnUnitActiveSec=12h\n");
        write("usr/lib/systemd/system/scrub@.timer", "[Timer]\nOnCalendar=monthly\n");
        for (String timer : List.of("logrotate.timer", "tmp.timer", "scrub@data.timer", "gone.timer")) {
            enable(timer);
        }
        assertThat(entries())
                .containsExactly(
                        "logrotate.timer OnCalendar=daily",
                        "scrub@data.timer OnCalendar=monthly",
                        "tmp.timer OnUnitActiveSec=12h");
    }

    @Test
    void aFileOfTheAdministratorHidesThePackages() throws IOException {
        write("usr/lib/systemd/system/a.timer", "[Timer]\nOnCalendar=daily\n");
        write("etc/systemd/system/a.timer", "[Timer]\nOnCalendar=weekly\n");
        enable("a.timer");
        write("usr/lib/systemd/system/b.timer", "[Timer]\nOnCalendar=daily\n");
        Files.createSymbolicLink(root.resolve("etc/systemd/system/b.timer"), Path.of("/dev/null"));
        enable("b.timer");
        assertThat(entries()).containsExactly("a.timer OnCalendar=weekly");
    }

    @Test
    void moreThanSixtyFourAreCountedAndLeftOut() throws IOException {
        write(
                "etc/crontab",
                IntStream.range(0, 100)
                        .mapToObj(i -> i % 60 + " " + i / 60 + " * * * root /bin/job" + i)
                        .collect(Collectors.joining("\n")));
        assertThat(HostSchedules.read(root).entries()).hasSize(64);
        assertThat(HostSchedules.read(root).leftOut()).isEqualTo(36);
        Counters counters = new Counters();
        try (ScheduleWatch watch = new ScheduleWatch(root, counters)) {
            watch.read();
            assertThat(watch.take()).hasSize(64);
            assertThat(watch.take()).as("told once").isEmpty();
        }
        assertThat(counters.get(Counter.SCHEDULES_LEFT_OUT)).isEqualTo(36);
    }

    @Test
    void hugeFilesAndForeignBytesCostNoMore() throws IOException {
        Files.createDirectories(root.resolve("etc/cron.d"));
        byte[] noise = new byte[BoundedFiles.MAXIMUM_BYTES + 100];
        Arrays.fill(noise, (byte) 0xff);
        Files.write(root.resolve("etc/cron.d/noise"), noise);
        write("etc/cron.d/late", "#".repeat(BoundedFiles.MAXIMUM_BYTES) + "\n0 0 * * * root /bin/late\n");
        write("etc/cron.d/evil", "0 0 * * * root /bin/\u001b[2Jx\n0 0 * * \u202e root /bin/y\n");
        assertThat(entries()).containsExactly("0 0 * * * ?");
        assertThat(String.join("", entries()).getBytes(StandardCharsets.US_ASCII))
                .isNotEmpty();
    }

    @Test
    void afterItsTimeNothingMoreIsRead() throws IOException {
        write("etc/crontab", "0 0 * * * root /bin/a\n");
        assertThat(HostSchedules.read(root, -1).entries()).isEmpty();
    }

    @Test
    void aHostWithoutAnyHasNone() {
        assertThat(entries()).isEmpty();
    }
}
