package dev.imdsanalyzer.output.line.field;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** The field reference is made of the fields that the writer uses. */
class FieldReferenceTest {
    private static final Path REFERENCE = Path.of("docs/fields.md");

    @Test
    void theReferenceIsMadeOfTheFields() throws IOException {
        if (Boolean.getBoolean("schema.regenerate")) {
            Files.writeString(REFERENCE, text());
            abort("written, not compared");
        }
        assertThat(REFERENCE)
                .as("mvn test -Dtest=FieldReferenceTest -Dschema.regenerate=true")
                .hasContent(text());
    }

    private static String text() {
        StringBuilder text = new StringBuilder(8192).append("""
                # The fields of a log line

                Made from `EventSchema` by a test; a field that is unknown is left out. Those in bold are in every line.

                | field | type | meaning | example |
                | --- | --- | --- | --- |
                """);
        for (EventSchema field : EventSchema.values()) {
            String name = "`" + field.fieldName() + "`";
            String example = field.example().isEmpty() ? "" : "`" + field.example() + "`";
            text.append("| ")
                    .append(field.required() ? "**" + name + "**" : name)
                    .append(" | ")
                    .append(field.type().name().toLowerCase(Locale.ROOT).replace('_', ' '))
                    .append(" | ")
                    .append(cell(field.meaning()))
                    .append(" | ")
                    .append(cell(example))
                    .append(" |\n");
        }
        return text.toString();
    }

    private static String cell(String text) {
        return text.replace("|", "\\|");
    }
}
