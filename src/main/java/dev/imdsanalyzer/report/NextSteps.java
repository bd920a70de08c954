package dev.imdsanalyzer.report;

import java.util.List;

/**
 * The commands that require IMDSv2, verify it and take it back, from one instance up to the organisation.
 * Source: EC2 User Guide, "Configure the Instance Metadata Service options" and "Example IAM policies"; Organizations User
 * Guide, "Declarative policy syntax".
 */
public final class NextSteps {
    private NextSteps() {}

    /**
     * A heading with commands under it.
     *
     * @param title a few words
     * @param commands lines to copy; instance ids and the like in capitals where they have to be filled in
     */
    public record Step(String title, List<String> commands) {}

    static String modify(String instanceId, String options) {
        return "aws ec2 modify-instance-metadata-options --instance-id " + instanceId + " " + options;
    }

    /** For the instance given, or for {@code INSTANCE-ID} to be filled in. */
    public static List<Step> forInstance(String instanceId) {
        return List.of(
                new Step(
                        "Require IMDSv2 (no restart needed)",
                        List.of(modify(instanceId, "--http-tokens required --http-endpoint enabled"))),
                new Step(
                        "Verify (State becomes applied), and watch MetadataNoTokenRejected",
                        List.of("aws ec2 describe-instances --instance-ids " + instanceId
                                + " --query 'Reservations[].Instances[].MetadataOptions'")),
                new Step("Roll back", List.of(modify(instanceId, "--http-tokens optional --http-endpoint enabled"))));
    }

    /** For an instance that made no call at all. */
    public static Step turnOff(String instanceId) {
        return new Step("Or turn the endpoint off", List.of(modify(instanceId, "--http-endpoint disabled")));
    }

    /** For what is launched later: template, account, organisation. */
    public static List<Step> forTheFuture() {
        return List.of(
                new Step(
                        "Launch template (then let the group use the new version)",
                        List.of("aws ec2 create-launch-template-version --launch-template-id LAUNCH-TEMPLATE-ID"
                                + " --source-version N --launch-template-data '{\"MetadataOptions\":{\"HttpTokens\":"
                                + "\"required\",\"HttpEndpoint\":\"enabled\",\"HttpPutResponseHopLimit\":2}}'")),
                new Step(
                        "Account default, for each Region",
                        List.of("aws ec2 modify-instance-metadata-defaults --region REGION --http-tokens required"
                                + " --http-put-response-hop-limit 2")),
                new Step(
                        "Organisation: declarative policy for EC2",
                        List.of("{\"ec2_attributes\":{\"instance_metadata_defaults\":{\"http_tokens\":{\"@@assign\":"
                                + "\"required\"},\"http_put_response_hop_limit\":{\"@@assign\":\"2\"}}}}")),
                new Step(
                        "Organisation: service control policy",
                        List.of(
                                "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Sid\":\"RequireImdsV2\",\"Effect\":\"Deny\","
                                        + "\"Action\":\"ec2:RunInstances\",\"Resource\":\"arn:aws:ec2:*:*:instance/*\","
                                        + "\"Condition\":{\"StringNotEquals\":{\"ec2:MetadataHttpTokens\":\"required\"}}}]}")));
    }
}
