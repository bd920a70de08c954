package dev.imdsanalyzer.output.line.field;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class EventSchemaTest {
    private static final Path RESOURCE = Path.of("src/main/resources/dev/imdsanalyzer/output/event.schema.json");

    /** Run with -Dschema.regenerate=true to write the resource anew. */
    @Test
    void theSchemaResourceIsMadeOfTheFields() throws IOException {
        if (Boolean.getBoolean("schema.regenerate")) {
            Files.writeString(RESOURCE, SchemaDocument.text());
            abort("written, not compared");
        }
        try (InputStream in = EventSchema.class.getResourceAsStream("/dev/imdsanalyzer/output/event.schema.json")) {
            assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8))
                    .as("mvn test -Dtest=EventSchemaTest -Dschema.regenerate=true")
                    .isEqualTo(SchemaDocument.text());
        }
    }

    @Test
    void timestampIsFirst() {
        assertThat(EventSchema.values()[0]).isEqualTo(EventSchema.TIMESTAMP);
    }

    @Test
    void fieldsOfOneObjectStandTogether() {
        Set<String> closed = new HashSet<>();
        String[] before = {};
        for (EventSchema field : EventSchema.values()) {
            String[] steps = field.fieldName().split("\\.", -1);
            String prefix = "";
            for (int i = 0; i < steps.length - 1; i++) {
                prefix += steps[i] + ".";
                assertThat(closed).as(field.fieldName()).doesNotContain(prefix);
            }
            String left = "";
            for (int i = 0; i < before.length - 1; i++) {
                left += before[i] + ".";
                if (!field.fieldName().startsWith(left)) {
                    closed.add(left);
                }
            }
            before = steps;
        }
    }

    @Test
    void everyFieldSaysWhatItMeans() {
        for (EventSchema field : EventSchema.values()) {
            assertThat(field.meaning()).as(field.fieldName()).isNotBlank();
            assertThat(EventSchema.of(field.fieldName())).isEqualTo(field);
        }
    }
}
