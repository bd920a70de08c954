package dev.imdsanalyzer.live;

import dev.imdsanalyzer.output.line.LineValidator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * The image, made of the application that this build has, and what the manifests ask for it, as options of {@code ctr} and
 * {@code docker}: capabilities, user, mounts, arguments are read from the shipped files.
 */
final class ImageHost {
    private static final Duration BUILD_LIMIT = Duration.ofMinutes(10);
    private static final Duration COMMAND_LIMIT = Duration.ofMinutes(2);
    /** What {@code ctr} gives of itself; the manifest drops all. */
    private static final List<String> DEFAULT_CAPABILITIES = List.of(
            "CHOWN",
            "DAC_OVERRIDE",
            "FSETID",
            "FOWNER",
            "MKNOD",
            "NET_RAW",
            "SETGID",
            "SETUID",
            "SETFCAP",
            "SETPCAP",
            "NET_BIND_SERVICE",
            "SYS_CHROOT",
            "KILL",
            "AUDIT_WRITE");
    /** What the starting script takes of the JVM's own files does not matter here. */
    private static final String BUILD = """
            set -e
            export ALLOW_GLIBC_FLOOR=99
            packaging/package.sh --tree
            exec packaging/image/build.sh
            """;

    private final RuntimeHost host;
    private final Path folder;
    private final String name;

    private ImageHost(RuntimeHost host, Path folder, String name) {
        this.host = host;
        this.folder = folder;
        this.name = name;
    }

    /** Builds the image unless it is newer than the application, and loads it into containerd and docker. */
    static ImageHost load(RuntimeHost host, Path folder) throws IOException {
        Path image = newest();
        if (image == null) {
            Processes.run(
                    new ProcessBuilder("bash", "-c", BUILD)
                            .directory(Checkout.file(".").toFile()),
                    "",
                    BUILD_LIMIT);
            image = newest();
        }
        Path copy = Files.copy(image, folder.resolve("analyzer.oci.tar"));
        String version =
                image.getFileName().toString().replaceAll("imds-packet-analyzer-(.*)-[a-z0-9]+\\.oci\\.tar", "$1");
        String name = "localhost/imds-packet-analyzer:" + version;
        host.run("ctr", "-n", "k8s.io", "images", "import", "--snapshotter=native", copy.toString());
        host.run("docker", "load", "-i", copy.toString());
        return new ImageHost(host, folder, name);
    }

    /** Null where there is none that is newer than the application's jar. */
    private static Path newest() throws IOException {
        Path target = Checkout.file("target");
        try (Stream<Path> files = Files.list(target);
                Stream<Path> jars = Files.list(target.resolve("imds-packet-analyzer/lib"))) {
            long built = jars.filter(jar -> jar.getFileName().toString().startsWith("imds-packet-analyzer"))
                    .mapToLong(jar -> jar.toFile().lastModified())
                    .max()
                    .orElse(Long.MAX_VALUE);
            return files.filter(file -> file.toString().endsWith(".oci.tar"))
                    .filter(file -> file.toFile().lastModified() >= built)
                    .findFirst()
                    .orElse(null);
        }
    }

    /**
     * Starts the DaemonSet's container by {@code ctr}, with the manifest's arguments, environment, capabilities, mounts, the image's
     * user or root, the runtime's default seccomp filter, no new privileges, a read-only root, and the host's network and processes.
     *
     * @param without capabilities that are left out
     */
    Running startByManifest(String id, boolean asRoot, List<String> without) throws IOException {
        JsonNode pod = new YAMLMapper()
                .readTree(Files.readString(Checkout.file("packaging/kubernetes/base/daemonset.yaml")))
                .at("/spec/template/spec");
        JsonNode container = pod.at("/containers/0");
        List<String> command = new ArrayList<>(List.of(
                "ctr",
                "-n",
                "k8s.io",
                "containers",
                "create",
                "--snapshotter=native",
                "--net-host",
                "--read-only",
                "--seccomp"));
        // It takes away last, so what the manifest adds is not taken away before.
        String added = container.at("/securityContext/capabilities/add").toString();
        DEFAULT_CAPABILITIES.stream()
                .filter(each -> !added.contains('"' + each + '"'))
                .forEach(each -> command.add("--cap-drop=CAP_" + each));
        container.at("/securityContext/capabilities/add").forEach(each -> {
            if (!without.contains(each.asString())) {
                command.add("--cap-add=CAP_" + each.asString());
            }
        });
        container
                .at("/env")
                .forEach(each -> command.add("--env=" + each.path("name").asString() + "="
                        + each.path("value").asString()));
        container.at("/volumeMounts").forEach(each -> mount(pod, each).ifPresent(command::add));
        command.add(name);
        command.add(id + "-twin");
        List<String> arguments = new ArrayList<>();
        container.at("/args").forEach(each -> arguments.add(each.asString()));
        Path specification = specification(id, command, arguments, asRoot);
        return start(
                id,
                List.of("ctr", "-n", "k8s.io", "run", "--config=" + specification, id),
                List.of("ctr", "-n", "k8s.io", "tasks", "kill", "-s", "SIGTERM", id));
    }

    /**
     * What {@code ctr} makes of these options, with what it has no option for: the host's pid namespace and the user.
     *
     * @param create the command that makes a container of it
     */
    private Path specification(String id, List<String> create, List<String> arguments, boolean asRoot)
            throws IOException {
        host.run(create.toArray(String[]::new));
        ObjectNode made = (ObjectNode) new JsonMapper()
                .readTree(host.run("ctr", "-n", "k8s.io", "containers", "info", "--spec", id + "-twin"));
        if (asRoot) {
            ((ObjectNode) made.at("/process/user")).put("uid", 0).put("gid", 0);
        }
        ArrayNode command = (ArrayNode) made.at("/process/args");
        // The image's own command, in place of which the manifest has its arguments, begins with this word as theirs
        // do.
        for (boolean found = false; !found; ) {
            found = command.remove(command.size() - 1).asString().equals(arguments.get(0));
        }
        arguments.forEach(command::add);
        ArrayNode namespaces = (ArrayNode) made.at("/linux/namespaces");
        for (int i = namespaces.size() - 1; i >= 0; i--) {
            if (namespaces.get(i).path("type").asString().equals("pid")) {
                namespaces.remove(i);
            }
        }
        Path root = Files.createDirectory(folder.resolve(id + "-root"));
        host.run("ctr", "-n", "k8s.io", "images", "mount", "--snapshotter=native", "--rw", name, root.toString());
        ((ObjectNode) made.at("/root")).put("path", root.toString());
        Path file = folder.resolve(id + ".json");
        Files.writeString(file, made.toString());
        return file;
    }

    private static java.util.Optional<String> mount(JsonNode pod, JsonNode mount) {
        String volume = mount.path("name").asString();
        for (JsonNode each : pod.at("/volumes")) {
            if (!each.path("name").asString().equals(volume)) {
                continue;
            }
            String source = each.has("configMap")
                    ? Checkout.file("packaging/kubernetes/base").toString()
                    : each.at("/hostPath/path").asString();
            if (Files.isDirectory(Path.of(source))) {
                return java.util.Optional.of("--mount=type=bind,src=" + source + ",dst="
                        + mount.path("mountPath").asString() + ",options=rbind:ro");
            }
        }
        return java.util.Optional.empty();
    }

    /** Starts the task definition's container by docker, with all that it says. */
    Running startByTaskDefinition(String id) throws IOException {
        JsonNode task =
                new JsonMapper().readTree(Files.readString(Checkout.file("packaging/ecs/task-definition.json")));
        JsonNode container = task.at("/containerDefinitions/0");
        Map<String, String> volumes = new java.util.HashMap<>();
        task.path("volumes")
                .forEach(each -> volumes.put(
                        each.path("name").asString(),
                        each.at("/host/sourcePath").asString()));
        List<String> command = new ArrayList<>(List.of(
                "docker",
                "run",
                "--name=" + id,
                "--log-driver=json-file",
                "--network=" + task.path("networkMode").asString(),
                "--pid=" + task.path("pidMode").asString(),
                "--user=" + container.path("user").asString()));
        if (container.path("readonlyRootFilesystem").asBoolean()) {
            command.add("--read-only");
        }
        container
                .at("/linuxParameters/capabilities/drop")
                .forEach(each -> command.add("--cap-drop=" + each.asString()));
        container.at("/linuxParameters/capabilities/add").forEach(each -> command.add("--cap-add=" + each.asString()));
        container.at("/dockerSecurityOptions").forEach(each -> command.add("--security-opt=" + each.asString()));
        container
                .at("/environment")
                .forEach(each -> command.add("--env=" + each.path("name").asString() + "="
                        + each.path("value").asString()));
        container
                .at("/mountPoints")
                .forEach(each -> command.add(
                        "--volume=" + volumes.get(each.path("sourceVolume").asString()) + ":"
                                + each.path("containerPath").asString() + ":ro"));
        command.add(name);
        container.at("/command").forEach(each -> command.add(each.asString()));
        return start(id, command, List.of("docker", "stop", "-t", "10", id));
    }

    private Running start(String id, List<String> command, List<String> stop) throws IOException {
        Path out = folder.resolve(id + ".out");
        Path err = folder.resolve(id + ".err");
        Process process = Processes.start(
                host.command(command).redirectOutput(out.toFile()).redirectError(err.toFile()));
        return new Running(host, process, out, err, stop);
    }

    /** One container with the analyzer, whose standard output is its log. */
    record Running(RuntimeHost host, Process process, Path out, Path err, List<String> stop) implements AutoCloseable {
        List<LogLine> lines() {
            String text = read(out);
            return text.substring(0, text.lastIndexOf('\n') + 1)
                    .lines()
                    .map(LogLine::of)
                    .toList();
        }

        List<LogLine> action(String action) {
            return lines().stream()
                    .filter(line ->
                            line.text("event.action").filter(action::equals).isPresent())
                    .toList();
        }

        /** Lines of requests whose target ends in this. */
        List<LogLine> requests(String mark) {
            return lines().stream()
                    .filter(line -> line.isRequest() && line.target().endsWith(mark))
                    .toList();
        }

        String said() {
            return read(err) + read(out);
        }

        /** Stops it as its runtime does, and gives all lines, each checked against the schema. */
        List<LogLine> end() {
            Processes.output(host.command(stop), COMMAND_LIMIT);
            if (!Processes.exits(process, COMMAND_LIMIT)) {
                throw new AssertionError("it does not stop: " + said());
            }
            List<LogLine> lines = lines();
            lines.forEach(line -> LineValidator.check(line.raw()));
            return lines;
        }

        @Override
        public void close() {
            if (process.isAlive()) {
                Processes.output(host.command(stop), COMMAND_LIMIT);
            }
            Processes.stop(process);
        }

        private static String read(Path file) {
            try {
                return Files.readString(file);
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }
    }
}
