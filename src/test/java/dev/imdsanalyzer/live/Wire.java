package dev.imdsanalyzer.live;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;

/**
 * A caller's way to IMDS through a bridge of the host, without its IP: on it a program loses, doubles, reorders, cuts and
 * tags frames at will, as wire.py describes.
 *
 * <pre>
 *   caller                          host                              imds
 *   eth0 10.9.0.2/24  -- program -- wire1 -- br1 -- wire2 -- program -- eth1 10.9.0.1/24
 *        fd00:9::2/64                                                        fd00:9::1/64
 * </pre>
 */
final class Wire implements AutoCloseable {
    static final String CALLER_IPV4 = "10.9.0.2";
    static final String CALLER_IPV6 = "fd00:9::2";

    private static final Path PROGRAM = Checkout.file("src/test/emulator/wire.py");

    private final NetworkNamespace caller;
    private final Process process;
    private final BufferedWriter commands;
    private final BufferedReader answers;

    private Wire(NetworkNamespace caller, Process process) {
        this.caller = caller;
        this.process = process;
        this.commands = process.outputWriter();
        this.answers = process.inputReader();
    }

    static Wire lay(Topology topology) {
        NetworkNamespace host = topology.host();
        NetworkNamespace imds = topology.imds();
        Process process = Processes.start(host.command(List.of(Python.PROGRAM, "-B", PROGRAM.toString()))
                .redirectError(ProcessBuilder.Redirect.INHERIT));
        Wire wire = new Wire(NetworkNamespace.create(), process);
        wire.expect("ready");
        host.ip(
                "link add br1 type bridge",
                "link set wire1 master br1",
                "link set wire2 master br1",
                "link set br1 up",
                "link set wire1 up",
                "link set wire2 up",
                "link set wire0 netns " + wire.caller.pid() + " name eth0",
                "link set wire3 netns " + imds.pid() + " name eth1");
        imds.ip("address add 10.9.0.1/24 dev eth1", "address add fd00:9::1/64 dev eth1 nodad", "link set eth1 up");
        wire.caller.ip(
                "link set lo up",
                "address add " + CALLER_IPV4 + "/24 dev eth0",
                "address add " + CALLER_IPV6 + "/64 dev eth0 nodad",
                // Room for what the program adds.
                "link set eth0 mtu 1400 up",
                "route add default via 10.9.0.1",
                "route add default via fd00:9::1");
        return wire;
    }

    /** Where callers run. */
    NetworkNamespace caller() {
        return caller;
    }

    /** What becomes of the frames from now on. */
    void set(String mode) {
        try {
            commands.write("set " + mode + "\n");
            commands.flush();
        } catch (IOException failure) {
            throw new UncheckedIOException("the wire is gone", failure);
        }
        expect("ok");
    }

    private void expect(String answer) {
        try {
            String line = answers.readLine();
            if (!answer.equals(line)) {
                throw new IllegalStateException("the wire answered " + line);
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Override
    public void close() {
        Processes.stop(process);
        caller.close();
    }
}
