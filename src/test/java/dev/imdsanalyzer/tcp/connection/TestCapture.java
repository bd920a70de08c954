package dev.imdsanalyzer.tcp.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.packet.TcpSegment;
import dev.imdsanalyzer.status.Counter;
import dev.imdsanalyzer.status.Counters;
import dev.imdsanalyzer.tcp.Connection;
import dev.imdsanalyzer.tcp.ReassemblyLimits;
import dev.imdsanalyzer.tcp.RecordingHandler;

/** A reassembler, fed with lines of {@link SegmentNotation}, whose words are compared with what is expected. */
final class TestCapture {
    final Counters counters = new Counters();
    final RecordingHandler handler;
    final Reassembler reassembler;

    TestCapture() {
        this(ReassemblyLimits.defaults(), new RecordingHandler());
    }

    TestCapture(ReassemblyLimits limits, RecordingHandler handler) {
        this.handler = handler;
        reassembler = new Reassembler(limits, handler, counters);
    }

    /** Each row is a segment and the events that it causes, the empty string for none. */
    TestCapture check(String[]... rows) {
        for (String[] row : rows) {
            reassembler.onSegment(SegmentNotation.parse(row[0]));
            assertThat(handler.drain()).as(row[0]).isEqualTo(row[1]);
        }
        return this;
    }

    static String[] row(String segment, String events) {
        return new String[] {segment, events};
    }

    void feed(String segment) {
        reassembler.onSegment(SegmentNotation.parse(segment));
    }

    void feed(TcpSegment segment) {
        reassembler.onSegment(segment);
    }

    /** What happens when nothing more is captured until then. */
    String afterMillis(long millis) {
        reassembler.onIdle(SegmentNotation.EPOCH_NANOS + millis * 1_000_000);
        return handler.drain();
    }

    String atEnd() {
        reassembler.close(SegmentNotation.EPOCH_NANOS);
        return handler.drain();
    }

    Connection connection(int id) {
        return handler.connection(id);
    }

    long count(Counter counter) {
        return counters.get(counter);
    }

    /** Client 1000, IMDS 5000: after it the first bytes are 1001 and 5001. */
    TestCapture open() {
        return check(row("> S 1000", "1 open"), row("< SA 5000 1001", ""), row("> A 1001 5001", ""));
    }
}
