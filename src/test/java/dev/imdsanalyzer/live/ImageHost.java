package dev.imdsanalyzer.live;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The image, made of the application that this build has, run as the shipped manifests say: the DaemonSet's pod in containerd
 * by CRI, the task definition's container by docker.
 */
final class ImageHost {
    /** Of the analyzer's own pods. */
    private static final String NAMESPACE = "imds-packet-analyzer";

    /** The image's file, where the host sees it. */
    private static final String COPY = "analyzer.oci.tar";

    private static final Duration BUILD_LIMIT = Duration.ofMinutes(10);
    private static final Duration COMMAND_LIMIT = Duration.ofMinutes(2);
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
        Path copy = Files.copy(image, folder.resolve(COPY));
        String version =
                image.getFileName().toString().replaceAll("imds-packet-analyzer-(.*)-[a-z0-9]+\\.oci\\.tar", "$1");
        String name = "localhost/imds-packet-analyzer:" + version;
        host.run("ctr", "-n", "k8s.io", "images", "import", "--snapshotter=native", copy.toString());
        host.run("docker", "load", "-i", copy.toString());
        return new ImageHost(host, folder, name);
    }

    /** This machine's, or null where there is none that is newer than the application's jar and the image's own sources. */
    private static Path newest() throws IOException {
        String architecture = System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64";
        try (Stream<Path> files = Files.list(Checkout.file("target"));
                Stream<Path> jars = Files.list(Checkout.file("target/imds-packet-analyzer/lib"));
                Stream<Path> sources = Files.walk(Checkout.file("packaging/image"))) {
            long changed = Stream.concat(
                            jars.filter(jar -> jar.getFileName().toString().startsWith("imds-packet-analyzer")),
                            sources)
                    .mapToLong(file -> file.toFile().lastModified())
                    .max()
                    .orElse(Long.MAX_VALUE);
            return files.filter(file -> file.toString().endsWith("-" + architecture + ".oci.tar"))
                    .filter(file -> file.toFile().lastModified() >= changed)
                    .findFirst()
                    .orElse(null);
        }
    }

    ImageFile file() {
        return new ImageFile(host, folder.resolve(COPY), name);
    }

    /** Starts the DaemonSet's pod by CRI, as the manifest says it. */
    ImageContainer startByManifest(String id, PodManifest manifest) throws IOException {
        String uid = UUID.nameUUIDFromBytes(id.getBytes(StandardCharsets.UTF_8)).toString();
        Path configuration = Files.createDirectory(folder.resolve(id + "-configuration"));
        Files.copy(Checkout.file("packaging/kubernetes/base/config.yaml"), configuration.resolve("config.yaml"));
        Map<String, Object> sandbox = manifest.sandbox(NAMESPACE, id, uid);
        String request = new JsonMapper()
                .writeValueAsString(Map.of(
                        "sandbox",
                        sandbox,
                        "containers",
                        List.of(manifest.container(name, configuration)),
                        "stay",
                        true));
        Path out = folder.resolve(id + ".out");
        Path err = folder.resolve(id + ".err");
        Process client = Processes.start(
                host.command(CriPod.client(folder)).redirectOutput(out.toFile()).redirectError(err.toFile()));
        OutputStream input = client.getOutputStream();
        input.write((request + "\n").getBytes(StandardCharsets.UTF_8));
        input.flush();
        // The pod's id, and the container's.
        Await.until(
                "containerd starts the pod",
                COMMAND_LIMIT,
                () -> !client.isAlive() || read(out).lines().count() >= 2,
                () -> read(err));
        List<String> ids = read(out).lines().toList();
        if (ids.size() < 2) {
            throw new IllegalStateException("containerd does not start the pod: " + read(err));
        }
        Path log = Path.of(host.root(), CriPod.logs(NAMESPACE, id, uid), manifest.logPath());
        return new ImageContainer(
                client,
                ids.get(1),
                () -> ofStream("stdout", read(log)),
                () -> ofStream("stderr", read(log)) + read(err),
                () -> close(input));
    }

    /** What CRI's log has of one stream: each line behind a time, the stream, and F or, where the line goes on, P. */
    private static String ofStream(String stream, String log) {
        StringBuilder text = new StringBuilder();
        log.lines().map(line -> line.split(" ", 4)).forEach(parts -> {
            if (parts.length == 4 && parts[1].equals(stream)) {
                text.append(parts[3]).append(parts[2].equals("F") ? "\n" : "");
            }
        });
        return text.toString();
    }

    private static void close(OutputStream stream) {
        try {
            stream.close();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Starts the task definition's container by docker, with all that it says. */
    ImageContainer startByTaskDefinition(String id) throws IOException {
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
        return startByDocker(id, command);
    }

    /** Starts it by the very command of docs/install.md, and as it says there for a docker before 23. */
    ImageContainer startByDocumentation(String id) throws IOException {
        String text = Files.readString(Checkout.file("docs/install.md")).replace("\\\n", " ");
        String written = text.lines()
                .filter(line -> line.startsWith("docker run "))
                .findFirst()
                .orElseThrow()
                .replace("--cap-add=BPF", "--cap-add=SYS_ADMIN")
                .replace("--cap-add=PERFMON", "");
        List<String> command = new ArrayList<>(List.of(written.trim().split(" +", -1)));
        command.add(2, "--name=" + id);
        return startByDocker(id, command);
    }

    private ImageContainer startByDocker(String id, List<String> command) {
        Path out = folder.resolve(id + ".out");
        Path err = folder.resolve(id + ".err");
        Process process = Processes.start(
                host.command(command).redirectOutput(out.toFile()).redirectError(err.toFile()));
        List<String> stop = List.of("docker", "stop", "-t", "10", id);
        return new ImageContainer(
                process,
                id,
                () -> read(out),
                () -> read(err),
                () -> Processes.output(host.command(stop), COMMAND_LIMIT));
    }

    /** Empty while it is not there. */
    private static String read(Path file) {
        try {
            return Files.exists(file) ? Files.readString(file) : "";
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
