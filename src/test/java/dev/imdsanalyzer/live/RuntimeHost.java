package dev.imdsanalyzer.live;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A host with podman, Docker and containerd: a network namespace that was there before, and mounts of its own, in which
 * Debian's packages lie over the machine's root. Nothing is installed on the machine, and all goes with the holder process.
 */
final class RuntimeHost implements CommandPlace, AutoCloseable {
    /** How the host's control groups are laid out. */
    enum Groups {
        /** As this machine has them. */
        VERSION_1,
        /** One hierarchy, without controllers where the machine keeps those in version 1: so nothing is limited there. */
        VERSION_2
    }

    /** Imported into each runtime under this name: busybox, and nothing else. */
    static final String IMAGE = "registry.example.com/shop/web:7";

    static final List<String> PODMAN_RUN =
            List.of("--pids-limit=0", "--ulimit=nofile=1024:1024", "--ulimit=nproc=4096:4096", "--network=host");

    private static final String UNLIMITED = "runc-without-limits";

    private static final Path PACKAGES = Checkout.file("target/runtimes/packages");
    private static final List<String> NAMES = List.of(
            "podman", "crun", "runc", "conmon", "containerd", "docker.io", "skopeo", "busybox-static", CriPod.PACKAGE);
    private static final Duration DOWNLOAD_LIMIT = Duration.ofMinutes(5);
    private static final Duration START_LIMIT = Duration.ofMinutes(2);
    private static final Duration COMMAND_LIMIT = Duration.ofMinutes(1);
    private static final String MAKE_IMAGE = """
            set -e
            mkdir -p "$0/image/bin"
            cp "$(command -v busybox)" "$0/image/bin/busybox"
            for applet in sh sleep wget; do ln -s busybox "$0/image/bin/$applet"; done
            tar -C "$0/image" -cf "$0/layer.tar" .
            docker import --change 'CMD ["/bin/sleep","600"]' --change 'ENV PATH=/bin' "$0/layer.tar" "$1"
            docker save "$1" -o "$0/image.tar"
            for namespace in default k8s.io; do ctr -n "$namespace" images import "$0/image.tar"; done
            """;
    private static final String REMOVE = """
            docker ps -aq | xargs -r docker rm -f
            podman --cgroup-manager=cgroupfs --storage-driver=vfs rm -fa -t 0
            "$@" rm -fa -t 0
            # A user's podman leaves a process that keeps his namespaces, and with the mounts the memory of their files.
            pause=/run/user/1234/libpod/tmp/pause.pid
            [ ! -s $pause ] || kill -KILL "$(cat $pause)"
            for namespace in default k8s.io; do
                ctr -n "$namespace" tasks ls -q | xargs -r -n1 ctr -n "$namespace" tasks kill -s KILL
            done
            for group in docker libpod_parent ecs default kubepods kubepods/burstable; do
                find /sys/fs/cgroup/$group /sys/fs/cgroup/*/$group -depth -type d -exec rmdir {} + 2>/dev/null
            done
            true
            """;

    private final Groups groups;
    private final NetworkNamespace network;
    private final Path folder;
    private final Process holder;
    private final List<Process> daemons = new ArrayList<>();

    /** What podman wants where it may set neither limits nor groups of systemd. Crun would limit memory in version 2. */
    List<String> podman() {
        return List.of(
                "podman",
                "--cgroup-manager=cgroupfs",
                "--storage-driver=vfs",
                "--log-level=error",
                "--runtime=" + (isLimited() ? "crun" : "runc"));
    }

    /** The command line of podman with these arguments. */
    String[] podman(String... arguments) {
        return RuntimeCommands.words(podman(), arguments);
    }

    /** The podman of a user who is nobody else on that host, with storage of his own. */
    static List<String> usersPodman() {
        return List.of(
                "setpriv",
                "--reuid=1234",
                "--regid=1234",
                "--clear-groups",
                "env",
                "-i",
                "HOME=/home/shopper",
                "USER=shopper",
                "XDG_RUNTIME_DIR=/run/user/1234",
                "PATH=/usr/sbin:/usr/bin:/sbin:/bin",
                "podman",
                "--cgroup-manager=cgroupfs",
                "--log-level=error");
    }

    /** Whether limits can be set. */
    private boolean isLimited() {
        return groups == Groups.VERSION_1;
    }

    /** What ctr needs besides. */
    List<String> ctrOptions() {
        return isLimited() ? List.of() : List.of("--runc-binary=" + unlimited());
    }

    /** The runtime that leaves limits out. */
    private Path unlimited() {
        return folder.resolve(UNLIMITED);
    }

    private RuntimeHost(Groups groups, NetworkNamespace network, Path folder, Process holder) {
        this.groups = groups;
        this.network = network;
        this.folder = folder;
        this.holder = holder;
    }

    /** The same with control groups of version 1. */
    static RuntimeHost start(NetworkNamespace network, Path folder) {
        return start(Groups.VERSION_1, network, folder);
    }

    /**
     * Makes the host and starts its runtimes.
     *
     * @param groups of the host
     * @param network its network, which containers share
     * @param folder is seen there under its own path, too
     * @throws IllegalStateException that says which runtime cannot be started here
     */
    static RuntimeHost start(Groups groups, NetworkNamespace network, Path folder) {
        RuntimeHost host = null;
        try {
            download();
            host = hold(groups, network, folder);
            host.startDaemons();
            return host;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (RuntimeException | AssertionError failure) {
            if (host != null) {
                host.close();
            }
            throw failure;
        }
    }

    private static void download() throws IOException {
        Files.createDirectories(PACKAGES.resolve("partial"));
        List<String> command = new ArrayList<>(List.of(
                "apt-get",
                "-y",
                "--download-only",
                "--no-install-recommends",
                "-o",
                "Dir::Cache::archives=" + PACKAGES,
                "install"));
        command.addAll(NAMES);
        try (var files = Files.list(PACKAGES)) {
            List<String> there =
                    files.map(file -> file.getFileName().toString()).toList();
            if (!NAMES.stream().allMatch(name -> there.stream().anyMatch(file -> file.startsWith(name + "_")))) {
                Processes.run(new ProcessBuilder(command), "", DOWNLOAD_LIMIT);
            }
        }
    }

    private static RuntimeHost hold(Groups groups, NetworkNamespace network, Path folder) throws IOException {
        Path work = Files.createDirectories(folder.resolve("runtimes"));
        Path script = copy("runtime-host.sh", folder);
        Files.setPosixFilePermissions(copy(UNLIMITED, folder), PosixFilePermissions.fromString("rwxr-xr-x"));
        Process holder = Processes.start(network.command(List.of(
                        "unshare",
                        "--mount",
                        "--",
                        "sh",
                        script.toString(),
                        work.toString(),
                        PACKAGES.toString(),
                        folder.toString(),
                        groups.name()))
                .redirectError(folder.resolve("runtime-host.err").toFile()));
        BufferedReader output = holder.inputReader();
        if (!"ready".equals(output.readLine())) {
            throw new IllegalStateException(
                    "no host for runtimes can be made: " + Files.readString(folder.resolve("runtime-host.err")));
        }
        return new RuntimeHost(groups, network, folder, holder);
    }

    private static Path copy(String resource, Path folder) throws IOException {
        Path file = folder.resolve(resource);
        try (InputStream content = RuntimeHost.class.getResourceAsStream(resource)) {
            Files.copy(content, file);
        }
        return file;
    }

    private void startDaemons() throws IOException {
        Path configuration = folder.resolve("containerd.toml");
        Files.writeString(configuration, CriPod.CONFIGURATION.formatted(IMAGE, isLimited() ? "runc" : unlimited()));
        daemon("containerd", List.of("containerd", "--config", configuration.toString()), "ctr", "version");
        List<String> dockerd =
                new ArrayList<>(List.of("dockerd", "--iptables=false", "--bridge=none", "--storage-driver=vfs"));
        if (!isLimited()) {
            dockerd.addAll(List.of("--add-runtime=unlimited=" + unlimited(), "--default-runtime=unlimited"));
        }
        daemon("dockerd", dockerd, "docker", "version");
        run("sh", "-c", MAKE_IMAGE, folder.toString(), IMAGE);
        run(RuntimeCommands.words(
                List.of("sh", "-c", "exec \"$@\" load <" + folder.resolve("image.tar"), "sh"),
                usersPodman().toArray(String[]::new)));
        run(RuntimeCommands.words(
                podman(), "load", "-i", folder.resolve("image.tar").toString()));
    }

    /** Starts it, and waits until a command that asks it is answered. */
    private void daemon(String name, List<String> command, String... question) {
        Path log = folder.resolve(name + ".log");
        Process daemon =
                Processes.start(command(command).redirectErrorStream(true).redirectOutput(log.toFile()));
        daemons.add(0, daemon);
        Await.until(
                name + " can be started here",
                START_LIMIT,
                () -> !daemon.isAlive() || succeeds(question),
                () -> read(log));
        if (!daemon.isAlive()) {
            throw new IllegalStateException(name + " cannot be started here: " + read(log));
        }
    }

    private boolean succeeds(String... command) {
        Process process = Processes.start(
                command(List.of(command)).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD));
        return Processes.exits(process, COMMAND_LIMIT) && process.exitValue() == 0;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException failure) {
            return failure.toString();
        }
    }

    @Override
    public ProcessBuilder command(List<String> command) {
        List<String> whole = new ArrayList<>(List.of("nsenter", "--mount=/proc/" + holder.pid() + "/ns/mnt", "--"));
        whole.addAll(command);
        return network.command(whole);
    }

    /** Runs a command there to its end and gives its output. */
    String run(String... command) {
        return Processes.run(command(List.of(command)), "", COMMAND_LIMIT);
    }

    /** Its root directory, as whoever is elsewhere sees it. */
    String root() {
        return "/proc/" + holder.pid() + "/root";
    }

    @Override
    public void close() {
        if (!daemons.isEmpty()) {
            List<String> removal = new ArrayList<>(List.of("sh", "-c", REMOVE, "sh"));
            removal.addAll(usersPodman());
            Processes.output(command(removal), COMMAND_LIMIT);
        }
        daemons.forEach(Processes::stop);
        Processes.stop(holder);
        Await.until("nothing of this host is left", COMMAND_LIMIT, () -> left().isEmpty(), () -> left() + "");
    }

    /** Processes that still have mounts of this host, and keep the memory of its files. */
    private List<Long> left() {
        return ProcessHandle.allProcesses()
                .map(ProcessHandle::pid)
                .filter(pid -> mounts(pid).contains(" " + folder + " "))
                .toList();
    }

    /** Empty for a process that has ended. */
    private static String mounts(long pid) {
        try {
            return Files.readString(Path.of("/proc/" + pid + "/mountinfo"));
        } catch (IOException ended) {
            return "";
        }
    }
}
