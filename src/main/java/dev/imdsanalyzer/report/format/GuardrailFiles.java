package dev.imdsanalyzer.report.format;

import dev.imdsanalyzer.report.Evidence;
import dev.imdsanalyzer.report.FutureSteps;
import dev.imdsanalyzer.report.GuardrailState;
import dev.imdsanalyzer.report.NextSteps;
import dev.imdsanalyzer.report.OrganisationPolicies;
import dev.imdsanalyzer.report.ReportData;
import dev.imdsanalyzer.report.Times;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What keeps IMDSv1 away once it is gone, as files in a folder, with a README in order: what each needs and breaks, and whether
 * today's verdict allows it. No text from a log gets into a file that a program reads, the list of callers aside.
 */
public final class GuardrailFiles {
    private final ReportData data;
    private final GuardrailState state;
    private final List<NextSteps.Step> future;
    private final Map<String, String> files = new LinkedHashMap<>();
    private final List<String> rows = new ArrayList<>();

    private GuardrailFiles(ReportData data) {
        this.data = data;
        this.state = new GuardrailState(data);
        this.future = FutureSteps.of(data.instances());
    }

    /** The files by name; the README first. */
    public static Map<String, String> of(ReportData data) {
        GuardrailFiles guardrails = new GuardrailFiles(data);
        guardrails.instances();
        guardrails.templates();
        guardrails.account();
        guardrails.policies();
        guardrails.hosts();
        Map<String, String> all = new LinkedHashMap<>();
        all.put(AllowFiles.README, guardrails.readme());
        all.putAll(guardrails.files);
        return all;
    }

    private void add(String name, String text, List<String> lacks, String needs, String breaks) {
        add(name, text, lacks, needs, breaks, List.of());
    }

    /** @param how the commands that apply it, run from the folder */
    private void add(String name, String text, List<String> lacks, String needs, String breaks, List<String> how) {
        files.put(name, text);
        row(name, lacks, needs, breaks, how);
    }

    private void row(String name, List<String> lacks, String needs, String breaks, List<String> how) {
        rows.add(
                "\n## " + (rows.size() + 1) + ". `" + name + "`\n\n- **" + (lacks.isEmpty() ? "Apply now." : "Not yet:")
                        + "**" + (lacks.isEmpty() ? "" : " " + Markdown.prose(String.join("; ", lacks)) + ".")
                        + "\n- Needs: " + needs + "\n- Breaks: " + breaks + "\n" + Markdown.fence(how));
    }

    private String readme() {
        StringBuilder text = new StringBuilder(
                "# Guardrails: IMDSv1 stays gone\n\n**" + data.verdict().title() + "** "
                        + Markdown.prose(Headline.of(data)) + "\n\n"
                        + "In this order. *Apply now* stands only where this report allows it today; make the folder anew before you go"
                        + " on. Nothing in it has been applied.\n");
        known(text);
        rows.forEach(text::append);
        return text.append(
                        "\n## What looks at the settings afterwards\n\n"
                                + "AWS Config: EC2_IMDSV2_CHECK, EC2_LAUNCH_TEMPLATE_IMDSV2_CHECK (default version),"
                                + " AUTOSCALING_LAUNCHCONFIG_REQUIRES_IMDSV2; Security Hub: EC2.8, EC2.170, AutoScaling.3; Control Tower:"
                                + " CT.EC2.PR.1; Checkov: CKV_AWS_79; Trivy: AWS-0028, AWS-0130. A hop limit of 2 makes CKV_AWS_341,"
                                + " EC2_TOKEN_HOP_LIMIT_CHECK and CT.EC2.PR.2 complain. All of them look at the setting, none at who calls.\n")
                .toString();
    }

    /** What the pieces for a whole account rest on. */
    private void known(StringBuilder text) {
        for (Evidence.Answer answer : Evidence.witnesses(data)) {
            text.append("\nWitness ")
                    .append(answer.name())
                    .append(": ")
                    .append(answer.answer().replace('-', ' '))
                    .append('.');
        }
        text.append('\n');
        List<String> regions = state.regions();
        text.append("\nRegions known from logs and inventory: ")
                .append(regions.isEmpty() ? "none" : String.join(", ", regions))
                .append(
                        ". What holds for an account holds in all of its Regions: the inventory has to be of each that is enabled.\n");
        if (data.trail() != null && data.trail().firstEvent() <= data.trail().lastEvent()) {
            text.append("CloudTrail's records of instances' roles: from ")
                    .append(Times.minutes(data.trail().firstEvent()))
                    .append(" to ")
                    .append(Times.minutes(data.trail().lastEvent()))
                    .append(" UTC.\n");
        }
    }

    private void instances() {
        ByteArrayOutputStream script = new ByteArrayOutputStream();
        try (PrintStream out = new PrintStream(script, false, StandardCharsets.UTF_8)) {
            ScriptReport.write(data, out);
        }
        add(
                "instances/require-imdsv2.sh",
                script.toString(StandardCharsets.UTF_8),
                state.someInstance(),
                "the AWS CLI; it is a dry run without --apply, and names the READY instances alone.",
                "callers of IMDSv1 that nobody saw. In an account with HttpTokensEnforced there is no way back.",
                List.of("bash instances/require-imdsv2.sh", "bash instances/require-imdsv2.sh --apply"));
    }

    private void templates() {
        List<String> behindHop = state.behindHop();
        String needs =
                "the same in each template; then the groups go over to it and are refreshed, or running instances stay as they are."
                        + (behindHop.isEmpty()
                                ? " The hop limit is left out: no container behind a network hop was seen to call IMDS."
                                : " The second one, with a hop limit of 2, only where containers behind a network hop call IMDS.");
        String breaks =
                "callers of IMDSv1 on what is launched from it; containers behind a network hop where the limit is 1.";
        List<String> lacks = state.everyInstance();
        add(
                "terraform/launch-template.tf",
                GuardrailTexts.terraformTemplate(behindHop),
                lacks,
                needs,
                breaks,
                future.get(0).commands());
        add(
                "cloudformation/launch-template.yaml",
                GuardrailTexts.cloudFormationTemplate(behindHop),
                lacks,
                needs,
                breaks);
        add(
                "packer/imds.pkr.hcl",
                GuardrailTexts.PACKER,
                lacks,
                "a new image; imds-support cannot be taken back from one.",
                "callers of IMDSv1 in the image and its build.",
                future.get(1).commands());
        add(
                "karpenter/ec2nodeclass.yaml",
                GuardrailTexts.KARPENTER,
                lacks,
                "the rest of your own EC2NodeClass; workloads on IRSA or Pod Identity.",
                "pods that use the node's role; nodes are replaced.");
        add(
                "eksctl/cluster.yaml",
                GuardrailTexts.eksctl(state.region()),
                lacks,
                "names in capitals filled in; the hop limit cannot be set there and is 2.",
                "callers of IMDSv1 on new nodes.");
    }

    private void account() {
        List<String> commands = FutureSteps.accountDefault(state.regions());
        List<String> lacks = state.wholeAccount();
        add(
                "terraform/account-default.tf",
                GuardrailTexts.terraformDefault(commands),
                lacks,
                "templates first.",
                "launches that say nothing and whose software calls IMDSv1.",
                commands);
        row(
                "enforcement",
                lacks,
                "the account default, and that nobody needs a way back any more; an AWS CLI of 2026-03 or later. Undone by"
                        + " --http-tokens-enforced disabled.",
                "each launch with HttpTokens=optional (Packer's, unless told), and setting an instance back to optional:"
                        + " UnsupportedOperation. So also the roll-back of this report.",
                FutureSteps.enforcement(state.regions()));
    }

    private void policies() {
        String partition = state.partition();
        String attach =
                " Attach it to this account alone, not to others that the inventory does not show. It binds neither the"
                        + " management account nor service-linked roles.";
        List<String> lacks = state.wholeAccount();
        add(
                "policies/declarative-ec2.json",
                OrganisationPolicies.declarative(),
                lacks,
                "DECLARATIVE_POLICY_EC2 enabled for the root; takes the place of the account default." + attach,
                "launches and changes to optional; the roll-back of this report.",
                FutureSteps.declarative("file://policies/declarative-ec2.json"));
        add(
                "policies/scp-launch.json",
                OrganisationPolicies.launch(partition),
                lacks,
                "every template and every caller of RunInstances states HttpTokens=required." + attach,
                "each launch that does not state it, also where account or image would make it so.",
                FutureSteps.serviceControl("imdsv2-launch", "file://policies/scp-launch.json"));
        add(
                "policies/scp-no-way-back.json",
                OrganisationPolicies.noWayBack(partition),
                lacks,
                "the role ec2-imds-admins, or yours in its place." + attach,
                "--http-tokens optional, so also the roll-back of this report.",
                FutureSteps.serviceControl("imdsv2-no-way-back", "file://policies/scp-no-way-back.json"));
        add(
                "policies/scp-role-delivery.json",
                OrganisationPolicies.roleDelivery(),
                lacks,
                "MetadataNoToken 0 for longer than credentials live. Exempt: a role with the tag ExemptFromIMDSv2=true; see that"
                        + " only admins may set it." + attach,
                "sessions whose credentials IMDSv1 handed out, at once.",
                FutureSteps.serviceControl("imdsv2-role-delivery", "file://policies/scp-role-delivery.json"));
        List<String> network = new ArrayList<>(List.of("the log does not show which VPC endpoints are there"));
        network.addAll(lacks);
        add(
                "policies/scp-same-network.json",
                OrganisationPolicies.network(partition),
                network,
                "VPC endpoints for all services in use; never the address without the VPC.",
                "every call of an instance's role through NAT or an internet gateway; pods with addresses of their own.");
    }

    private void hosts() {
        add(
                "config/config-rules.yaml",
                GuardrailTexts.CONFIG_RULES,
                List.of(),
                "a recorder of AWS Config.",
                "nothing: it tells alone.");
        List<String> containers = state.noContainers();
        String forContainers = "workloads on IRSA, Pod Identity or task roles.";
        add(
                "kubernetes/networkpolicy.yaml",
                GuardrailTexts.NETWORK_POLICY,
                containers,
                "a network plugin that keeps policies; " + forContainers,
                "pods that use the node's role, and egress that another policy opened in a namespace of its own.");
        add(
                "ecs/ecs.config",
                GuardrailTexts.ECS,
                containers,
                "a restart of the agent; " + forContainers + " In host mode tasks cannot be kept from IMDS.",
                "tasks that use the instance's role.");
        add(
                "docker/docker-user.sh",
                GuardrailTexts.DOCKER,
                containers,
                "Docker with its chain DOCKER-USER, for IPv6 too. Task credentials at 169.254.170.2 are not touched.",
                "containers behind the bridge that use the instance's role.");
        AllowFiles.of(data).forEach((name, text) -> files.put("host/" + name, text));
        row(
                "host/",
                state.boots(),
                "its own README read, as everybody seen is in its lists.",
                "whoever is not listed.",
                List.of());
    }
}
