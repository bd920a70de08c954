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
    private static final int NAMED_REGIONS = 20;
    private static final String TEMPLATE_DATA =
            "'{\"MetadataOptions\":{\"HttpTokens\":\"required\",\"HttpEndpoint\":\"enabled\"}}'";
    private static final String ATTACH_POLICY =
            "aws organizations attach-policy --policy-id POLICY-ID --target-id ROOT-OU-OR-ACCOUNT-ID";

    private final List<String> regions;
    private final String region;
    private final String partition;
    private final List<String> behindHop;

    private FutureSteps(List<InstanceVerdict> instances) {
        this.regions = Place.regions(instances);
        this.region = Place.regionOr(regions);
        this.partition = Place.partition(regions);
        this.behindHop = behindHop(instances);
    }

    /** Ids of the instances where a container behind a network hop was seen to call IMDS. */
    static List<String> behindHop(List<InstanceVerdict> instances) {
        return instances.stream()
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
                                + " --launch-template-data " + TEMPLATE_DATA + " --region " + region,
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
                accountDefault(regions));
    }

    /** The commands for these Regions, or for one to be filled in. */
    public static List<String> accountDefault(List<String> regions) {
        return defaults("--http-tokens required --http-put-response-hop-limit -1", regions);
    }

    /** The commands that enforce it in these Regions, or in one to be filled in. */
    public static List<String> enforcement(List<String> regions) {
        return defaults("--http-tokens required --http-tokens-enforced enabled", regions);
    }

    /** A command for each Region that is known; with the word to fill in where none is, or too many to be listed are. */
    static List<String> defaults(String options, List<String> regions) {
        List<String> named = regions.isEmpty() || regions.size() > NAMED_REGIONS ? List.of("REGION") : regions;
        return named.stream()
                .map(each -> "aws ec2 modify-instance-metadata-defaults " + options + " --region " + each)
                .toList();
    }

    private Step enforcement() {
        return new Step(
                "4. Enforcement, for each Region, once nobody needs a way back",
                List.of(
                        "From then on launches with HttpTokens=optional, and setting an instance back to optional, are refused"
                                + " (UnsupportedOperation). Packer asks for optional unless told (metadata_options). Instances that are"
                                + " optional stay so. --http-tokens-enforced disabled undoes it. It needs an AWS CLI of 2026-03 or later."),
                enforcement(regions));
    }

    private Step declarativePolicy() {
        return new Step(
                "5. Organisation: declarative policy for EC2",
                List.of(
                        "It takes the place of 3 and 4 in all accounts and Regions under the target, and they cannot change it. Never"
                                + " enforce while the default is optional: launches would fail."),
                declarative("'" + OrganisationPolicies.oneLine(OrganisationPolicies.declarative()) + "'"));
    }

    private Step launchPolicy() {
        return new Step(
                "6. Organisation: service control policy on launches",
                List.of(
                        "It refuses every launch that does not state HttpTokens=required in the request or its template, also where"
                                + " account or image would have made it so: templates first. With enforcement it adds nothing else.",
                        "It binds neither the management account nor service-linked roles: Auto Scaling's launches are judged only when"
                                + " somebody creates or updates the group or starts a refresh."),
                controlPolicy("imdsv2-launch", OrganisationPolicies.launch(partition)));
    }

    private Step noWayBackPolicy() {
        return new Step(
                "7. Organisation: service control policy against the way back",
                List.of(
                        "Calls that change only the hop limit or the endpoint pass (that is what Null is for); the roll-back above does"
                                + " not. The account's defaults can then be changed by the role ec2-imds-admins alone: put yours there.",
                        "It binds neither the management account nor service-linked roles."),
                controlPolicy("imdsv2-no-way-back", OrganisationPolicies.noWayBack(partition)));
    }

    private Step roleDeliveryPolicy() {
        return new Step(
                "8. Last: credentials that IMDSv1 handed out are worth nothing",
                List.of(
                        "Only once MetadataNoToken has been 0 for longer than credentials live (6 hours and more): sessions that IMDSv1"
                                + " began break at once. It binds instance roles only, and neither the management account nor"
                                + " service-linked roles. Roles with the tag ExemptFromIMDSv2 are left out."),
                controlPolicy("imdsv2-role-delivery", OrganisationPolicies.roleDelivery()));
    }

    private static List<String> controlPolicy(String name, String policy) {
        return serviceControl(name, "'" + OrganisationPolicies.oneLine(policy) + "'");
    }

    /** The commands that make and attach a service control policy; {@code content} as a word of the shell. */
    public static List<String> serviceControl(String name, String content) {
        return List.of(createPolicy("SERVICE_CONTROL_POLICY", name, content), ATTACH_POLICY);
    }

    /** The commands that make and attach a declarative policy for EC2; {@code content} as a word of the shell. */
    public static List<String> declarative(String content) {
        return List.of(
                "aws organizations enable-policy-type --root-id ROOT-ID --policy-type DECLARATIVE_POLICY_EC2",
                createPolicy("DECLARATIVE_POLICY_EC2", "imdsv2", content),
                ATTACH_POLICY);
    }

    private static String createPolicy(String type, String name, String content) {
        return "aws organizations create-policy --type " + type + " --name " + name
                + " --description 'IMDSv2 is required' --content " + content;
    }
}
