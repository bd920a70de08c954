package dev.imdsanalyzer.process.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.imdsanalyzer.kernel.Capabilities;
import dev.imdsanalyzer.kernel.Capability;
import dev.imdsanalyzer.process.Caller;
import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A caller in a network namespace of its own, with a listener in the same one. */
@Tag("root")
class NetworkNamespacesTest {
    private static final String CLIENT_AND_SERVER = """
            import socket, sys
            server = socket.socket(); server.bind(('127.0.0.1', 0)); server.listen()
            client = socket.socket(); client.connect(server.getsockname())
            print(client.getsockname()[1], client.getpeername()[1], flush=True)
            sys.stdin.read()
            """;

    @BeforeAll
    static void needsRoot() {
        assumeTrue(
                Capabilities.has(Capability.CAP_SYS_ADMIN),
                "making a network namespace takes CAP_SYS_ADMIN (run as root)");
        assumeTrue(Files.exists(Path.of("/usr/bin/python3")), "the caller is a Python program (install python3)");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void findsACallerInAnotherNamespace(boolean enterable) throws Exception {
        Process child = new ProcessBuilder(
                        "unshare", "--net", "sh", "-c", "ip link set lo up; exec python3 -c \"$0\"", CLIENT_AND_SERVER)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader output = child.inputReader();
                SocketLookup lookup = new SocketLookup(enterable)) {
            String[] ports = output.readLine().split(" ", -1);
            Caller caller = lookup.find(Connections.loopback(Integer.parseInt(ports[0]), Integer.parseInt(ports[1])));
            assertThat(caller.pid()).isEqualTo((int) child.pid());
            assertThat(caller.executable()).contains("python3");
            assertThat(caller.networkNamespace()).isEqualTo(namespaceOf(child.pid()));
            assertThat(caller.networkNamespace())
                    .isNotEqualTo(namespaceOf(ProcessHandle.current().pid()));
            // Once more, by what is remembered.
            assertThat(lookup.find(Connections.loopback(Integer.parseInt(ports[0]), Integer.parseInt(ports[1]))))
                    .isEqualTo(caller);
        } finally {
            child.destroyForcibly().waitFor();
        }
    }

    private static long namespaceOf(long pid) throws Exception {
        String link =
                Files.readSymbolicLink(Path.of("/proc/" + pid + "/ns/net")).toString();
        return Long.parseLong(link.substring("net:[".length(), link.length() - 1));
    }
}
