package dev.imdsanalyzer.output.line;

import dev.imdsanalyzer.output.line.caller.CallerMembers;
import dev.imdsanalyzer.output.line.field.LineJson;
import java.io.IOException;
import java.io.OutputStream;
import net.logstash.logback.composite.AbstractCompositeJsonFormatter;
import net.logstash.logback.composite.AbstractJsonProvider;
import net.logstash.logback.encoder.CompositeJsonEncoder;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.json.JsonFactory;

/**
 * Lines as JSON, one object a line, UTF-8. A line that would be too long is written again with its texts cut shorter, each
 * with a mark, until it fits: a call is told whatever its caller's arguments are.
 */
public final class JsonLineEncoder extends CompositeJsonEncoder<Line> {
    /** Docker and the kubelet's runtimes cut what a container prints into pieces of 16 KiB, the line's end included. */
    public static final int STANDARD_OUTPUT_BYTES = 16 * 1024 - 1;

    private final Fields fields = new Fields();
    private final int maxLineBytes;

    /** For files, in which a line's own fields bound it. */
    public JsonLineEncoder() {
        this(Integer.MAX_VALUE);
    }

    /** @param maxLineBytes with the line's end */
    public JsonLineEncoder(int maxLineBytes) {
        this.maxLineBytes = maxLineBytes;
        setLineSeparator("\n");
        setMinBufferSize(4096);
        getProviders().addProvider(fields);
    }

    @Override
    public void encode(Line line, OutputStream out) throws IOException {
        if (maxLineBytes == Integer.MAX_VALUE) {
            super.encode(line, out);
        } else {
            out.write(encode(line));
        }
    }

    @Override
    public byte[] encode(Line line) {
        byte[] bytes = super.encode(line);
        for (int halvings = 1; bytes.length > maxLineBytes && halvings <= LineJson.MAXIMUM_HALVINGS; halvings++) {
            fields.json.halve(halvings);
            bytes = super.encode(line);
        }
        fields.json.halve(0);
        return bytes;
    }

    @Override
    protected AbstractCompositeJsonFormatter<Line> createFormatter() {
        return new Formatter(this);
    }

    /**
     * Writes with Jackson's generator alone. The class above would have it made by an {@code ObjectMapper}, which nothing of a
     * line needs and which brings more than 400 classes: 3 MiB of a small service's memory.
     */
    private static final class Formatter extends AbstractCompositeJsonFormatter<Line> {
        private final JsonFactory factory = JsonFactory.builder()
                .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
                .build();
        private volatile boolean started;

        Formatter(JsonLineEncoder encoder) {
            super(encoder);
        }

        @Override
        public void start() {
            getProviders().setContext(getContext());
            getProviders().start();
            started = true;
        }

        @Override
        public void stop() {
            getProviders().stop();
            started = false;
        }

        @Override
        public boolean isStarted() {
            return started;
        }

        @Override
        public void writeEvent(Line line, OutputStream out) throws IOException {
            try (JsonGenerator generator = factory.createGenerator(ObjectWriteContext.empty(), out)) {
                writeEventToGenerator(generator, line);
            }
        }
    }

    private static final class Fields extends AbstractJsonProvider<Line> {
        private final LineJson json = new LineJson();
        private final CallerMembers callers = new CallerMembers();

        @Override
        public void writeTo(JsonGenerator generator, Line line) {
            json.begin(generator);
            line.writeJson(json, callers);
            json.end();
        }
    }
}
