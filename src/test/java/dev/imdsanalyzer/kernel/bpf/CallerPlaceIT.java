package dev.imdsanalyzer.kernel.bpf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.kernel.perf.Tracefs;
import dev.imdsanalyzer.live.LiveTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Connects that nobody answers, each from another place. */
@LiveTest
class CallerPlaceIT {
    private static final int USER = 54_321;
    /** PROC_USER_INIT_INO, include/linux/proc_ns.h. */
    private static final long INITIAL_USER_NAMESPACE = 0xEFFFFFFDL;

    private ConnectPeers peers;
    private ConnectProbe probe;

    @BeforeEach
    void open() throws Exception {
        peers = new ConnectPeers(false, line -> {});
        probe = Tracefs.call(() -> ConnectProbe.open(true));
    }

    @AfterEach
    void close() throws IOException {
        probe.close();
        peers.close();
    }

    private CallerPlace placeOf(List<String> command) throws Exception {
        ConnectPeers.run(new ProcessBuilder(command));
        ConnectRecord view = new ConnectRecord();
        List<CallerPlace> places = new ArrayList<>();
        probe.drain(record -> {
            assertThat(view.wrap(record)).isTrue();
            if (view.kind() == ConnectRecord.KIND_CONNECT) {
                places.add(view.place());
            }
        });
        assertThat(places).hasSize(1);
        return places.get(0);
    }

    private CallerPlace within(String... wrapper) throws Exception {
        List<String> command = new ArrayList<>(List.of(wrapper));
        command.addAll(peers.command("refused", "-"));
        return placeOf(peers.host().command(command).command());
    }

    /** A network namespace of a user's own, in which the address of IMDS leads to nobody. */
    private CallerPlace inOwnNetwork(String... wrapper) throws Exception {
        List<String> command = new ArrayList<>(List.of(wrapper));
        command.addAll(List.of(
                "sh",
                "-c",
                "ip link set lo up && ip addr add 169.254.169.254/32 dev lo && exec \"$@\"",
                "sh",
                peers.program().toString(),
                "refused",
                "-"));
        return placeOf(command);
    }

    private static long number(Path file, String attribute) throws IOException {
        return ((Number) Files.getAttribute(file, "unix:" + attribute)).longValue();
    }

    @Test
    void aProgramOfTheHostHasTheHostsPathDeviceAndInode() throws Exception {
        CallerPlace place = within("env");

        assertThat(place.known() && place.hostKnown()).isTrue();
        assertThat(place.sharesHostPaths()).as(place.toString()).isTrue();
        assertThat(place.mountNamespace()).isEqualTo(number(Path.of("/proc/self/ns/mnt"), "ino"));
        assertThat(place.rootInode()).isEqualTo(number(Path.of("/"), "ino"));
        assertThat(place.executableInode()).isEqualTo(number(peers.program(), "ino"));
        assertThat(Files.readAllLines(Path.of("/proc/self/mountinfo")))
                .as("super blocks that are mounted")
                .anyMatch(line -> line.split(" ", -1)[2].equals(majorMinor(place.executableDevice())));
        assertThat(place.callersUsers())
                .isEqualTo(new CallerPlace.UserNamespace(INITIAL_USER_NAMESPACE, 0, 0))
                .isEqualTo(place.networksUsers());
    }

    private static String majorMinor(long device) {
        return ((device >>> 8) & 0xFFF) + ":" + ((device & 0xFF) | ((device >>> 12) & 0xFFF00));
    }

    @Test
    void aMountNamespaceOfItsOwnIsNotTheHosts() throws Exception {
        CallerPlace place = within("unshare", "--mount");

        assertThat(place.hostKnown()).isTrue();
        assertThat(place.hostMounts()).isFalse();
        assertThat(place.sharesHostPaths()).isFalse();
        assertThat(place.mountNamespace())
                .isPositive()
                .isEqualTo(place.executableMountNamespace())
                .isNotEqualTo(number(Path.of("/proc/self/ns/mnt"), "ino"));
        assertThat(place.executableInode())
                .as("the file is the host's all the same")
                .isEqualTo(number(peers.program(), "ino"));
    }

    @Test
    void aRootOfItsOwnIsNotTheHosts() throws Exception {
        List<String> bash = List.of("/bin/bash", "-c", "exec 3<>/dev/tcp/169.254.169.254/80 || true");
        List<String> command = new ArrayList<>(List.of("chroot", "/usr"));
        command.addAll(bash);
        CallerPlace place = placeOf(peers.host().command(command).command());

        assertThat(place.hostMounts()).isTrue();
        assertThat(place.hostRoot()).isFalse();
        assertThat(place.sharesHostPaths()).isFalse();
        assertThat(place.rootInode()).isEqualTo(number(Path.of("/usr"), "ino"));
    }

    /** Whose /proc/PID/exe leads to the path in the other namespace, while mounts and root are the host's. */
    @Test
    void aFilePassedInFromAnotherMountNamespaceDoesNotHaveTheHostsPath() throws Exception {
        CallerPlace place = placeOf(peers.client("passed", "/usr/bin/env").command());

        assertThat(place.hostMounts() && place.hostRoot()).isTrue();
        assertThat(place.executableMountNamespace()).isNotEqualTo(place.mountNamespace());
        assertThat(place.sharesHostPaths()).isFalse();
        assertThat(place.executableInode()).isNotEqualTo(number(Path.of("/usr/bin/env"), "ino"));
    }

    @Test
    void tellsWhoseTheUserNamespacesAre() throws Exception {
        String[] user = {"setpriv", "--reuid=" + USER, "--regid=" + USER, "--clear-groups"};
        Files.setPosixFilePermissions(peers.program().getParent(), PosixFilePermissions.fromString("rwxr-xr-x"));
        CallerPlace own =
                inOwnNetwork(user[0], user[1], user[2], user[3], "unshare", "--user", "--map-root-user", "--net");

        assertThat(own.callersUsers().level()).isEqualTo(1);
        assertThat(own.callersUsers().owner()).isEqualTo(USER);
        assertThat(own.callersUsers().initial()).isFalse();
        assertThat(own.networksUsers()).isEqualTo(own.callersUsers());
        assertThat(own.hostMounts()).as("only users and network are its own").isTrue();
    }

    @Test
    void aNetworkMadeByRootBelongsToRootWhateverUserNamespaceTheCallerIsIn() throws Exception {
        CallerPlace place = within("unshare", "--user");

        assertThat(place.callersUsers().level()).isEqualTo(1);
        assertThat(place.networksUsers().initial()).isTrue();
        assertThat(place.networksUsers().owner()).isZero();
    }
}
