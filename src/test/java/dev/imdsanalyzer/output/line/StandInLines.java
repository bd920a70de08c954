package dev.imdsanalyzer.output.line;

import dev.imdsanalyzer.output.line.caller.CallerMembers;
import dev.imdsanalyzer.output.line.field.EventSchema;
import dev.imdsanalyzer.output.line.field.LineJson;
import dev.imdsanalyzer.output.text.TextLine;
import java.util.concurrent.CountDownLatch;

/** Lines that go wrong, for the tests of whoever writes lines. */
public final class StandInLines {
    private StandInLines() {}

    /** Fails halfway, at each attempt. */
    public static Line broken(long calls) {
        return new Line() {
            @Override
            public void writeJson(LineJson json, CallerMembers callers) {
                json.time(EventSchema.TIMESTAMP, Samples.TIME);
                throw new IllegalStateException("a fault of ours");
            }

            @Override
            public void writeText(TextLine text) {
                text.note(Samples.TIME, "half a line", true);
                throw new IllegalStateException("a fault of ours");
            }

            @Override
            public long calls() {
                return calls;
            }
        };
    }

    /** Takes as long to be written as a device that does not answer. */
    public static Line slow(CountDownLatch entered, CountDownLatch released) {
        return new Line() {
            @Override
            public void writeJson(LineJson json, CallerMembers callers) {
                throw new UnsupportedOperationException();
            }

            @Override
            public void writeText(TextLine text) {
                entered.countDown();
                try {
                    released.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }
        };
    }
}
