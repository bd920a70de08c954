package dev.imdsanalyzer.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An ordinary user who takes the names of those that may ask for credentials, by all means that Linux gives him. */
@LiveTest
class BorrowedNamesIT {
    private static final int USER = 54_321;
    private static final String URL =
            "http://" + Topology.IMDS_IPV4 + "/latest/meta-data/iam/security-credentials/demo-role";
    /** Behind a call: the client stays for a moment, so that /proc, too, can be asked about it. */
    private static final String AND_STAY =
            " -o /dev/null --retry 1 --retry-delay 1 --retry-all-errors http://127.0.0.1:9/";

    private static final String CONTAINER = "4f1c2b9e8d7a6f5e4d3c2b1a0f9e8d7c6b5a4f3e2d1c0b9a8f7e6d5c4b3a2f1e";
    private static final String ALLOWED = String.join(
            ",",
            "/usr/bin/env",
            "/usr/bin/bash",
            "amazon-ssm-agent",
            "/opt/agent/amazon-ssm-agent",
            "amazon-cloudwatch-agent.service",
            CONTAINER);

    /** The hierarchy that systemd manages: of cgroup v1 where there is one, else the unified one. */
    private static final Path GROUPS = Files.isDirectory(Path.of("/sys/fs/cgroup/systemd"))
            ? Path.of("/sys/fs/cgroup/systemd")
            : Path.of("/sys/fs/cgroup");

    @TempDir
    static Path folder;

    private static LiveScene scene;
    private final List<Path> groups = new ArrayList<>();

    @BeforeAll
    static void open() {
        scene = LiveScene.set(folder, false, "policy.credentials.allow=" + ALLOWED);
        open(folder);
    }

    @AfterAll
    static void close() {
        if (scene != null) {
            scene.close();
        }
    }

    @AfterEach
    void removeGroups() throws IOException {
        for (Path group : groups.stream().sorted(Comparator.reverseOrder()).toList()) {
            Files.deleteIfExists(group);
        }
    }

    private static void open(Path path) {
        try {
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private LogLine asUser(String script) {
        return as("setpriv --reuid=" + USER + " --regid=" + USER + " --clear-groups", script);
    }

    private LogLine asRoot(String script) {
        return as("env", script);
    }

    private LogLine as(String wrapper, String script) {
        List<String> command = new ArrayList<>(List.of(wrapper.split(" ")));
        command.addAll(List.of("sh", "-ec", script));
        ClientRun run = scene.runUnheld(scene.topology().host(), command);
        assertThat(run.lines()).as(run.output()).hasSize(1);
        return run.lines().get(0);
    }

    private static void assertUnexpected(LogLine line) {
        assertThat(line.json().at("/imds/findings").toString()).as(line.raw()).contains("unexpected-caller");
    }

    private static void assertAllowed(LogLine line) {
        assertThat(line.json().at("/imds/findings").toString()).as(line.raw()).doesNotContain("unexpected-caller");
    }

    private static void assertTheCallersOwn(LogLine line, String path) {
        assertUnexpected(line);
        assertThat(line.text("process.executable")).contains(path);
        assertThat(line.text("package.name")).as(line.raw()).isEmpty();
        assertThat(line.text("caller.label").orElse("")).contains("its own ");
        assertThat(line.text("attribution.reason").orElse("")).contains("the path is the caller's own");
    }

    @Test
    void aProgramMountedOverOneOfTheHosts() {
        LogLine line = asUser("exec unshare --user --map-root-user --mount sh -ec '"
                + "mount --bind /usr/bin/curl /usr/bin/env; exec /usr/bin/env -s -o /dev/null " + URL + AND_STAY + "'");
        assertTheCallersOwn(line, "/usr/bin/env");
    }

    @Test
    void aProgramInARootOfHisOwn() {
        LogLine line = asUser("exec unshare --user --map-root-user --mount sh -ec '"
                + "mount -t tmpfs own /mnt; mkdir /mnt/root; mount --rbind / /mnt/root; mount -t tmpfs own /mnt/root/opt;"
                + "mkdir /mnt/root/opt/agent; cp /usr/bin/curl /mnt/root/opt/agent/amazon-ssm-agent;"
                + "exec chroot /mnt/root /opt/agent/amazon-ssm-agent -s -o /dev/null " + URL + AND_STAY + "'");
        assertTheCallersOwn(line, "/opt/agent/amazon-ssm-agent");
    }

    /** Mounts are the host's there. */
    @Test
    void aProgramInAFolderThatHeCallsHisRoot() throws IOException {
        Path root = Files.createDirectory(folder.resolve("root"));
        Processes.run(
                new ProcessBuilder(
                                "sh",
                                "-ec",
                                "mkdir -p opt/agent; cp /usr/bin/curl opt/agent/amazon-ssm-agent;"
                                        + "for file in $(ldd /usr/bin/curl | grep -o '/[^ ]*'); do cp --parents $file .; done;"
                                        + "cp -r --parents /usr/lib/*/ld-linux* . 2>/dev/null || true")
                        .directory(root.toFile()),
                "",
                java.time.Duration.ofSeconds(20));
        open(root);
        LogLine line =
                asUser("exec unshare --user --map-root-user chroot " + root + " /opt/agent/amazon-ssm-agent -s " + URL);
        assertTheCallersOwn(line, "/opt/agent/amazon-ssm-agent");
    }

    @Test
    void aScriptMountedOverOneOfTheHostsForTheHostsShell() throws IOException {
        Path script = Files.writeString(
                folder.resolve("fake"),
                "exec 3<>/dev/tcp/" + Topology.IMDS_IPV4 + "/80; printf 'GET " + URL.substring(URL.indexOf("/latest"))
                        + " HTTP/1.0\\r\\n\\r\\n' >&3; cat <&3\n");
        open(script);
        LogLine line = asUser("exec unshare --user --map-root-user --mount sh -ec '" + "mount --bind " + script
                + " /usr/bin/ldd; exec /usr/bin/bash /usr/bin/ldd'");
        assertUnexpected(line);
        assertThat(line.text("process.executable")).contains("/usr/bin/bash");
        assertThat(line.text("process.script")).contains("/usr/bin/ldd");
        assertThat(line.text("package.name")).as(line.raw()).isEmpty();
        assertThat(line.text("caller.label").orElse("")).contains("its own ldd");
    }

    @Test
    void aCopyInHisHomeUnderTheNameOfAnAgent() throws IOException {
        Path home = Files.createDirectory(folder.resolve("copies"));
        Path copy = Files.copy(Path.of("/usr/bin/curl"), home.resolve("amazon-ssm-agent"));
        Files.setAttribute(copy, "unix:uid", USER);
        open(home);
        open(copy);
        assertUnexpected(asUser("exec " + copy + " -s -o /dev/null " + URL + AND_STAY));
    }

    @Test
    void anArgumentInPlaceOfTheProgramsName() {
        LogLine line = asUser(
                "exec bash -c 'exec -a /opt/agent/amazon-ssm-agent curl -s -o /dev/null " + URL + AND_STAY + "'");
        assertUnexpected(line);
        assertThat(line.text("package.name")).contains("curl");
        assertThat(line.text("caller.label").orElse("")).doesNotContain("amazon-ssm-agent");
    }

    @Test
    void aUnitOfHisOwnManager() throws IOException {
        Path manager = group("user.slice/user-" + USER + ".slice/user@" + USER + ".service");
        own(manager);
        Path unit = group(manager + "/app.slice/amazon-cloudwatch-agent.service");
        LogLine line = asRoot(into(unit) + "exec curl -s -o /dev/null " + URL + AND_STAY);
        assertUnexpected(line);
        assertThat(line.text("systemd.unit")).contains("user@" + USER + ".service/amazon-cloudwatch-agent.service");
        assertThat(line.text("caller.label").orElse("")).startsWith("user@*.service/amazon-cloudwatch-agent.service: ");
    }

    @Test
    void aUnitOfAGroupThatWasGivenToHim() throws IOException {
        Path given = group("given-to-" + USER);
        own(given);
        LogLine line = asRoot(into(group(given + "/amazon-cloudwatch-agent.service")) + "exec curl -s -o /dev/null "
                + URL + AND_STAY);
        assertUnexpected(line);
        assertThat(line.text("systemd.unit")).isEmpty();
    }

    @Test
    void aContainerOfHisOwnMaking() throws IOException {
        Path manager = group("user.slice/user-" + USER + ".slice/user@" + USER + ".service");
        own(manager);
        LogLine line = asRoot(into(group(manager + "/docker-" + CONTAINER + ".scope")) + "exec curl -s -o /dev/null "
                + URL + AND_STAY);
        assertUnexpected(line);
        assertThat(line.text("container.id")).as(line.raw()).isEmpty();
        assertThat(line.text("caller.label").orElse("")).doesNotContain("docker");
        assertThat(line.text("attribution.reason").orElse("")).as(line.raw()).contains("user " + USER + "'s own");
    }

    @Test
    void aContainerThatHeRunsIsToldAsHis() throws IOException {
        Path manager = group("user.slice/user-" + USER + ".slice/user@" + USER + ".service");
        own(manager);
        LogLine line = asRoot(into(group(manager + "/docker-" + CONTAINER + ".scope")) + "exec setpriv --reuid=" + USER
                + " --regid=" + USER + " --clear-groups unshare --user --map-root-user --mount curl -s -o /dev/null "
                + URL + AND_STAY);
        assertUnexpected(line);
        assertThat(line.text("container.id")).contains(CONTAINER);
        assertThat(line.text("caller.label").orElse("")).startsWith("rootless docker: ");
        assertThat(line.text("attribution.reason").orElse("")).as(line.raw()).contains("user " + USER + "'s own");
    }

    /** What the list means is allowed, also from the place of its own that a service has. */
    @Test
    void whoeverIsMeantIsAllowed() throws IOException {
        String call = "curl -s -o /dev/null " + URL + AND_STAY;
        assertAllowed(asRoot(into(group("system.slice/amazon-cloudwatch-agent.service")) + "exec " + call));
        LogLine contained = asRoot(into(group("docker/" + CONTAINER)) + "exec " + call);
        assertAllowed(contained);
        assertThat(contained.text("container.id")).contains(CONTAINER);
        String fetch = "exec 3<>/dev/tcp/" + Topology.IMDS_IPV4 + "/80; printf \"GET "
                + URL.substring(URL.indexOf("/latest")) + " HTTP/1.0\\r\\n\\r\\n\" >&3; cat <&3";
        assertAllowed(asUser("exec bash -c '" + fetch + "'"));
        LogLine service = asRoot("exec unshare --mount bash -c '" + fetch + "'");
        assertAllowed(service);
        assertThat(service.text("package.name")).contains("bash");
    }

    /** The shell goes into it before it becomes the caller. */
    private static String into(Path group) {
        return "echo $$ >" + group + "/cgroup.procs; ";
    }

    private Path group(String path) throws IOException {
        Path group = GROUPS.resolve(path);
        Path each = GROUPS;
        for (Path part : GROUPS.relativize(group)) {
            each = each.resolve(part);
            if (!Files.exists(each)) {
                Files.createDirectory(each);
                groups.add(each);
            }
        }
        return group;
    }

    private static void own(Path group) throws IOException {
        try (Stream<Path> files = Files.list(group)) {
            for (Path file : files.toList()) {
                if (!Files.isDirectory(file)) {
                    Files.setAttribute(file, "unix:uid", USER);
                }
            }
        }
        Files.setAttribute(group, "unix:uid", USER);
    }
}
