package dev.imdsanalyzer.report;

import dev.imdsanalyzer.report.NextSteps.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What closes the future, in this order: templates and groups, images, the account's default, its enforcement, the
 * organisation's declarative policy, and last its service control policies, which break whatever was left out before.
 * Source: EC2 User Guide, "Configure the Instance Metadata Service options", "Example IAM policies"; Organizations User Guide,
 * "Declarative policy syntax", "SCP evaluation"; EC2 Auto Scaling User Guide, "Launch template permissions"; 2026.
 */
public final class FutureSteps {
    private static final int NAMED_INSTANCES = 5;

    private final String region;
    private final String partition;
    private final List<String> behindHop;

    private FutureSteps(List<InstanceVerdict> instances) {
        List<String> regions = Place.regions(instances);
        this.region = Place.regionOr(regions);
        this.partition = Place.partition(regions);
        this.behindHop = instances.stream()
                .filter(verdict -> verdict.instance().traits().behindHop())
                .map(verdict -> verdict.instance().id())
                .filter(InstanceIds::isValid)
                .toList();
    }

    /** For these instances, whose Regions and hops are looked at. */
    public static List<Step> of(List<InstanceVerdict> instances) {
        FutureSteps future = new FutureSteps(instances);
        return List.of(
                future.template(),
                future.image(),
                future.accountDefault(),
                future.enforcement(),
                future.declarativePolicy(),
                future.launchPolicy(),
                future.noWayBackPolicy(),
                future.roleDeliveryPolicy());
    }

    private Step template() {
        List<String> notes = new ArrayList<>();
        notes.add("Which group and template an instance came from its tags say: aws:autoscaling:groupName,"
                + " aws:ec2launchtemplate:id. Without the refresh running instances stay as they are, and a change to one of them"
                + " lasts until the group replaces it. Move launch configurations to templates.");
        notes.add(
                behindHop.isEmpty()
                        ? "The hop limit is left out: no container behind a network hop was seen to call IMDS."
                        : "Add \"HttpPutResponseHopLimit\":2 only to the templates of instances where a container behind a network hop"
                                + " was seen to call IMDS: " + named() + "; " + NextSteps.HOP_CHECKS + ".");
        return new Step(
                "1. Launch templates and Auto Scaling groups",
                notes,
                List.of(
                        "aws ec2 create-launch-template-version --launch-template-id LAUNCH-TEMPLATE-ID --source-version N"
                                + " --launch-template-data '{\"MetadataOptions\":{\"HttpTokens\":\"required\",\"HttpEndpoint\":"
                                + "\"enabled\"}}' --region " + region,
                        "aws autoscaling update-auto-scaling-group --auto-scaling-group-name GROUP --launch-template"
                                + " LaunchTemplateId=LAUNCH-TEMPLATE-ID,Version=NEW --region " + region,
                        "aws autoscaling start-instance-refresh --auto-scaling-group-name GROUP --preferences"
                                + " '{\"SkipMatching\":true}' --region " + region));
    }

    private String named() {
        return behindHop.stream().limit(NAMED_INSTANCES).collect(Collectors.joining(", "))
                + (behindHop.size() > NAMED_INSTANCES
                        ? " and " + Amount.grouped(behindHop.size() - NAMED_INSTANCES) + " more"
                        : "");
    }

    private Step image() {
        return new Step(
                "2. Images",
                List.of(
                        "Cannot be taken back. Instances get HttpTokens required and a hop limit of 2 unless launch or account say"
                                + " otherwise."),
                List.of("aws ec2 modify-image-attribute --image-id AMI-ID --imds-support v2.0 --region " + region));
    }

    private Step accountDefault() {
        return new Step(
                "3. Account default, for each Region",
                List.of(
                        "For launches that say nothing. A hop limit of -1 is no preference: 2 for images with imds-support v2.0, else 1."),
                List.of(
                        "aws ec2 modify-instance-metadata-defaults --http-tokens required --http-put-response-hop-limit -1"
                                + " --region " + region));
    }

    private Step enforcement() {
        return new Step(
                "4. Enforcement, for each Region, once nobody needs a way back",
                List.of(
                        "From then on launches with HttpTokens=optional, and setting an instance back to optional, are refused"
                                + " (UnsupportedOperation). Packer asks for optional unless told (metadata_options). Instances that are"
                                + " optional stay so. --http-tokens-enforced disabled undoes it. It needs an AWS CLI of 2026-03 or later."),
                List.of(
                        "aws ec2 modify-instance-metadata-defaults --http-tokens required --http-tokens-enforced enabled"
                                + " --region " + region));
    }

    private Step declarativePolicy() {
        return new Step(
                "5. Organisation: declarative policy for EC2",
                List.of(
                        "It takes the place of 3 and 4 in all accounts and Regions under the target, and they cannot change it. Never"
                                + " enforce while the default is optional: launches would fail."),
                List.of(
                        "aws organizations enable-policy-type --root-id ROOT-ID --policy-type DECLARATIVE_POLICY_EC2",
                        "aws organizations create-policy --type DECLARATIVE_POLICY_EC2 --name imdsv2 --description 'IMDSv2 is required'"
                                + " --content '{\"ec2_attributes\":{\"exception_message\":{\"@@assign\":\"IMDSv2 is required.\"},"
                                + "\"instance_metadata_defaults\":{\"http_tokens\":{\"@@assign\":\"required\"},"
                                + "\"http_tokens_enforced\":{\"@@assign\":\"enabled\"},"
                                + "\"http_put_response_hop_limit\":{\"@@assign\":\"-1\"},"
                                + "\"http_endpoint\":{\"@@assign\":\"no_preference\"},"
                                + "\"instance_metadata_tags\":{\"@@assign\":\"no_preference\"}}}}'",
                        "aws organizations attach-policy --policy-id POLICY-ID --target-id ROOT-OU-OR-ACCOUNT-ID"));
    }

    private Step launchPolicy() {
        return new Step(
                "6. Organisation: service control policy on launches",
                List.of(
                        "It refuses every launch that does not state HttpTokens=required in the request or its template, also where"
                                + " account or image would have made it so: templates first. With enforcement it adds nothing else.",
                        "It binds neither the management account nor service-linked roles: Auto Scaling's launches are judged only when"
                                + " somebody creates or updates the group or starts a refresh."),
                policy(
                        "imdsv2-launch",
                        "{\"Sid\":\"RequireImdsV2\",\"Effect\":\"Deny\",\"Action\":\"ec2:RunInstances\","
                                + "\"Resource\":\"" + instances() + "\","
                                + "\"Condition\":{\"StringNotEquals\":{\"ec2:MetadataHttpTokens\":\"required\"}}},"
                                + "{\"Sid\":\"MaxImdsHopLimit\",\"Effect\":\"Deny\",\"Action\":\"ec2:RunInstances\","
                                + "\"Resource\":\"" + instances() + "\","
                                + "\"Condition\":{\"NumericGreaterThan\":{\"ec2:MetadataHttpPutResponseHopLimit\":\"2\"}}}"));
    }

    private Step noWayBackPolicy() {
        return new Step(
                "7. Organisation: service control policy against the way back",
                List.of(
                        "Calls that change only the hop limit or the endpoint pass (that is what Null is for); the roll-back above does"
                                + " not. The account's defaults can then be changed by the role ec2-imds-admins alone: put yours there.",
                        "It binds neither the management account nor service-linked roles."),
                policy(
                        "imdsv2-no-way-back",
                        "{\"Sid\":\"NoWayBackToV1\",\"Effect\":\"Deny\",\"Action\":\"ec2:ModifyInstanceMetadataOptions\","
                                + "\"Resource\":\"" + instances() + "\","
                                + "\"Condition\":{\"StringNotEquals\":{\"ec2:Attribute/HttpTokens\":\"required\"},"
                                + "\"Null\":{\"ec2:Attribute/HttpTokens\":\"false\"}}},"
                                + "{\"Sid\":\"DefaultsByAdminsOnly\",\"Effect\":\"Deny\","
                                + "\"Action\":\"ec2:ModifyInstanceMetadataDefaults\",\"Resource\":\"*\","
                                + "\"Condition\":{\"StringNotLike\":{\"aws:PrincipalARN\":\"arn:" + partition
                                + ":iam::*:role/ec2-imds-admins\"}}}"));
    }

    private Step roleDeliveryPolicy() {
        return new Step(
                "8. Last: credentials that IMDSv1 handed out are worth nothing",
                List.of(
                        "Only once MetadataNoToken has been 0 for longer than credentials live (6 hours and more): sessions that IMDSv1"
                                + " began break at once. It binds instance roles only, and neither the management account nor"
                                + " service-linked roles. Roles with the tag ExemptFromIMDSv2 are left out."),
                policy(
                        "imdsv2-role-delivery",
                        "{\"Sid\":\"RequireAllEc2RolesToUseV2\",\"Effect\":\"Deny\",\"Action\":\"*\",\"Resource\":\"*\","
                                + "\"Condition\":{\"NumericLessThan\":{\"ec2:RoleDelivery\":\"2.0\"},"
                                + "\"StringNotEquals\":{\"aws:PrincipalTag/ExemptFromIMDSv2\":\"true\"}}}"));
    }

    private String instances() {
        return "arn:" + partition + ":ec2:*:*:instance/*";
    }

    private static List<String> policy(String name, String statements) {
        return List.of(
                "aws organizations create-policy --type SERVICE_CONTROL_POLICY --name " + name
                        + " --description 'IMDSv2'" + " --content '{\"Version\":\"2012-10-17\",\"Statement\":["
                        + statements + "]}'",
                "aws organizations attach-policy --policy-id POLICY-ID --target-id ROOT-OU-OR-ACCOUNT-ID");
    }
}
