package dev.imdsanalyzer.live;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.ObjectMapper;

/**
 * A pod as the kubelet has containerd make one: over CRI's gRPC, on the host's network, so that no CNI is needed. Its
 * containers run one after another, each to its end. Reusable on any host whose containerd has {@link #CONFIGURATION}.
 */
final class CriPod {
    /** What containerd needs where it may set neither limits nor profiles, with an image of its own for the sandbox, and a program for runc. */
    static final String CONFIGURATION = """
            version = 2
            [plugins."io.containerd.grpc.v1.cri"]
              sandbox_image = "%s"
              restrict_oom_score_adj = true
              tolerate_missing_hugetlb_controller = true
              disable_apparmor = true
              [plugins."io.containerd.grpc.v1.cri".containerd]
                snapshotter = "native"
                [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
                  runtime_type = "io.containerd.runc.v2"
                  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
                    BinaryName = "%s"
            """;

    /** Stands for the pod's pause container where a command is executed in one. */
    static final String SANDBOX = "POD";

    /** Debian's package that the client needs. */
    static final String PACKAGE = "python3-grpcio";

    private static final Duration LIMIT = Duration.ofMinutes(2);

    private final String namespace;
    private final String name;
    private final String uid;
    private final Map<String, List<String>> containers = new LinkedHashMap<>();
    private final Map<String, List<String>> executed = new LinkedHashMap<>();

    CriPod(String namespace, String name, String uid) {
        this.namespace = namespace;
        this.name = name;
        this.uid = uid;
    }

    CriPod container(String container, String... command) {
        containers.put(container, List.of(command));
        return this;
    }

    /** A container that stays, as its image has it, until the command was executed in it; for {@link #SANDBOX} in the pause container. */
    CriPod executing(String container, String... command) {
        executed.put(container, List.of(command));
        return this;
    }

    /**
     * Runs all of it and removes the pod.
     *
     * @param host in whose mounts containerd's socket is
     * @param folder for the client; seen by the host under the same path
     * @param variable of each container's environment
     * @return the identifiers of the sandbox and of each container, in order
     */
    List<String> run(CommandPlace host, Path folder, String image, String variable, String value) {
        Map<String, Object> pod = Map.of(
                "name", name,
                "namespace", namespace,
                "uid", uid,
                "cgroup_parent", "/kubepods/burstable/pod" + uid,
                "log_directory", "/var/log/pods/" + namespace + "_" + name + "_" + uid);
        List<Map<String, Object>> each = containers.entrySet().stream()
                .map(container -> Map.<String, Object>of("name", container.getKey(), "command", container.getValue()))
                .toList();
        List<Map<String, Object>> later = executed.entrySet().stream()
                .map(command -> Map.<String, Object>of("container", command.getKey(), "command", command.getValue()))
                .toList();
        String request = new ObjectMapper()
                .writeValueAsString(Map.of(
                        "pod",
                        pod,
                        "image",
                        image,
                        "env",
                        Map.of(variable, value),
                        "containers",
                        each,
                        "executed",
                        later));
        // Debian's own interpreter, whatever else comes first in the path: its packages are that one's.
        List<String> command = List.of("/usr/bin/python3", client(folder).toString());
        return Processes.run(host.command(command), request, LIMIT)
                .strip()
                .lines()
                .toList();
    }

    private static Path client(Path folder) {
        Path client = folder.resolve("cri.py");
        try (InputStream resource = CriPod.class.getResourceAsStream("cri.py")) {
            Files.copy(resource, client, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        return client;
    }
}
