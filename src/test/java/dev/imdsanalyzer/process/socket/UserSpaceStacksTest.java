package dev.imdsanalyzer.process.socket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.LinuxOnly;
import dev.imdsanalyzer.kernel.KernelException;
import dev.imdsanalyzer.kernel.ProcFileSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@LinuxOnly("sockets by netlink(7) and /proc")
class UserSpaceStacksTest {
    @TempDir
    private Path folder;

    @Test
    void aSandboxOfGvisorIsTold() throws IOException, KernelException {
        process(7, "/sbin/init\0");
        process(4321, "runsc-sandbox\0--root=/run/containerd/runsc/k8s.io\0");
        try (ProcFileSystem proc = new ProcFileSystem(folder.toString())) {
            assertThat(new UserSpaceStacks(proc).reason(1)).contains("gVisor").contains("runsc-sandbox[4321]");
        }
    }

    @Test
    void whatOnlySoundsLikeOneIsNone() throws IOException, KernelException {
        process(7, "runsc-sandboxes\0");
        process(8, "/usr/bin/runsc-sandbox\0");
        process(9, "");
        try (ProcFileSystem proc = new ProcFileSystem(folder.toString())) {
            assertThat(new UserSpaceStacks(proc).reason(1)).isNull();
        }
    }

    @Test
    void processesAreGoneOverAgainOnlyAfterAWhile() throws IOException, KernelException {
        try (ProcFileSystem proc = new ProcFileSystem(folder.toString())) {
            UserSpaceStacks stacks = new UserSpaceStacks(proc);
            assertThat(stacks.reason(5)).isNull();
            process(4321, "runsc-sandbox\0");
            assertThat(stacks.reason(4 + UserSpaceStacks.MEMORY_NANOS)).isNull();
            assertThat(stacks.reason(5 + UserSpaceStacks.MEMORY_NANOS)).isNotNull();
        }
    }

    private void process(int pid, String commandLine) throws IOException {
        Files.createDirectories(folder.resolve(Integer.toString(pid)));
        Files.writeString(folder.resolve(pid + "/cmdline"), commandLine);
    }
}
