package dev.imdsanalyzer.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The image's one file, and what runtimes make of it.
 *
 * @param name under which containerd and docker have it
 */
record ImageFile(RuntimeHost host, Path path, String name) {
    private static final long MOST_BYTES = 60_000_000;
    private static final String HOME = "/opt/imds-packet-analyzer/";

    /** The same configuration for docker and podman, the same manifest for containerd and skopeo, the same labels for all. */
    void assertLoadsEverywhere() throws IOException {
        assertThat(Files.size(path)).isLessThan(MOST_BYTES);
        host.run(host.podman("load", "-i", path.toString()));
        JsonNode docker = json(host.run("docker", "image", "inspect", name)).path(0);
        JsonNode podman = json(host.run(host.podman("image", "inspect", name))).path(0);
        JsonNode skopeo = json(host.run("skopeo", "inspect", "oci-archive:" + path));
        assertThat(docker.path("Id").asString())
                .isEqualTo("sha256:" + podman.path("Id").asString());
        assertThat(host.run("ctr", "-n", "k8s.io", "images", "ls", "name==" + name))
                .contains(skopeo.path("Digest").asString());
        assertThat(json(host.run("skopeo", "inspect", "docker-archive:" + path))
                        .path("Architecture")
                        .asString())
                .isEqualTo(skopeo.path("Architecture").asString());

        JsonNode labels = skopeo.path("Labels");
        for (String label : List.of("title", "version", "licenses", "created", "description", "url", "vendor")) {
            assertThat(labels.path("org.opencontainers.image." + label).asString())
                    .as(label)
                    .isNotEmpty();
        }
        assertThat(docker.at("/Config/Labels")).isEqualTo(labels);
        assertThat(podman.path("Labels")).isEqualTo(labels);
        assertThat(docker.at("/Config/User").asString()).isEqualTo("65532:65532");
    }

    /** Nothing can be executed but what the program is made of, and what that is stands beside it. */
    void assertHoldsNoShell(Path folder) throws IOException {
        Path root = Files.createDirectory(folder.resolve("image-root"));
        host.run("ctr", "-n", "k8s.io", "images", "mount", "--snapshotter=native", name, root.toString());
        try {
            String executable = host.run("find", root.toString(), "-type", "f", "-perm", "/111");
            assertThat(executable
                            .lines()
                            .map(file -> file.substring(root.toString().length())))
                    .contains(HOME + "bin/launcher", HOME + "runtime/bin/java")
                    .allSatisfy(
                            file -> assertThat(file)
                                    .matches(
                                            HOME
                                                    + "(bin/launcher|runtime/bin/(java|keytool)|runtime/lib/(jspawnhelper|jexec))|.*\\.so[0-9.]*"));
            assertThat(Stream.of("sh", "bash", "dash", "busybox", "apt-get", "dpkg", "rpm", "perl", "python3")
                            .filter(program -> !host.run("find", root.toString(), "!", "-type", "d", "-name", program)
                                    .isBlank()))
                    .isEmpty();
            assertThat(host.run("find", root.toString(), "-perm", "/6000")).isBlank();
            assertThat(host.run("find", root + "/usr/share/doc/imds-packet-analyzer", "-name", "*.cdx.json"))
                    .isNotBlank();
            assertThat(host.run("cat", root + "/var/lib/dpkg/status.d/libc6")).contains("Version: ");
        } finally {
            host.run("ctr", "-n", "k8s.io", "images", "unmount", root.toString());
        }
    }

    private static JsonNode json(String text) {
        return new JsonMapper().readTree(text);
    }
}
