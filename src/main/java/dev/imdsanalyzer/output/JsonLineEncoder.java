package dev.imdsanalyzer.output;

import dev.imdsanalyzer.status.Counter;
import dev.imdsanalyzer.status.Counters;
import net.logstash.logback.composite.AbstractCompositeJsonFormatter;
import net.logstash.logback.composite.AbstractJsonProvider;
import net.logstash.logback.encoder.CompositeJsonEncoder;
import tools.jackson.core.JsonGenerator;

/** Lines as JSON, one object a line, UTF-8. */
final class JsonLineEncoder extends CompositeJsonEncoder<Line> {
    private static final byte[] NOTHING = {};

    private final Counters counters;

    JsonLineEncoder(Counters counters) {
        this.counters = counters;
        setLineSeparator("\n");
        setMinBufferSize(4096);
        // Looking for Jackson modules on the class path costs start-up time, and there are none.
        setFindAndRegisterJacksonModules(false);
        getProviders().addProvider(new Fields());
    }

    @Override
    protected AbstractCompositeJsonFormatter<Line> createFormatter() {
        return new AbstractCompositeJsonFormatter<>(this) {};
    }

    /** A line that cannot be written must cost no other line. */
    @Override
    public byte[] encode(Line line) {
        try {
            return super.encode(line);
        } catch (RuntimeException e) {
            addError("a line could not be encoded", e);
            counters.increment(Counter.INTERNAL_ERRORS);
            counters.add(Counter.LINES_DROPPED, Math.max(1, line.calls()));
            return NOTHING;
        }
    }

    private static final class Fields extends AbstractJsonProvider<Line> {
        private final LineJson json = new LineJson();

        @Override
        public void writeTo(JsonGenerator generator, Line line) {
            json.begin(generator);
            line.writeJson(json);
            json.end();
        }
    }
}
