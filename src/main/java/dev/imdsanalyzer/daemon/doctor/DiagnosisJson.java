package dev.imdsanalyzer.daemon.doctor;

import java.io.StringWriter;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * A diagnosis as one JSON object on one line. Its members are stable; {@code schema} rises when one changes its meaning:
 *
 * <pre>
 * schema    1
 * version   of the program
 * state     ok | weak | missing, the worst of all checks
 * checks[]  {name, state, found, cost, mend}; the last two are absent where nothing is lacking
 * </pre>
 */
public final class DiagnosisJson {
    private static final JsonFactory JSON = new JsonFactory();

    private DiagnosisJson() {}

    /** The object and a line feed. */
    public static String of(Diagnosis diagnosis) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), text)) {
            json.writeStartObject();
            json.writeNumberProperty("schema", 1);
            json.writeStringProperty("version", diagnosis.version());
            json.writeStringProperty("state", diagnosis.state().code());
            json.writeArrayPropertyStart("checks");
            diagnosis.checks().forEach(check -> write(json, check));
            json.writeEndArray();
            json.writeEndObject();
        }
        return text.append('\n').toString();
    }

    private static void write(JsonGenerator json, Check check) {
        json.writeStartObject();
        json.writeStringProperty("name", check.name());
        json.writeStringProperty("state", check.state().code());
        json.writeStringProperty("found", check.found());
        if (check.cost() != null) {
            json.writeStringProperty("cost", check.cost());
        }
        if (check.mend() != null) {
            json.writeStringProperty("mend", check.mend());
        }
        json.writeEndObject();
    }
}
