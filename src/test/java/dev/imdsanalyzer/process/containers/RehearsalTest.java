package dev.imdsanalyzer.process.containers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** After the rehearsal the first container of each kind is named without a class to load. */
@Tag("root")
class RehearsalTest {
    private static final String REHEARSED = "rehearsed";

    @TempDir
    Path folder;

    @Test
    void leavesNoClassToTheFirstContainer() throws IOException, InterruptedException {
        Path classes = folder.resolve("classes.txt");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-Xlog:class+load:stdout:tags",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Program.class.getName(),
                        folder.toString())
                .redirectErrorStream(true)
                .redirectOutput(classes.toFile())
                .start();
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        List<String> lines = Files.readAllLines(classes);
        assertThat(process.exitValue()).as(String.join("\n", lines)).isZero();
        int rehearsed = lines.indexOf(REHEARSED);
        assertThat(rehearsed).isPositive();
        assertThat(lines.subList(rehearsed, lines.size()))
                .filteredOn(line -> line.contains(" dev.imdsanalyzer.") || line.contains(" tools.jackson."))
                .filteredOn(line -> !line.contains(RuntimeFiles.class.getSimpleName()))
                .isEmpty();
    }

    /** Names a container of each kind in the folder that its argument says. */
    static final class Program {
        private static final String CRI = "\"io.kubernetes.cri.";

        private Program() {}

        public static void main(String[] arguments) throws IOException {
            RuntimeFiles host = new RuntimeFiles(Path.of(arguments[0]).toRealPath());
            host.bundle(
                    "run/containerd",
                    "k8s.io",
                    "a".repeat(64),
                    CRI + "container-name\":\"web\"," + CRI + "sandbox-name\":\"p-0\"," + CRI
                            + "image-name\":\"r:5000/i:7\"");
            host.write(
                    "var/lib/docker/containers/" + "b".repeat(64) + "/config.v2.json",
                    "{\"Config\":{\"Image\":\"i:1\",\"Labels\":{\"com.amazonaws.ecs.task-arn\":\"a/b\"}},\"Name\":\"/n\"}");
            host.write(
                    "var/lib/containers/storage/overlay-containers/containers.json",
                    "[{\"id\":\"" + "c".repeat(64)
                            + "\",\"names\":[\"n\"],\"metadata\":\"{\\\"image-name\\\":\\\"i\\\"}\"}]");
            host.write(
                    "run/containers/storage/overlay-containers/" + "d".repeat(64) + "/userdata/config.json",
                    "{\"annotations\":{\"io.kubernetes.pod.name\":\"p\",\"io.kubernetes.cri-o.ImageName\":\"i:1\"}}");
            host.write("var/log/pods/shop_p-0_" + RuntimeFiles.POD_UID + "/web/0.log", "");
            host.write("etc/passwd", "root:x:0:0:root:/root:/bin/sh\n");
            Rehearsal.run(host.names);
            System.out.println(REHEARSED);
            String[] runtimes = {"containerd", "docker", "podman", "cri-o"};
            for (int i = 0; i < runtimes.length; i++) {
                String id = Character.toString("abcd".charAt(i)).repeat(64);
                if (host.names
                                .named(RuntimeFiles.caller(id, runtimes[i], null))
                                .workload()
                                .image()
                        == null) {
                    throw new IllegalStateException("no name from " + runtimes[i]);
                }
            }
            if (host.names
                            .named(RuntimeFiles.caller(null, null, RuntimeFiles.POD_UID))
                            .workload()
                            .pod()
                    == null) {
                throw new IllegalStateException("no name from the pods' logs");
            }
        }
    }
}
