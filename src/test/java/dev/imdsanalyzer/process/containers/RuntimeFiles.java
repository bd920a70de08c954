package dev.imdsanalyzer.process.containers;

import dev.imdsanalyzer.kernel.KernelException;
import dev.imdsanalyzer.kernel.ProcFileSystem;
import dev.imdsanalyzer.process.AttributionMethod;
import dev.imdsanalyzer.process.Caller;
import dev.imdsanalyzer.process.CallerBuilder;
import dev.imdsanalyzer.process.PathOrigin;
import dev.imdsanalyzer.process.Provenance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** A folder that stands for the root of a host with the files of runtimes, and the names that are read from it. */
final class RuntimeFiles {
    static final String ID = "a486".repeat(16);
    static final String SANDBOX = "3a3c".repeat(16);
    static final String POD_UID = "4f1d2c3b-5a69-4788-9d0e-1b2c3d4e5f60";

    final AtomicLong clock = new AtomicLong();
    final ContainerNames names;
    private final Path root;

    RuntimeFiles(Path root) throws KernelException {
        this.root = root;
        this.names = new ContainerNames(new ProcFileSystem(), root.toString(), List.of("/srv/runtime"), clock::get);
    }

    Path path(String path) {
        return root.resolve(path);
    }

    Path write(String path, String content) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, content);
    }

    /** The bundle of a container of containerd's, with its annotations as JSON members. */
    Path bundle(String state, String namespace, String id, String annotations) throws IOException {
        return write(
                state + "/io.containerd.runtime.v2.task/" + namespace + "/" + id + "/config.json",
                "{\"ociVersion\":\"1.0.2\",\"process\":{\"terminal\":false,\"user\":{\"uid\":0},\"args\":[\"/bin/web\"],"
                        + "\"env\":[\"DB_PASSWORD=hidden\",\"A=" + "x".repeat(100_000)
                        + "\"]},\"mounts\":[{\"type\":\"proc\"}],"
                        + "\"annotations\":{" + annotations
                        + "},\"linux\":{\"seccomp\":{\"syscalls\":[{\"names\":[\"read\"]}]}}}");
    }

    /** A caller in a container of root's. */
    static Caller caller(String containerId, String runtime, String podUid) {
        return caller(containerId, runtime, podUid, 0);
    }

    /** @param owner whose control group it is in; -1 where nobody knows */
    static Caller caller(String containerId, String runtime, String podUid, long owner) {
        return new CallerBuilder(AttributionMethod.CONNECT)
                .pid(4711)
                .container(containerId, runtime)
                .pod(podUid, null)
                .provenance(new Provenance(PathOrigin.CONTAINER, true, true, 0, owner, false))
                .build();
    }
}
