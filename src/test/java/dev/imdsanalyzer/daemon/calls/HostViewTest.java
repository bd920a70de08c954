package dev.imdsanalyzer.daemon.calls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.LinuxOnly;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@LinuxOnly("namespaces and /proc")
class HostViewTest {
    private static final String HOSTS = "pid:[4026531836]";

    @TempDir
    private Path root;

    @Test
    void nothingIsLackingWhereTheManifestsMountsAreThere() throws IOException {
        for (String folder : new String[] {"run", "sys/fs/cgroup", "etc", "var/lib"}) {
            Files.createDirectories(root.resolve(folder));
        }

        assertThat(HostView.lacks(root, HOSTS)).isEmpty();
    }

    @Test
    void eachMountThatIsMissingSaysWhatItCosts() {
        assertThat(HostView.lacks(root, HOSTS))
                .containsExactly(
                        root + "/run is not mounted: containers and pods have an id and no name",
                        root + "/sys/fs/cgroup is not mounted: callers that end at once have no container",
                        root + "/etc is not mounted: users have a number and no name",
                        root + "/var/lib is not mounted: programs of the host have no package");
    }

    @Test
    void aPidNamespaceOfItsOwnIsSaid() {
        assertThat(HostView.lacks(root, "pid:[4026532001]"))
                .hasSize(5)
                .first()
                .asString()
                .contains("hostPID");
    }
}
