package dev.imdsanalyzer.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** One whole request head in one segment, parsed, and the token header looked up. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 10, time = 200, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 20, time = 200, timeUnit = TimeUnit.MILLISECONDS)
@Fork(1)
@State(Scope.Thread)
public class RequestHeadBenchmark {
    private static final String TOKEN = "x-aws-ec2-metadata-token";
    private static final byte[] TOKEN_NAME = TOKEN.getBytes(StandardCharsets.US_ASCII);

    @Param
    public SampleRequest request;

    private byte[] head;
    private RequestParser parser;
    private EmbeddedChannel channel;
    private ByteBuf buffer;

    @Setup
    public void prepare() {
        head = request.head();
        parser = new RequestParser(HeadParser.OFFSET_LIMIT);
        channel = new EmbeddedChannel(new HttpRequestDecoder());
        buffer = Unpooled.wrappedBuffer(head);
    }

    /** This program's parser. */
    @Benchmark
    public int ours() {
        parser.reset();
        if (parser.parse(head, 0, head.length) != head.length) {
            throw new IllegalStateException("not a whole head");
        }
        return parser.find(TOKEN_NAME, 0);
    }

    /** Netty's decoder, its channel included: that is how it can be had. */
    @Benchmark
    public boolean netty() {
        channel.writeInbound(buffer.retainedDuplicate());
        HttpRequest decoded = channel.readInbound();
        boolean found = decoded.headers().contains(TOKEN);
        ReferenceCountUtil.release(decoded);
        ReferenceCountUtil.release(channel.readInbound());
        return found;
    }
}
