package dev.imdsanalyzer.daemon.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.daemon.doctor.Check.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The folder belongs to the user that runs the tests; the service's user is another. */
class ServiceAccessTest {
    private static final String STRANGER = "imds-packet-analyzer";

    @TempDir
    Path root;

    private Path folder;
    private String group;

    @BeforeEach
    void makeFolder() throws IOException {
        mode(root, "rwxr-xr-x");
        folder = Files.createDirectory(root.resolve("logs"));
        group = Files.readAttributes(folder, PosixFileAttributes.class).group().getName();
    }

    @Test
    void modeForOthersDecidesWhereUserAndGroupAreStrangers() throws IOException {
        mode(folder, "rwxrwx---");
        Check refusal = access("failed-78").refusal(folder, folder);
        assertThat(refusal.state()).isEqualTo(State.MISSING);
        assertThat(refusal.found())
                .startsWith(folder + " (")
                .endsWith(" rwxrwx---) cannot be written to by the service's user imds-packet-analyzer");
        assertThat(refusal.mend()).isEqualTo("chown imds-packet-analyzer " + folder);
        mode(folder, "rwxrwxrwx");
        assertThat(access("failed-78").refusal(folder, folder)).isNull();
        mode(folder, "rwxrwxrw-");
        assertThat(access("failed-78").refusal(folder, folder)).isNotNull();
    }

    @Test
    void placeThatIsToBeMadeIsNotMendedByGivingItsFolderAway() throws IOException {
        mode(folder, "rwxr-xr-x");
        assertThat(access("failed-78").refusal(folder.resolve("new"), folder).mend())
                .isEqualTo("make " + folder.resolve("new") + " first, and give it to that user");
    }

    @Test
    void groupsAreThoseOfTheUnitAndOfTheGroupFile() throws IOException {
        mode(folder, "rwxrwx---");
        assertThat(access(service("Group", group), "").refusal(folder, folder)).isNull();
        assertThat(access(service("SupplementaryGroups", "adm " + group), "").refusal(folder, folder))
                .isNull();
        assertThat(access(service("User", STRANGER), group + ":x:7:daemon," + STRANGER + "\n")
                        .refusal(folder, folder))
                .isNull();
        assertThat(access(service("User", STRANGER), group + ":x:7:daemon\n").refusal(folder, folder))
                .isNotNull();
        mode(folder, "rwxr-xrwx");
        assertThat(access(service("Group", group), "").refusal(folder, folder))
                .as("the group's bits count, not those for others")
                .isNotNull();
    }

    @Test
    void ownerIsKnownByNameAndNumber() throws IOException {
        mode(folder, "rwx------");
        String name =
                Files.readAttributes(folder, PosixFileAttributes.class).owner().getName();
        assertThat(access(service("User", name), "").refusal(folder, folder)).isNull();
        assertThat(access(service("User", Files.getAttribute(folder, "unix:uid").toString()), "")
                        .refusal(folder, folder))
                .isNull();
    }

    @Test
    void rootMayWriteEverywhere() throws IOException {
        mode(folder, "---------");
        assertThat(access(service("User", ""), "").refusal(folder, folder)).isNull();
        mode(folder, "rwxr-xr-x");
    }

    @Test
    void folderOnTheWayCountsToo() throws IOException {
        mode(folder, "rwxrwxrwx");
        mode(root, "rwx------");
        assertThat(access("failed-78").refusal(folder, folder).found())
                .startsWith(root + " (")
                .contains("cannot be entered");
    }

    @Test
    void runningServiceThatCouldNotWriteIsOnlyWeak() throws IOException {
        mode(folder, "rwxr-xr-x");
        assertThat(access("running").refusal(folder, folder).state()).isEqualTo(State.WEAK);
    }

    @Test
    void folderThatTheUnitDoesNotLeaveWritableIsTold() throws IOException {
        mode(folder, "rwxrwxrwx");
        SystemdService packaged = ShowTexts.service("failed-78");
        assertThat(new ServiceAccess(packaged, "").refusal(folder, folder).mend())
                .contains("ReadWritePaths=");
        SystemdService open = ShowTexts.service("failed-78", "ReadWritePaths", "-/var/log/x -" + root);
        assertThat(new ServiceAccess(open, "").refusal(folder, folder)).isNull();
        SystemdService lax = ShowTexts.service("failed-78", "ProtectSystem", "full");
        assertThat(new ServiceAccess(lax, "").refusal(folder, folder)).isNull();
    }

    @Test
    void packagedUnitMakesItsOwnFolder() {
        ServiceAccess access = access("failed-78");
        assertThat(access.makes(Path.of("/var/log/imds-packet-analyzer/"))).isTrue();
        assertThat(access.makes(Path.of("/var/log"))).isFalse();
        assertThat(access(service("LogsDirectory", "calls"), "").makes(Path.of("/var/log/calls")))
                .isTrue();
    }

    /** The packaged unit with the folders of this test left writable, and with another property. */
    private SystemdService service(String property, String value) {
        return SystemdService.parse(ShowTexts.text("failed-78")
                .replaceFirst("(?m)^ReadWritePaths=.*$", "ReadWritePaths=" + root)
                .replaceFirst("(?m)^" + property + "=.*$", property + "=" + value));
    }

    private ServiceAccess access(String state) {
        return access(ShowTexts.service(state, "ReadWritePaths", root.toString()), "");
    }

    private static ServiceAccess access(SystemdService service, String groupFile) {
        return new ServiceAccess(service, groupFile);
    }

    private static void mode(Path path, String mode) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
    }
}
