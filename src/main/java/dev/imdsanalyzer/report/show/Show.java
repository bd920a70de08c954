package dev.imdsanalyzer.report.show;

import dev.imdsanalyzer.output.text.TextCall;
import dev.imdsanalyzer.output.text.TextLine;
import dev.imdsanalyzer.report.input.EventHandler;
import dev.imdsanalyzer.report.input.EventLine;
import dev.imdsanalyzer.report.input.Field;
import dev.imdsanalyzer.report.input.InputCounts;
import dev.imdsanalyzer.report.input.LineSource;
import dev.imdsanalyzer.report.input.LogFollower;
import dev.imdsanalyzer.report.input.LogReader;
import dev.imdsanalyzer.report.input.Progress;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.time.Instant;
import java.util.Objects;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Writes the lines of logs as people read them: what {@code imds-packet-analyzer show} does. One thread. */
public final class Show implements EventHandler {
    private static final JsonMapper JSON = new JsonMapper();
    private static final long NANOS_PER_MICRO = 1_000;
    private static final String REQUEST = "imds-request";
    private static final int FLUSH_CHARS = 8 * 1024;

    private final ShowOptions options;
    private final PrintStream out;
    private final TextLine text;
    private final LogFollower follower;
    private String host;
    private LogReader reader;
    private int pending;
    private long logged;
    private long shown;

    /** @param out takes the lines; flushed, not closed */
    public Show(ShowOptions options, PrintStream out) {
        this.options = options;
        this.out = out;
        this.text = new TextLine(options.colour(), options.columns(), true);
        this.follower = options.follow() ? new LogFollower(this, out::flush) : null;
    }

    /**
     * Shows what the inputs hold, and goes on with what is added to them if asked to, until {@link #stop}.
     *
     * @param standardInput read where the inputs say {@code -}; not closed
     * @return what was read
     * @throws java.nio.file.NoSuchFileException if an argument names nothing
     * @throws dev.imdsanalyzer.report.input.NotALogException if an argument is a capture
     */
    public InputCounts run(InputStream standardInput) throws IOException, InterruptedException {
        InputCounts counts;
        if (follower != null) {
            counts = follower.follow(options.inputs(), standardInput, out::checkError);
        } else {
            reader = new LogReader(this, new Progress(null)).inOrderOfTime();
            reader.read(options.inputs(), standardInput);
            counts = reader.counts();
        }
        end(counts);
        out.print(text.take());
        out.flush();
        return counts;
    }

    /** The table of callers, or why there is none. */
    private void end(InputCounts counts) {
        if (shown == 0 && logged > 0) {
            text.heading("none of the " + logged + " calls in the log is one that is asked for");
        } else if (counts.events() > 0) {
            text.callers();
        } else if (counts.foreign() == 0 && counts.damaged() == 0 && counts.denied() == 0) {
            text.heading("the log is empty");
        }
    }

    /** Ends {@link #run} soon; any thread. */
    public void stop() {
        if (follower != null) {
            follower.stop();
        }
    }

    @Override
    public void onEvent(EventLine line, LineSource source) {
        logged += line.is(Field.ACTION, REQUEST) ? 1 : 0;
        long micros = line.time();
        if (micros == EventLine.NO_TIME || !isWanted(micros)) {
            return;
        }
        try {
            JsonNode tree = JSON.readTree(line.whole());
            tell(new LoggedLine(tree), micros * NANOS_PER_MICRO);
        } catch (JacksonException e) {
            // The scanner checks less than the parser does: what only it can read is nothing to show.
            return;
        }
        String written = text.take();
        out.print(written);
        pending += written.length();
        if (pending > FLUSH_CHARS) {
            out.flush();
            pending = 0;
        }
    }

    private boolean isWanted(long micros) {
        Instant time =
                Instant.ofEpochSecond(Math.floorDiv(micros, 1_000_000L), Math.floorMod(micros, 1_000_000L) * 1_000);
        ShowOptions.Filter filter = options.filter();
        return (filter.since() == null || !time.isBefore(filter.since()))
                && (filter.until() == null || time.isBefore(filter.until()));
    }

    private void tell(LoggedLine line, long nanos) {
        ShowOptions.Filter filter = options.filter();
        if (!filter.instances().isEmpty() && filter.instances().stream().noneMatch(line::isOf)) {
            return;
        }
        String action = line.text("event.action");
        if (REQUEST.equals(action)) {
            if (line.matches(filter)) {
                call(line.call(nanos), line);
            }
        } else if (!filter.wantsCallsOnly() && !"imds-summary".equals(action)) {
            String message = line.text("message");
            String said = message == null ? String.valueOf(action) : message;
            String on = isMerged() && line.shortHost() != null ? line.shortHost() + "  " : "";
            if (!isMerged()) {
                heading(line);
            }
            text.note(nanos, on + said, "capture-gap".equals(action));
        }
    }

    private void call(TextCall call, LoggedLine line) {
        shown++;
        if (isMerged()) {
            text.call(call, line.shortHost());
        } else {
            heading(line);
            text.call(call);
        }
    }

    /** Whether lines of several hosts stand in one order, so that each has to name its own. */
    private boolean isMerged() {
        return reader != null && reader.hasSeveralHosts();
    }

    private void heading(LoggedLine line) {
        String of = line.host();
        if (of != null && !Objects.equals(of, host)) {
            host = of;
            text.heading("on " + of);
        }
    }
}
