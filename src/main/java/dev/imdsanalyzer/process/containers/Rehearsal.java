package dev.imdsanalyzer.process.containers;

import dev.imdsanalyzer.kernel.ProcFileSystem;
import dev.imdsanalyzer.process.Ancestor;
import dev.imdsanalyzer.process.AttributionMethod;
import dev.imdsanalyzer.process.CallerBuilder;
import dev.imdsanalyzer.process.PathOrigin;
import dev.imdsanalyzer.process.Provenance;
import dev.imdsanalyzer.process.proc.CgroupPath;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * A container of each runtime, named from made-up files: so all that the first true one needs is loaded and has run, as it
 * may be gone 40 ms after its process. Of the host one file is read and one folder listed.
 */
public final class Rehearsal {
    private static final String ID = "0".repeat(64);
    private static final String UID = "00000000-0000-0000-0000-000000000000";
    private static final List<String> GROUPS = List.of(
            "/docker/" + ID,
            "/system.slice/docker-" + ID + ".scope",
            "/ecs/" + ID.substring(32) + "/" + ID,
            "/kubepods/burstable/pod" + UID + "/" + ID,
            "/kubepods.slice/kubepods-pod" + UID.replace('-', '_') + ".slice/cri-containerd-" + ID + ".scope",
            "/machine.slice/libpod-" + ID + ".scope/container");

    private Rehearsal() {}

    /** What any file of the runtimes' holds: of CRI-O's and not Docker's, or the other way round. */
    private static final class SampleFolders extends HostFolders {
        private static final Map<String, String> DOCUMENTS = Map.of(
                "config.json",
                "{\"process\":{\"env\":[\"A=b\"]},\"annotations\":{\"io.kubernetes.cri.container-name\":\"c\","
                        + "\"io.kubernetes.cri.sandbox-name\":\"p\",\"io.kubernetes.cri.image-name\":\"r/i:1@sha256:0\"}}",
                "config.v2.json",
                "{\"Config\":{\"Image\":\"r:1/i\",\"Labels\":{\"com.amazonaws.ecs.task-arn\":\"a/b\","
                        + "\"io.kubernetes.pod.name\":\"p\"}},\"Name\":\"/n\\u0007\"}",
                "userdata/config.json",
                "{\"annotations\":{\"io.kubernetes.pod.name\":\"p\",\"io.kubernetes.cri-o.Image\":\"" + ID + "\"}}",
                "containers.json",
                "[{\"id\":\"" + ID
                        + "\",\"names\":[\"n\"],\"metadata\":\"{\\\"name\\\":\\\"n\\\",\\\"image-name\\\":\\\"i\\\"}\"}]");
        private static final List<String> NAMES =
                List.of("k8s.io", "0.0", "n_p_" + UID, "p_n_c-" + ID + ".log", "broken_");

        private final boolean crio;

        SampleFolders(boolean crio) {
            super("/", System::nanoTime);
            this.crio = crio;
        }

        @Override
        <T> T read(long owner, String folder, String file, Function<InputStream, T> reader) {
            boolean there = crio ? !file.equals("config.v2.json") : !file.startsWith("userdata");
            String document = there ? DOCUMENTS.get(file) : null;
            return document == null
                    ? null
                    : reader.apply(new ByteArrayInputStream(document.getBytes(StandardCharsets.UTF_8)));
        }

        @Override
        WrittenPid pid(long owner, String folder, String file) {
            return new WrittenPid(1, 0);
        }

        @Override
        List<String> names(long owner, String folder, Predicate<String> wanted) {
            return NAMES.stream().filter(wanted).toList();
        }
    }

    /**
     * Loads and runs once all that the first container needs in the moments that it may be there; any thread.
     *
     * @param host whose files are read
     */
    public static void run(ContainerNames host) {
        ProcFileSystem proc = host.proc();
        HostFolders folders = host.folders();
        GROUPS.forEach(group ->
                CgroupPath.parse(("0::" + group + "\n1:name=systemd:" + group).getBytes(StandardCharsets.UTF_8)));
        for (boolean crio : new boolean[] {false, true}) {
            ContainerNames names = new ContainerNames(proc, new SampleFolders(crio), List.of(), System::nanoTime);
            for (String runtime : new String[] {"docker", "ecs", "containerd", "podman", "cri-o", null}) {
                // Answers are remembered by identifier and owner.
                ContainerNames each = new ContainerNames(proc, new SampleFolders(crio), List.of(), System::nanoTime);
                each.named(caller(runtime, 0).build());
                each.named(caller(runtime, 1).build());
            }
            names.named(caller(null, 0).container(null, null).pod(UID, null).build());
            names.rehearseWatch();
            int self = (int) ProcessHandle.current().pid();
            List<Ancestor> runtimes = List.of(
                    new Ancestor(self, "containerd-shim", null, null), new Ancestor(self, "conmon", null, null));
            names.placed(
                    new CallerBuilder(AttributionMethod.CONNECT)
                            .pid(self)
                            .ancestors(runtimes)
                            .build(),
                    1);
            names.named(caller("none", -1).ancestors(runtimes).build());
        }
        folders.read(0, "/etc", "passwd", Rehearsal::firstByte);
        folders.names(0, "/etc", "passwd"::equals);
        JsonTexts.ofText("{\"damaged", Map.of());
    }

    private static CallerBuilder caller(String runtime, long owner) {
        return new CallerBuilder(AttributionMethod.CONNECT)
                .pid(1)
                .container(ID, runtime)
                .provenance(new Provenance(PathOrigin.CONTAINER, true, true, 0, owner, false));
    }

    private static int firstByte(InputStream file) {
        try {
            return file.read();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
