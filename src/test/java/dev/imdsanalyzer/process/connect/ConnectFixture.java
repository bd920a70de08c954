package dev.imdsanalyzer.process.connect;

import dev.imdsanalyzer.kernel.bpf.ConnectPeers;
import dev.imdsanalyzer.kernel.perf.Tracefs;
import dev.imdsanalyzer.packet.FourTuple;
import dev.imdsanalyzer.packet.IpAddress;
import dev.imdsanalyzer.process.Caller;
import dev.imdsanalyzer.status.Counters;
import dev.imdsanalyzer.status.WallClock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Clients and a server of theirs, and a running connect source. What the server saw stands in for the capture. */
final class ConnectFixture implements AutoCloseable {
    static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(10);

    /** One request as the server saw it. */
    record Served(FourTuple fourTuple, String target, long seenNanos) {}

    final Counters counters = new Counters();
    final ConnectPeers peers;
    final ConnectSource source;
    private final BlockingQueue<Served> served = new LinkedBlockingQueue<>();

    ConnectFixture(boolean serve) throws Exception {
        this(serve, null);
    }

    /**
     * Starts it all.
     *
     * @param start how to start the source; null for the usual way
     */
    ConnectFixture(boolean serve, Callable<ConnectSource> start) throws Exception {
        peers = new ConnectPeers(serve, this::onRequest);
        try {
            source = Tracefs.call(start != null ? start : () -> ConnectSource.start(counters, true));
        } catch (Exception e) {
            peers.close();
            throw e;
        }
    }

    private void onRequest(String line) {
        String[] words = line.split(" ", 3);
        served.add(new Served(fourTuple(words[0], Integer.parseInt(words[1])), words[2], WallClock.nanos()));
    }

    static FourTuple fourTuple(String client, int port) {
        try {
            byte[] bytes = InetAddress.getByName(client).getAddress();
            ByteBuffer address = ByteBuffer.wrap(bytes);
            return bytes.length == 16
                    ? new FourTuple(
                            new IpAddress(address.getLong(0), address.getLong(8), true), port, IpAddress.IMDS_IPV6, 80)
                    : new FourTuple(IpAddress.ipv4(address.getInt(0)), port, IpAddress.IMDS_IPV4, 80);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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
        return source.captured(one.fourTuple(), one.seenNanos(), -1).caller(LIMIT_NANOS);
    }

    @Override
    public void close() throws IOException {
        source.close();
        peers.close();
    }
}
