package dev.imdsanalyzer.output.line.summary;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import tools.jackson.databind.JsonNode;

/** The published rules of CloudWatch's embedded metric format: its schema, and those that stand in its text alone. */
final class EmbeddedMetricFormat {
    private static final int MAX_DIMENSION_VALUE = 1024;
    private static final Schema SCHEMA = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
            .getSchema(EmbeddedMetricFormat.class.getResourceAsStream("embedded-metric-format.schema.json"));

    private EmbeddedMetricFormat() {}

    static void check(JsonNode line) {
        assertThat(SCHEMA.validate(line)).isEmpty();
        for (JsonNode directive : line.at("/_aws/CloudWatchMetrics")) {
            for (JsonNode dimensions : directive.at("/Dimensions")) {
                for (JsonNode dimension : dimensions) {
                    JsonNode target = line.path(dimension.asString());
                    assertThat(target.isString()).as(dimension.asString()).isTrue();
                    assertThat(target.asString()).hasSizeLessThanOrEqualTo(MAX_DIMENSION_VALUE);
                }
            }
            for (JsonNode metric : directive.at("/Metrics")) {
                assertThat(line.path(metric.at("/Name").asString()).isNumber())
                        .as(metric.toString())
                        .isTrue();
            }
        }
    }
}
