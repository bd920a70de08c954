package dev.imdsanalyzer.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** AWS's own model of its interfaces, as botocore has it: members and types; values of enumerations it leaves alone. */
final class AwsModel {
    private static final String ASK = """
            import json, sys
            try:
                import botocore.session
                from botocore.validate import ParamValidator
            except ImportError:
                sys.exit(77)
            model = botocore.session.get_session().get_service_model(sys.argv[1])
            shape = model.operation_model(sys.argv[2]).input_shape
            print(ParamValidator().validate(json.load(sys.stdin), shape).generate_report())
            """;

    private AwsModel() {}

    /** Fails with what the operation does not know; skips the test where botocore is not on this machine. */
    static void assertTakes(String service, String operation, JsonNode parameters) throws Exception {
        Process python = new ProcessBuilder("/usr/bin/python3", "-c", ASK, service, operation)
                .redirectErrorStream(true)
                .start();
        try (var input = python.getOutputStream()) {
            input.write(parameters.toString().getBytes(StandardCharsets.UTF_8));
        }
        String answer = new String(python.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int status = python.waitFor();

        assumeThat(status).as("botocore is on this machine").isNotEqualTo(77);
        assertThat(answer.strip()).isEmpty();
        assertThat(status).isZero();
    }

    /** The same with members as most interfaces write them; CloudFormation writes each with a capital. */
    static JsonNode lowered(JsonNode node) {
        if (node.isObject()) {
            ObjectNode lowered = JsonNodeFactory.instance.objectNode();
            node.properties()
                    .forEach(member -> lowered.set(
                            member.getKey().substring(0, 1).toLowerCase(Locale.ROOT)
                                    + member.getKey().substring(1),
                            lowered(member.getValue())));
            return lowered;
        }
        if (node.isArray()) {
            var lowered = JsonNodeFactory.instance.arrayNode();
            node.forEach(each -> lowered.add(lowered(each)));
            return lowered;
        }
        return node;
    }
}
