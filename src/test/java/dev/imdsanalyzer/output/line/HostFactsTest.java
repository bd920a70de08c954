package dev.imdsanalyzer.output.line;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostFactsTest {
    @TempDir
    Path root;

    private void file(String path, String text) throws IOException {
        Files.createDirectories(root.resolve(path).getParent());
        Files.writeString(root.resolve(path), text);
    }

    @Test
    void readsWhatNitroPutsIntoDmi() throws IOException {
        file("sys/devices/virtual/dmi/id/board_asset_tag", "i-0123456789abcdef0\n");
        file("proc/uptime", "8123.45 30000.00\n");
        file("proc/sys/kernel/hostname", "web-1\n");
        file("proc/sys/kernel/osrelease", "6.1.0-13-cloud-amd64\n");

        HostFacts facts = HostFacts.read(root);

        assertThat(facts.instanceId()).isEqualTo("i-0123456789abcdef0");
        assertThat(facts.hostName()).isEqualTo("web-1");
        assertThat(facts.kernel()).isEqualTo("6.1.0-13-cloud-amd64");
        assertThat(facts.uptimeSeconds(facts.readAtNanos() + 2_000_000_000L)).isEqualTo(8125);
    }

    @Test
    void theNameThatCloudInitSetsLaterIsTakenOver() throws IOException {
        file("proc/sys/kernel/hostname", "localhost\n");
        HostFacts facts = HostFacts.read(root);
        file("proc/sys/kernel/hostname", "web-1\n");

        facts.readNameAgain();
        assertThat(facts.hostName()).isEqualTo("web-1");
        Files.delete(root.resolve("proc/sys/kernel/hostname"));
        facts.readNameAgain();
        assertThat(facts.hostName()).isEqualTo("web-1");
        HostFacts.NONE.readNameAgain();
        assertThat(HostFacts.NONE.hostName()).isNull();
    }

    @Test
    void guessesNothing() throws IOException {
        file("sys/devices/virtual/dmi/id/board_asset_tag", "Not Specified\n");
        file("sys/hypervisor/uuid", "ec2e1916-9099-7caf-fd21-012345abcdef\n");
        file("proc/uptime", "\n");

        HostFacts facts = HostFacts.read(root);

        assertThat(facts.instanceId()).isNull();
        assertThat(facts.hostName()).isNull();
        assertThat(facts.uptimeSeconds(System.nanoTime())).isEqualTo(-1);
    }
}
