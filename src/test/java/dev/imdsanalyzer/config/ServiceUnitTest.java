package dev.imdsanalyzer.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The service's unit among a host's: it starts before the network, so it must wait for nothing that waits for the network,
 * or systemd leaves something out of the boot to break the cycle.
 */
@Tag("programs")
class ServiceUnitTest {
    private static final String UNIT = "imds-packet-analyzer.service";
    private static final Path SHIPPED = Path.of("systemd");
    private static final Path EXAMPLES = Path.of("packaging/examples");
    private static final String SYSTEM_UNITS = "/usr/lib/systemd/system";

    @TempDir
    private Path units;

    @BeforeEach
    void layOut() throws IOException {
        assumeThat(analyze()).as("systemd-analyze is on this machine").isNotEmpty();
        // The program itself is not installed here, and verify wants it to be.
        String unit = Files.readString(SHIPPED.resolve(UNIT)).replaceFirst("(?m)^ExecStart=.*$", "ExecStart=/bin/true");
        Files.writeString(units.resolve(UNIT), unit);
        Files.createDirectory(dropIns());
        try (Stream<Path> shipped = Files.list(SHIPPED.resolve(UNIT + ".d"))) {
            for (Path dropIn : shipped.toList()) {
                Files.copy(dropIn, dropIns().resolve(dropIn.getFileName()));
            }
        }
        Files.writeString(units.resolve("cloud-init-local.service"), """
                [Unit]
                DefaultDependencies=no
                Wants=network-pre.target
                After=systemd-remount-fs.service
                Before=network-pre.target shutdown.target
                Conflicts=shutdown.target
                [Service]
                Type=oneshot
                ExecStart=/bin/true
                """);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/opt", "/tmp", "/var/tmp", "/var/log", "/var"})
    void mountOverTheNetworkMakesNoOrderingCycle(String where) throws Exception {
        mountOverTheNetwork(where);

        assertThat(verify(mountUnit(where))).doesNotContainIgnoringCase("cycl");
    }

    @Test
    void cycleWouldBeFound() throws Exception {
        mountOverTheNetwork("/opt");
        Files.writeString(dropIns().resolve("99-test.conf"), "[Unit]\nRequiresMountsFor=/opt/imds-packet-analyzer\n");

        assertThat(verify(mountUnit("/opt"))).contains("ordering cycle");
    }

    /** examples/late-mounts.conf under the name of the packaged 10-early.conf, whose place it takes. */
    @ParameterizedTest
    @ValueSource(strings = {"/opt", "/var/log"})
    void exampleWaitsForSuchAMountInstead(String where) throws Exception {
        mountOverTheNetwork(where);
        assertThat(dropIns().resolve("10-early.conf")).exists();
        Files.writeString(dropIns().resolve("10-early.conf"), Files.readString(EXAMPLES.resolve("late-mounts.conf")));

        assertThat(verify(mountUnit(where))).doesNotContainIgnoringCase("cycl");
    }

    @Test
    void systemdUnderstandsEveryKeyButThoseThatAreSaidToBeNew() throws Exception {
        List<String> said = verify().lines()
                .filter(line -> line.contains("imds-packet-analyzer"))
                // systemd 254 and newer know them.
                .filter(line -> !line.matches(".*20-back-off\\.conf.*'Restart(Steps|MaxDelaySec)'.*"))
                .toList();

        assertThat(said).isEmpty();
    }

    /** Its /dev of its own is made in /tmp (systemd's mount_private_dev): a boot that empties that folder fails such a start. */
    @ParameterizedTest
    @ValueSource(strings = {"systemd/" + UNIT, "packaging/rpm/systemd-before-229.service"})
    void startsOnceTheFolderIsEmptiedThatSystemdMakesItsDevicesIn(String unit) throws IOException {
        List<String> lines = Files.readAllLines(Path.of(unit));

        assertThat(lines).contains("PrivateDevices=yes");
        assertThat(lines.stream().filter(line -> line.startsWith("After=")))
                .anySatisfy(line -> assertThat(line.substring("After=".length()).split(" ", -1))
                        .contains("systemd-tmpfiles-setup.service"));
    }

    private Path dropIns() {
        return units.resolve(UNIT + ".d");
    }

    private static String mountUnit(String where) {
        return where.substring(1).replace('/', '-') + ".mount";
    }

    /** What systemd-fstab-generator makes of a mount with _netdev. */
    private void mountOverTheNetwork(String where) throws IOException {
        Files.writeString(units.resolve(mountUnit(where)), """
                [Unit]
                After=network.target network-online.target
                Wants=network-online.target
                Before=remote-fs.target
                [Mount]
                What=fs-0123456789abcdef0.efs.eu-west-1.amazonaws.com:/
                Where=%s
                Type=nfs4
                Options=_netdev
                """.formatted(where));
    }

    private static List<String> analyze() {
        return Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                .map(folder -> folder + "/systemd-analyze")
                .filter(file -> Files.isExecutable(Path.of(file)))
                .toList();
    }

    private String verify(String... others) throws IOException, InterruptedException {
        List<String> command = Stream.concat(
                        Stream.of(analyze().get(0), "verify", "--man=no", "./" + UNIT, "network.target"),
                        Stream.of(others))
                .toList();
        Path output = units.resolve("output");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(units.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().put("SYSTEMD_UNIT_PATH", units + ":" + SYSTEM_UNITS);
        builder.environment().put("LC_ALL", "C");
        Process process = builder.start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return Files.readString(output, StandardCharsets.UTF_8);
    }
}
