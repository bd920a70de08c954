package dev.imdsanalyzer.daemon.calls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.capture.Frame;
import dev.imdsanalyzer.capture.FrameHandler;
import dev.imdsanalyzer.config.Configuration;
import dev.imdsanalyzer.imds.ImdsCall;
import dev.imdsanalyzer.imds.ImdsSettings;
import dev.imdsanalyzer.output.line.LineValidator;
import dev.imdsanalyzer.output.line.RenderedLine;
import dev.imdsanalyzer.output.line.summary.PeakWatch;
import dev.imdsanalyzer.process.Caller;
import dev.imdsanalyzer.status.Counter;
import dev.imdsanalyzer.status.Counters;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** All stages from a frame's bytes to the log's lines, on one thread and without files. */
final class LinePipeline implements FrameHandler {
    final Counters counters = new Counters();
    final List<ImdsCall> calls = new ArrayList<>();
    private final Pipeline pipeline = new Pipeline(
            Configuration.defaults(),
            new ImdsSettings(null),
            UnaryOperator.identity(),
            calls::add,
            counters,
            new PeakWatch());

    @Override
    public void onFrame(Frame frame) {
        pipeline.onFrame(frame);
    }

    @Override
    public void onIdle(long nowNanos) {
        pipeline.onIdle(nowNanos);
    }

    /** Ends the capture and gives its calls. */
    List<ImdsCall> end() {
        pipeline.close();
        // A stage that throws is survived by the pipeline: only this tells.
        assertThat(counters.get(Counter.INTERNAL_ERRORS)).isZero();
        return calls;
    }

    /** Ends the capture and gives the line of each call, checked against all that is promised of lines. */
    List<String> lines() {
        end();
        RenderedLine rendered = new RenderedLine(counters);
        List<String> lines = new ArrayList<>();
        for (ImdsCall call : calls) {
            String line = rendered.of(call, Caller.unknown("a test"));
            assertThat(line.indexOf('\n')).isEqualTo(line.length() - 1);
            LineValidator.check(line);
            lines.add(line);
        }
        assertThat(counters.get(Counter.INTERNAL_ERRORS)).isZero();
        return lines;
    }
}
