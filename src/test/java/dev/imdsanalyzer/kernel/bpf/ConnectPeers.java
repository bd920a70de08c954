package dev.imdsanalyzer.kernel.bpf;

import dev.imdsanalyzer.live.NetworkNamespace;
import dev.imdsanalyzer.live.Topology;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A small server on the addresses of IMDS in private network namespaces, and clients of it; see connect_peers.c. */
public final class ConnectPeers implements AutoCloseable {
    private final Path folder;
    private final Path program;
    private final Topology topology;
    private final Process server;
    private final BlockingQueue<String> requests = new LinkedBlockingQueue<>();

    /**
     * Compiles the program and makes the namespaces.
     *
     * @param serve whether somebody listens; if not, connects are refused
     * @param onRequest told of each line of the server, "address port target", in its reader's thread
     */
    public ConnectPeers(boolean serve, Consumer<String> onRequest) throws IOException {
        folder = Files.createTempDirectory("connect-peers");
        program = compile(folder);
        topology = Topology.create(1);
        server = serve ? serve(onRequest) : null;
    }

    /** The program alone, made in that folder. */
    public static Path compile(Path folder) throws IOException {
        Path code = folder.resolve("connect_peers.c");
        try (var stream = ConnectPeers.class.getResourceAsStream("connect_peers.c")) {
            Files.copy(stream, code, StandardCopyOption.REPLACE_EXISTING);
        }
        Path program = folder.resolve("connect_peers");
        run(new ProcessBuilder("cc", "-O2", "-pthread", "-o", program.toString(), code.toString()));
        return program;
    }

    private Process serve(Consumer<String> onRequest) throws IOException {
        Process process =
                topology.imds().command(List.of(program.toString(), "serve")).start();
        BufferedReader output = process.inputReader();
        if (!"ready".equals(output.readLine())) {
            throw new IllegalStateException("the server does not listen");
        }
        Thread reader = new Thread(
                () -> output.lines().forEach(line -> {
                    onRequest.accept(line);
                    requests.add(line);
                }),
                "server-lines");
        reader.setDaemon(true);
        reader.start();
        return process;
    }

    public Path program() {
        return program;
    }

    /** Where clients run, as on an EC2 instance. */
    public NetworkNamespace host() {
        return topology.host();
    }

    public NetworkNamespace container() {
        return topology.container(0);
    }

    /** A client's command line, without the namespace around it. */
    public List<String> command(String... arguments) {
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(List.of(arguments));
        return command;
    }

    /** A client in the host's namespace. */
    public ProcessBuilder client(String... arguments) {
        return host().command(command(arguments));
    }

    /** Runs a command to its good end. */
    public static void run(ProcessBuilder command) throws IOException {
        Process process = command.redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IllegalStateException(command.command() + " failed: " + output);
            }
        } catch (InterruptedException e) {
            throw new IOException("interrupted", e);
        }
    }

    /** The next request that the server has seen, waited for. */
    public String nextRequest() throws InterruptedException {
        String line = requests.poll(20, TimeUnit.SECONDS);
        if (line == null) {
            throw new AssertionError("the server saw no request");
        }
        return line;
    }

    @Override
    public void close() throws IOException {
        if (server != null) {
            server.destroyForcibly();
        }
        topology.close();
        try (var files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }
}
