package dev.imdsanalyzer.daemon.calls;

import dev.imdsanalyzer.capture.Frame;
import dev.imdsanalyzer.capture.FrameHandler;
import dev.imdsanalyzer.config.Configuration;
import dev.imdsanalyzer.config.Setting;
import dev.imdsanalyzer.http.HttpDecoder;
import dev.imdsanalyzer.http.HttpLimits;
import dev.imdsanalyzer.imds.CallHandler;
import dev.imdsanalyzer.imds.ImdsSettings;
import dev.imdsanalyzer.imds.exchange.ExchangeTracker;
import dev.imdsanalyzer.output.line.summary.PeakWatch;
import dev.imdsanalyzer.packet.PacketDecoder;
import dev.imdsanalyzer.status.Counter;
import dev.imdsanalyzer.status.Counters;
import dev.imdsanalyzer.tcp.ConnectionHandler;
import dev.imdsanalyzer.tcp.ReassemblyLimits;
import dev.imdsanalyzer.tcp.connection.Reassembler;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The stages from a frame to a call, on the capture thread. A stage that fails costs the frame that it failed on, never
 * the capture: the fault is counted, and the first ones are told.
 */
public final class Pipeline implements FrameHandler {
    private static final Logger LOG = LoggerFactory.getLogger(Pipeline.class);
    /** Waiting requests are looked at this often in capture time; a file has no other clock. */
    private static final long ADVANCE_NANOS = Duration.ofMillis(500).toNanos();

    private static final int TOLD_FAULTS = 5;

    /** Times further back than this are a clock that was set, not packets out of order. */
    private static final long STEP_NANOS = Duration.ofSeconds(10).toNanos();

    /** Longer than anything waits in any stage: limits.response_seconds may be 600. */
    private static final long LONGEST_WAIT_NANOS = Duration.ofSeconds(700).toNanos();

    private final PacketDecoder decoder;
    private final Reassembler reassembler;
    private final HttpDecoder http;
    private final ExchangeTracker tracker;
    private final Counters counters;
    private final PeakWatch peaks;
    private long packets;
    private long advancedNanos = Long.MIN_VALUE;
    private long newestNanos;

    /**
     * @param tap stands between reassembly and HTTP, for who wants to hear of connections; it gets the HTTP stage
     * @param calls takes the finished calls
     * @param peaks is told of each packet with IMDS, once however many interfaces it passes
     */
    public Pipeline(
            Configuration configuration,
            ImdsSettings imdsSettings,
            UnaryOperator<ConnectionHandler> tap,
            CallHandler calls,
            Counters counters,
            PeakWatch peaks) {
        this.counters = counters;
        this.peaks = peaks;
        tracker = new ExchangeTracker(calls, imdsSettings, counters);
        http = new HttpDecoder(tracker, httpLimits(configuration), counters);
        reassembler = new Reassembler(reassemblyLimits(configuration), tap.apply(http), counters);
        decoder = new PacketDecoder(reassembler, counters);
    }

    private static HttpLimits httpLimits(Configuration configuration) {
        HttpLimits defaults = HttpLimits.defaults();
        return new HttpLimits(
                defaults.maximumHeadBytes(),
                defaults.maximumPendingRequests(),
                defaults.maximumWaitingRequests(),
                Duration.ofSeconds(configuration.integer(Setting.LIMITS_RESPONSE_SECONDS)));
    }

    private static ReassemblyLimits reassemblyLimits(Configuration configuration) {
        ReassemblyLimits defaults = ReassemblyLimits.defaults();
        return new ReassemblyLimits(
                configuration.integer(Setting.LIMITS_CONNECTIONS),
                configuration.integer(Setting.LIMITS_CONNECTION_BYTES),
                configuration.integer(Setting.LIMITS_TOTAL_BYTES),
                defaults.outOfOrderSegments(),
                defaults.reorderTime(),
                defaults.retransmissionTime(),
                defaults.idleTime(),
                defaults.lingerTime());
    }

    @Override
    public void onFrame(Frame frame) {
        try {
            noteTime(frame.timestampNanos());
            decoder.onFrame(frame);
            countPacket(frame.timestampNanos());
            if (frame.timestampNanos() - advancedNanos >= ADVANCE_NANOS || advancedNanos == Long.MIN_VALUE) {
                advance(frame.timestampNanos());
            }
        } catch (RuntimeException e) {
            survived(e);
        }
    }

    private void countPacket(long timestampNanos) {
        long seen = counters.get(Counter.SEGMENTS) - counters.get(Counter.SEGMENTS_DUPLICATE);
        if (seen > packets) {
            packets = seen;
            peaks.packet(timestampNanos);
        }
    }

    @Override
    public void onIdle(long nowNanos) {
        try {
            noteTime(nowNanos);
            peaks.time(nowNanos);
            decoder.onIdle(nowNanos);
            advance(nowNanos);
        } catch (RuntimeException e) {
            survived(e);
        }
    }

    /**
     * Where the clock was set back, what waits would wait for that much longer, and all that came after it behind it: so
     * it is told as it is.
     */
    private void noteTime(long nanos) {
        if (newestNanos - nanos > STEP_NANOS) {
            advance(newestNanos + LONGEST_WAIT_NANOS);
            advance(newestNanos + 2 * LONGEST_WAIT_NANOS);
            advancedNanos = nanos;
            newestNanos = nanos;
        }
        newestNanos = Math.max(newestNanos, nanos);
    }

    private void advance(long nowNanos) {
        advancedNanos = nowNanos;
        http.advance(nowNanos);
        tracker.expire(nowNanos);
    }

    /** Ends every connection; calls that waited for an answer are given without one. */
    public void close() {
        try {
            peaks.end();
            reassembler.close(newestNanos);
            http.close(newestNanos);
            tracker.expire(Long.MAX_VALUE);
        } catch (RuntimeException e) {
            survived(e);
        }
    }

    private void survived(RuntimeException e) {
        counters.survived(e);
        if (counters.get(Counter.INTERNAL_ERRORS) <= TOLD_FAULTS) {
            LOG.error("a frame could not be handled, the capture goes on", e);
        }
    }
}
