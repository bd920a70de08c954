package dev.imdsanalyzer.output.line;

import dev.imdsanalyzer.output.line.field.EventSchema;
import dev.imdsanalyzer.output.line.field.LineJson;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Who writes the lines: this run of the analyzer, on this host.
 *
 * @param version of the analyzer
 * @param runId tells this run from every other
 */
public record Origin(HostFacts host, String version, String runId) {
    public static Origin of(HostFacts host, String version) {
        return new Origin(
                host,
                version,
                HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong()));
    }

    public void writeAgent(LineJson json) {
        json.text(EventSchema.AGENT_VERSION, version, 64);
        json.word(EventSchema.AGENT_EPHEMERAL_ID, runId);
    }

    public void writeHost(LineJson json, long uptimeSeconds) {
        CloudFacts cloud = host.cloud();
        json.word(EventSchema.CLOUD_ACCOUNT_ID, cloud.accountId());
        json.word(EventSchema.CLOUD_AVAILABILITY_ZONE, cloud.availabilityZone());
        json.word(EventSchema.CLOUD_INSTANCE_ID, host.instanceId());
        json.word(EventSchema.CLOUD_REGION, cloud.region());
        json.text(EventSchema.HOST_NAME, host.hostName(), 256);
        json.number(EventSchema.HOST_UPTIME, uptimeSeconds);
    }
}
