package dev.imdsanalyzer.process.connect;

import dev.imdsanalyzer.kernel.perf.Tracefs;
import dev.imdsanalyzer.live.NetworkNamespace;
import dev.imdsanalyzer.live.Topology;
import dev.imdsanalyzer.packet.FourTuple;
import dev.imdsanalyzer.packet.IpAddress;
import dev.imdsanalyzer.process.Caller;
import dev.imdsanalyzer.status.Counters;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A server on the addresses of IMDS in a private network namespace, clients of it, and a running connect source. What
 * the server saw (who asked for which target) stands in for the capture.
 */
final class ConnectFixture implements AutoCloseable {
    static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(10);

    /** One request as the server saw it. */
    record Served(FourTuple fourTuple, String target, long seenNanos) {}

    final Counters counters = new Counters();
    final Topology topology;
    final ConnectSource source;
    final Path program;
    private final Path folder;
    private final Process server;
    private final BlockingQueue<Served> served = new LinkedBlockingQueue<>();
    private final Map<String, Served> byTarget = new ConcurrentHashMap<>();

    ConnectFixture() throws Exception {
        folder = Files.createTempDirectory("connect-live");
        program = compile();
        topology = Topology.create(1);
        server = topology.imds().command(List.of(program.toString(), "serve")).start();
        BufferedReader output = server.inputReader();
        if (!"ready".equals(output.readLine())) {
            throw new IllegalStateException("the server does not listen");
        }
        Thread reader = new Thread(() -> readServer(output), "server-lines");
        reader.setDaemon(true);
        reader.start();
        source = Tracefs.call(() -> ConnectSource.start(counters));
    }

    private Path compile() throws Exception {
        Path code = folder.resolve("connect_peers.c");
        try (var stream = ConnectFixture.class.getResourceAsStream("connect_peers.c")) {
            Files.copy(stream, code, StandardCopyOption.REPLACE_EXISTING);
        }
        Path result = folder.resolve("connect_peers");
        Process compiler = new ProcessBuilder("cc", "-O2", "-pthread", "-o", result.toString(), code.toString())
                .inheritIO()
                .start();
        if (compiler.waitFor() != 0) {
            throw new IllegalStateException("the clients do not compile");
        }
        return result;
    }

    private void readServer(BufferedReader output) {
        try {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                String[] words = line.split(" ", 3);
                Served one = new Served(fourTuple(words[0], Integer.parseInt(words[1])), words[2], KernelTime.now());
                byTarget.put(one.target(), one);
                served.add(one);
            }
        } catch (IOException e) {
            // The server is gone: the test waits in vain and says for what.
            return;
        }
    }

    static FourTuple fourTuple(String client, int port) throws IOException {
        boolean ipv6 = client.contains(":");
        ByteBuffer bytes = ByteBuffer.wrap(InetAddress.getByName(client).getAddress());
        return ipv6
                ? new FourTuple(new IpAddress(bytes.getLong(0), bytes.getLong(8), true), port, IpAddress.IMDS_IPV6, 80)
                : new FourTuple(IpAddress.ipv4(bytes.getInt(0)), port, IpAddress.IMDS_IPV4, 80);
    }

    ProcessBuilder client(NetworkNamespace namespace, String... arguments) {
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(List.of(arguments));
        return namespace.command(command);
    }

    /** The next request that the server has seen. */
    Served next() throws InterruptedException {
        Served one = served.poll(20, TimeUnit.SECONDS);
        if (one == null) {
            throw new AssertionError("the server saw no request");
        }
        return one;
    }

    /** What the source says of a connection that the server saw. */
    Caller caller(Served one) throws InterruptedException {
        return source.captured(one.fourTuple(), one.seenNanos()).caller(LIMIT_NANOS);
    }

    @Override
    public void close() throws IOException {
        try {
            source.close();
        } finally {
            server.destroyForcibly();
            topology.close();
            try (var files = Files.list(folder)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
            Files.delete(folder);
        }
    }
}
