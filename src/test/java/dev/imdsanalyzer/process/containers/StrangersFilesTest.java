package dev.imdsanalyzer.process.containers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.process.Workload;
import dev.imdsanalyzer.tcp.AllocatedBytes;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files where runtimes' are, that somebody else has written, or that are no files. */
@Tag("root")
@Timeout(60)
class StrangersFilesTest {
    private static final String ID = RuntimeFiles.ID;
    private static final String BUNDLE = "run/containerd/io.containerd.runtime.v2.task/k8s.io/" + ID;
    private static final String NAME = "\"io.kubernetes.cri.container-name\":\"web\"";
    private static final long MEMORY = 4L << 20;

    private RuntimeFiles host;

    @BeforeEach
    void resolveRoot(@TempDir Path temporary) throws IOException {
        host = new RuntimeFiles(temporary.toRealPath());
    }

    @AfterEach
    void close() {
        host.names.close();
    }

    private Workload named() {
        long before = AllocatedBytes.ofThisThread();
        Workload workload =
                host.names.named(RuntimeFiles.caller(ID, "containerd", null)).workload();
        assertThat(AllocatedBytes.ofThisThread() - before).isLessThan(MEMORY);
        host.clock.addAndGet(ContainerNames.FRESH_NANOS);
        return workload;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "null",
                "{\"annotations\":[]}",
                "{\"annotations\":{\"a\":{\"b\":",
                "\u0000",
                "{\"a\":1e999999}"
            })
    void namesNothingWhereAFileIsNone(String content) throws IOException {
        host.write(BUNDLE + "/config.json", content);
        assertThat(named().name()).isNull();
    }

    @Test
    void takesNoMemoryForWhatIsSkipped() throws IOException {
        String long1 = "x".repeat(3_000_000);
        host.write(
                BUNDLE + "/config.json",
                "{\"process\":{\"env\":[\"A=" + long1 + "\"]},\"annotations\":{" + NAME + "}}");
        assertThat(named().name()).isEqualTo("web");
    }

    @Test
    void leavesFilesThatAreDeepLongOrEndless() throws IOException {
        host.write(
                BUNDLE + "/config.json",
                "{\"process\":" + "[".repeat(100_000) + "]".repeat(100_000) + ",\"annotations\":{" + NAME + "}}");
        assertThat(named().name()).isNull();
        host.write(BUNDLE + "/config.json", "{\"" + "n".repeat(2_000_000) + "\":1,\"annotations\":{" + NAME + "}}");
        assertThat(named().name()).isNull();
        host.write(BUNDLE + "/config.json", " ".repeat(5_000_000) + "{\"annotations\":{" + NAME + "}}");
        assertThat(named().name()).isNull();
        try (RandomAccessFile sparse =
                new RandomAccessFile(host.path(BUNDLE + "/config.json").toFile(), "rw")) {
            sparse.setLength(1L << 40);
        }
        assertThat(named().name()).isNull();
    }

    @Test
    void takesNoNameThatIsNoneAndCleansWhatItTakes() throws IOException {
        host.bundle(
                "run/containerd", "k8s.io", ID, "\"io.kubernetes.cri.container-name\":\"" + "x".repeat(2000) + "\"");
        assertThat(named().name()).isNull();
        host.bundle("run/containerd", "k8s.io", ID, "\"io.kubernetes.cri.container-name\":\"a\\u001b[31m\\nb\"");
        assertThat(named().name()).isEqualTo("a\uFFFD[31m\uFFFDb");
    }

    @Test
    void followsNoLinkOutOfTheBundleAndOpensNoPipe() throws Exception {
        Path secret = host.write("etc/secret.json", "{\"annotations\":{" + NAME + "}}");
        Path config = host.path(BUNDLE + "/config.json");
        Files.createDirectories(config.getParent());
        Files.createSymbolicLink(config, secret);
        assertThat(named().name()).isNull();
        Files.delete(config);
        assertThat(new ProcessBuilder("mkfifo", config.toString()).start().waitFor())
                .isZero();
        assertThat(named().name()).isNull();
        Files.delete(config);
        Files.createDirectory(config);
        assertThat(named().name()).isNull();
        Files.delete(config);
        assertThat(new ProcessBuilder("mknod", config.toString(), "c", "1", "5")
                        .start()
                        .waitFor())
                .isZero();
        assertThat(named().name()).as("endless zeros").isNull();
        Files.delete(config);
        Files.delete(config.getParent());
        Path elsewhere = host.write("tmp/bundle/config.json", "{\"annotations\":{" + NAME + "}}");
        Files.createSymbolicLink(config.getParent(), elsewhere.getParent());
        assertThat(named().name()).as("a link in the place of the bundle").isNull();
    }

    /** Each is JSON that somebody might write, in another order or encoding than a runtime would. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "\uFEFF{\"annotations\":{" + NAME + "}}",
                "{\"linux\":{},\"annotations\":{" + NAME + "},\"process\":{},\"ociVersion\":\"1\"}",
                "{\"annotations\":{\"io.kubernetes.cri.container-name\":\"other\"," + NAME + "}}",
                "{\"annotations\":{\"x\":\"y\"},\"annotations\":{" + NAME + "}}",
                "{\"x\":{\"annotations\":{\"io.kubernetes.cri.container-name\":\"inner\"}},\"annotations\":{" + NAME
                        + "}}",
                "{\"annotations\":{\"a\":null,\"b\":7,\"c\":[{}]," + NAME + ",\"d\":",
            })
    void namesWhatAnotherWriterHasPutInAnotherOrder(String content) throws IOException {
        host.write(BUNDLE + "/config.json", content);
        assertThat(named().name()).isEqualTo("web");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../../../../etc", ".", "..", "a/../b", ""})
    void looksUpNoIdentifierThatLeadsElsewhere(String id) throws IOException {
        host.write("etc/config.json", "{\"annotations\":{" + NAME + "}}");
        assertThat(host.names
                        .named(RuntimeFiles.caller(id, "containerd", null))
                        .workload()
                        .name())
                .isNull();
    }

    @Test
    void takesNothingFromAFolderThatAnotherUserHasMade() throws IOException {
        host.bundle("run/containerd", "k8s.io", ID, NAME);
        Files.setAttribute(host.path(BUNDLE), "unix:uid", 1000);
        assertThat(named().name()).isNull();
        Files.setAttribute(host.path(BUNDLE), "unix:uid", 0);
        assertThat(named().name()).isEqualTo("web");
    }
}
