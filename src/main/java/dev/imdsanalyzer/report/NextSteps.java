package dev.imdsanalyzer.report;

import dev.imdsanalyzer.output.line.CloudFacts;
import java.util.List;

/**
 * The commands that require IMDSv2 on one instance, verify it and take it back.
 * Source: EC2 User Guide, "Configure the Instance Metadata Service options"; for enforcement "Enforce IMDSv2 at the account level",
 * 2026.
 */
public final class NextSteps {
    /** Which checks complain about a hop limit above 1. */
    static final String HOP_CHECKS =
            "CKV_AWS_341 (Checkov), EC2_TOKEN_HOP_LIMIT_CHECK (AWS Config) and CT.EC2.PR.2 (Control Tower)"
                    + " complain about a hop limit of 2";

    static final String NO_WAY_BACK =
            "in an account that enforces IMDSv2 (HttpTokensEnforced is enabled) the way back is refused"
                    + " (UnsupportedOperation) until that is undone: ask before";

    private NextSteps() {}

    /** What stands in the place of the commands where all that are READY require IMDSv2 already. */
    public static String nothingToRequire(int ready) {
        return "IMDSv2 is required already on "
                + (ready == 1 ? "the instance that is ready" : "all " + Amount.grouped(ready) + " that are ready")
                + ": nothing is left to do there; watch MetadataNoTokenRejected, and go on with what is launched later.";
    }

    /**
     * A heading with commands under it.
     *
     * @param title a few words
     * @param notes sentences on what it needs and breaks
     * @param commands lines to copy; instance ids and the like in capitals where they have to be filled in
     */
    public record Step(String title, List<String> notes, List<String> commands) {}

    static String modify(String instanceId, CloudFacts place, String options) {
        return "aws ec2 modify-instance-metadata-options --instance-id " + instanceId + " " + options
                + Place.regionOption(place);
    }

    /** Asks whether the account lets an instance go back to IMDSv1. */
    static String askForEnforcement(CloudFacts place) {
        return "aws ec2 get-instance-metadata-defaults --query AccountLevel" + Place.regionOption(place);
    }

    /** For one instance with a valid id. */
    public static List<Step> forInstance(Instance instance) {
        String id = instance.id();
        CloudFacts place = instance.place();
        return List.of(
                new Step(
                        "Require IMDSv2 (no restart needed)",
                        List.of(
                                instance.traits().behindHop()
                                        ? "A container behind a network hop calls IMDS here: the hop limit has to be 2 (add"
                                                + " --http-put-response-hop-limit 2 if it is 1); " + HOP_CHECKS + "."
                                        : "The hop limit is left as it is: no container behind a network hop was seen to call IMDS."),
                        List.of(modify(id, place, "--http-tokens required --http-endpoint enabled"))),
                new Step(
                        "Verify (State becomes applied; of a stopped instance at its next start), and watch"
                                + " MetadataNoTokenRejected",
                        List.of(),
                        List.of("aws ec2 describe-instances --instance-ids " + id
                                + " --query 'Reservations[].Instances[].MetadataOptions'" + Place.regionOption(place))),
                new Step(
                        "Roll back",
                        List.of("Not everywhere: " + NO_WAY_BACK + "."),
                        List.of(
                                askForEnforcement(place),
                                modify(id, place, "--http-tokens optional --http-endpoint enabled"))));
    }

    /** For an instance that made no call at all, at boot neither. */
    public static Step turnOff(Instance instance) {
        String id = instance.id();
        return new Step(
                "Or turn the endpoint off",
                List.of(
                        "Then nothing on it has IMDS any more: cloud-init at the next boot, the SSM agent, EC2 Instance Connect, and"
                                + " whatever uses the instance role's credentials.",
                        "Never on a node of EKS or ECS: the first command must print nothing."),
                List.of(
                        "aws ec2 describe-tags --filters Name=resource-id,Values=" + id
                                + " 'Name=key,Values=eks:cluster-name,aws:eks:cluster-name,kubernetes.io/cluster/*,k8s.io/cluster-autoscaler/*,AmazonECSManaged,ecs:*'"
                                + " --query 'Tags[].Key' --output text" + Place.regionOption(instance.place()),
                        modify(id, instance.place(), "--http-endpoint disabled")));
    }
}
