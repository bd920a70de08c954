package dev.imdsanalyzer.daemon.calls;

import dev.imdsanalyzer.capture.Frame;
import dev.imdsanalyzer.capture.LinkType;
import dev.imdsanalyzer.config.Configuration;
import dev.imdsanalyzer.imds.CallHandler;
import dev.imdsanalyzer.imds.ImdsSettings;
import dev.imdsanalyzer.output.line.summary.PeakWatch;
import dev.imdsanalyzer.status.Counters;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * One call through all stages from the frame on, with nobody to hear of it: so their classes are there when the first true
 * packets come, and these do not wait in the kernel's buffer meanwhile.
 */
public final class PipelineWarmUp {
    private static final int CLIENT = 0x0A000005;
    private static final int CLIENT_PORT = 40_000;
    private static final int IMDS = 0xA9FEA9FE;
    private static final int IMDS_PORT = 80;
    private static final int SYN = 2;
    private static final int ACK = 16;
    private static final int FIN_ACK = 17;
    private static final String REQUEST = """
            GET /latest/meta-data/ HTTP/1.1\r
            Host: 169.254.169.254\r
            User-Agent: curl/8.0\r
            X-aws-ec2-metadata-token: none\r
            \r
            """;
    private static final String RESPONSE = """
            HTTP/1.1 200 OK\r
            Content-Type: text/plain\r
            Content-Length: 2\r
            \r
            id""";

    private final Pipeline pipeline;
    private final Frame frame = new Frame();
    private long nanos;

    PipelineWarmUp(CallHandler calls) {
        pipeline = new Pipeline(
                Configuration.defaults(),
                new ImdsSettings(null),
                handler -> handler,
                calls,
                new Counters(),
                new PeakWatch());
    }

    /** Any thread. */
    public static void run() {
        new PipelineWarmUp(call -> {}).call();
    }

    void call() {
        fromClient(1000, 0, SYN, "");
        fromImds(5000, 1001, SYN | ACK, "");
        fromClient(1001, 5001, ACK, "");
        fromClient(1001, 5001, ACK, REQUEST);
        fromImds(5001, 1001 + REQUEST.length(), ACK, RESPONSE);
        fromClient(1001 + REQUEST.length(), 5001 + RESPONSE.length(), FIN_ACK, "");
        fromImds(5001 + RESPONSE.length(), 1002 + REQUEST.length(), FIN_ACK, "");
        pipeline.close();
    }

    private void fromClient(int sequenceNumber, int acknowledged, int flags, String payload) {
        frame(CLIENT, IMDS, CLIENT_PORT, IMDS_PORT, sequenceNumber, acknowledged, flags, payload);
    }

    private void fromImds(int sequenceNumber, int acknowledged, int flags, String payload) {
        frame(IMDS, CLIENT, IMDS_PORT, CLIENT_PORT, sequenceNumber, acknowledged, flags, payload);
    }

    private void frame(
            int source,
            int destination,
            int sourcePort,
            int destinationPort,
            int sequenceNumber,
            int acknowledged,
            int flags,
            String payload) {
        byte[] bytes = payload.getBytes(StandardCharsets.US_ASCII);
        int headers = 40;
        ByteBuffer packet = ByteBuffer.allocate(headers + bytes.length);
        packet.putInt(0x45000000 | packet.capacity())
                .putInt(0)
                .putInt(0x40060000)
                .putInt(source)
                .putInt(destination);
        packet.putShort((short) sourcePort).putShort((short) destinationPort);
        packet.putInt(sequenceNumber)
                .putInt(acknowledged)
                .putInt(0x50000000 | flags << 16 | 0xFFFF)
                .putInt(0);
        packet.put(bytes);
        nanos += 1_000_000;
        pipeline.onFrame(frame.wrap(nanos, LinkType.RAW, packet.array(), 0, packet.capacity(), packet.capacity()));
    }
}
