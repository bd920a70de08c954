package dev.imdsanalyzer.output;

import net.logstash.logback.composite.AbstractCompositeJsonFormatter;
import net.logstash.logback.composite.AbstractJsonProvider;
import net.logstash.logback.encoder.CompositeJsonEncoder;
import tools.jackson.core.JsonGenerator;

/** Lines as JSON, one object a line, UTF-8. */
final class JsonLineEncoder extends CompositeJsonEncoder<Line> {
    JsonLineEncoder() {
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
