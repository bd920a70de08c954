package dev.imdsanalyzer.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.imdsanalyzer.LinuxOnly;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@LinuxOnly("its system calls and structs")
class ServiceManagerTest {
    private static final Path PYTHON = Path.of("/usr/bin/python3");

    /** A manager that reads one message for each line on its standard input, and none until then. */
    private static final String MANAGER = """
            import socket, sys
            manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            manager.bind('')
            print('@' + manager.getsockname()[1:].decode(), flush=True)
            for line in sys.stdin:
                print(manager.recv(4096).decode(), flush=True)
            """;

    /** More than any queue of datagrams holds: net.unix.max_dgram_qlen is 512 at most where systemd sets it. */
    private static final int MORE_THAN_A_QUEUE = 100_000;

    @Tag("programs")
    @Test
    @Timeout(60)
    void neverWaitsForAManagerThatDoesNotRead() throws IOException {
        assumeTrue(Files.isExecutable(PYTHON), "there is no " + PYTHON);
        Process process = new ProcessBuilder(PYTHON.toString(), "-c", MANAGER).start();
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
                ServiceManager manager = ServiceManager.connect(out.readLine())) {
            assertThat(manager.tell("READY=1")).isTrue();
            assertThat(IntStream.range(0, MORE_THAN_A_QUEUE).anyMatch(i -> !manager.tell("WATCHDOG=1")))
                    .isTrue();

            process.outputWriter().append('\n').flush();
            assertThat(out.readLine()).isEqualTo("READY=1");
            assertThat(manager.tell("STATUS=there is room again")).isTrue();
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void aNameThatIsNoSocketsIsAFailureToBeTold() {
        assertThatThrownBy(() -> ServiceManager.connect("/run/" + "x".repeat(110)))
                .isInstanceOf(KernelException.class)
                .hasMessageContaining("ENAMETOOLONG");
        assertThatThrownBy(() -> ServiceManager.connect("@nobody listens here"))
                .isInstanceOf(KernelException.class)
                .hasMessageContaining("NOTIFY_SOCKET");
    }

    @Test
    void isSilentWhereNobodyListensAndOnceItIsClosed() throws IOException {
        ServiceManager none = ServiceManager.connect(null);
        assertThat(none.tell("READY=1")).isTrue();
        none.close();
        none.close();
        assertThat(none.tell("READY=1")).isTrue();
    }
}
