package dev.imdsanalyzer.report.format;

import dev.imdsanalyzer.report.GuardrailState;
import dev.imdsanalyzer.report.ReportData;
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
    private final Map<String, String> files = new LinkedHashMap<>();
    private final List<String> rows = new ArrayList<>();

    private GuardrailFiles(ReportData data) {
        this.data = data;
        this.state = new GuardrailState(data);
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
        files.put(name, text);
        row(name, lacks, needs, breaks);
    }

    private void row(String name, List<String> lacks, String needs, String breaks) {
        rows.add(
                "\n## " + (rows.size() + 1) + ". `" + name + "`\n\n- **" + (lacks.isEmpty() ? "Apply now." : "Not yet:")
                        + "**" + (lacks.isEmpty() ? "" : " " + Markdown.prose(String.join("; ", lacks)) + ".")
                        + "\n- Needs: " + needs + "\n- Breaks: " + breaks + "\n");
    }

    private String readme() {
        StringBuilder text = new StringBuilder(
                "# Guardrails: IMDSv1 stays gone\n\n**" + data.verdict().title() + "** "
                        + Markdown.prose(Headline.of(data)) + "\n\n"
                        + "In this order. *Apply now* stands only where this report allows it today; make the folder anew before you go"
                        + " on. Nothing in it has been applied.\n");
        rows.forEach(text::append);
        return text.append(
                        "\n## What looks at the settings afterwards\n\n"
                                + "AWS Config: EC2_IMDSV2_CHECK, EC2_LAUNCH_TEMPLATE_IMDSV2_CHECK (default version),"
                                + " AUTOSCALING_LAUNCHCONFIG_REQUIRES_IMDSV2; Security Hub: EC2.8, EC2.170, AutoScaling.3; Control Tower:"
                                + " CT.EC2.PR.1; Checkov: CKV_AWS_79; Trivy: AWS-0028, AWS-0130. A hop limit of 2 makes CKV_AWS_341,"
                                + " EC2_TOKEN_HOP_LIMIT_CHECK and CT.EC2.PR.2 complain. All of them look at the setting, none at who calls.\n")
                .toString();
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
                "callers of IMDSv1 that nobody saw. In an account with HttpTokensEnforced there is no way back.");
    }

    private void templates() {
        String hop = state.behindHop()
                ? "2 # a container behind a network hop was seen to call IMDS; 1 for templates without such"
                : "1 # 2 only if containers behind a bridge need IMDS: none was seen";
        String needs =
                "the same in each template; then update-auto-scaling-group and start-instance-refresh, or running"
                        + " instances stay as they are.";
        String breaks = "callers of IMDSv1 on what is launched from it; pods behind a hop where the limit is 1.";
        List<String> lacks = state.everyInstance();
        add(
                "terraform/launch-template.tf",
                "resource \"aws_launch_template\" \"app\" {\n  metadata_options {\n    http_endpoint               = \"enabled\"\n"
                        + "    http_tokens                 = \"required\"\n    http_put_response_hop_limit = " + hop
                        + "\n  }\n  update_default_version = true\n}\n",
                lacks,
                needs,
                breaks);
        add(
                "cloudformation/launch-template.yaml",
                "Resources:\n  Template:\n    Type: AWS::EC2::LaunchTemplate\n    Properties:\n      LaunchTemplateData:\n"
                        + "        MetadataOptions:\n          HttpEndpoint: enabled\n          HttpTokens: required\n"
                        + "          HttpPutResponseHopLimit: " + hop + "\n",
                lacks,
                needs,
                breaks);
        add(
                "packer/imds.pkr.hcl",
                "# Into each source \"amazon-ebs\": without metadata_options the build host asks for optional, and fails where IMDSv2"
                        + " is enforced.\nsource \"amazon-ebs\" \"image\" {\n  imds_support = \"v2.0\"\n  metadata_options {\n"
                        + "    http_endpoint               = \"enabled\"\n    http_tokens                 = \"required\"\n"
                        + "    http_put_response_hop_limit = 1\n  }\n}\n",
                lacks,
                "a new image; imds-support cannot be taken back from one.",
                "callers of IMDSv1 in the image and its build.");
        add(
                "karpenter/ec2nodeclass.yaml",
                "apiVersion: karpenter.k8s.aws/v1\nkind: EC2NodeClass\nmetadata:\n  name: default\nspec:\n  metadataOptions:\n"
                        + "    httpEndpoint: enabled\n    httpTokens: required\n    httpPutResponseHopLimit: 1\n",
                lacks,
                "the rest of your own EC2NodeClass; workloads on IRSA or Pod Identity.",
                "pods that use the node's role; nodes are replaced.");
        add(
                "eksctl/cluster.yaml",
                "apiVersion: eksctl.io/v1alpha5\nkind: ClusterConfig\nmetadata:\n  name: CLUSTER\n  region: REGION\n"
                        + "managedNodeGroups:\n  - name: NODES\n    disableIMDSv1: true\n",
                lacks,
                "names in capitals filled in; the hop limit cannot be set there and is 2.",
                "callers of IMDSv1 on new nodes.");
    }

    private void account() {
        add(
                "terraform/account-default.tf",
                "# For each Region. CloudFormation has no resource for it; by the AWS CLI:\n"
                        + "# aws ec2 modify-instance-metadata-defaults --http-tokens required --http-put-response-hop-limit -1 --region REGION\n"
                        + "resource \"aws_ec2_instance_metadata_defaults\" \"region\" {\n  http_tokens                 = \"required\"\n"
                        + "  http_put_response_hop_limit = -1\n}\n",
                state.wholeAccount(),
                "templates first. Enforcement (--http-tokens-enforced enabled) comes after it, once nobody needs a way back.",
                "launches that say nothing and whose software calls IMDSv1. With enforcement also each launch and change to"
                        + " optional: UnsupportedOperation.");
    }

    private void policies() {
        String partition = state.partition();
        String attach =
                "attached to this account alone, not to others that the inventory does not show. It binds neither the"
                        + " management account nor service-linked roles.";
        List<String> lacks = state.wholeAccount();
        add(
                "policies/declarative-ec2.json",
                GuardrailPolicies.declarative(),
                lacks,
                "DECLARATIVE_POLICY_EC2 enabled for the root; takes the place of the account default. " + attach,
                "launches and changes to optional; the roll-back of this report.");
        add(
                "policies/scp-launch.json",
                GuardrailPolicies.launch(partition),
                lacks,
                "every template and every caller of RunInstances states HttpTokens=required: " + attach,
                "each launch that does not state it, also where account or image would make it so.");
        add(
                "policies/scp-no-way-back.json",
                GuardrailPolicies.noWayBack(partition),
                lacks,
                "the role ec2-imds-admins, or yours in its place; " + attach,
                "--http-tokens optional, so also the roll-back of this report.");
        add(
                "policies/scp-role-delivery.json",
                GuardrailPolicies.roleDelivery(),
                lacks,
                "MetadataNoToken 0 for longer than credentials live. Exempt: a role with the tag ExemptFromIMDSv2=true; see that"
                        + " only admins may set it. " + attach,
                "sessions whose credentials IMDSv1 handed out, at once.");
        List<String> network = new ArrayList<>(List.of("the log does not show which VPC endpoints are there"));
        network.addAll(lacks);
        add(
                "policies/scp-same-network.json",
                GuardrailPolicies.network(partition),
                network,
                "VPC endpoints for all services in use; never the address without the VPC.",
                "every call of an instance's role through NAT or an internet gateway; pods with addresses of their own.");
    }

    private void hosts() {
        add(
                "config/config-rules.yaml",
                "Resources:\n" + rule("InstancesRequireImdsV2", "EC2_IMDSV2_CHECK")
                        + rule("TemplatesRequireImdsV2", "EC2_LAUNCH_TEMPLATE_IMDSV2_CHECK")
                        + rule("LaunchConfigurationsRequireImdsV2", "AUTOSCALING_LAUNCHCONFIG_REQUIRES_IMDSV2"),
                List.of(),
                "a recorder of AWS Config.",
                "nothing: it tells alone.");
        List<String> containers = state.noContainers();
        String forContainers = "workloads on IRSA, Pod Identity or task roles.";
        add(
                "kubernetes/networkpolicy.yaml",
                "# One for each namespace; not for pods of the host's network. 169.254.170.23 and fd00:ec2::23 stay open.\n"
                        + "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\n  name: no-imds\nspec:\n  podSelector: {}\n"
                        + "  policyTypes: [Egress]\n  egress:\n    - to:\n        - ipBlock:\n            cidr: 0.0.0.0/0\n"
                        + "            except: [169.254.169.254/32]\n        - ipBlock:\n            cidr: ::/0\n"
                        + "            except: [\"fd00:ec2::254/128\"]\n",
                containers,
                "a network plugin that keeps policies; " + forContainers,
                "pods that use the node's role, and egress that another policy opened in a namespace of its own.");
        add(
                "ecs/ecs.config",
                "# Into /etc/ecs/ecs.config; for tasks in awsvpc mode, on the whole container instance.\n"
                        + "ECS_AWSVPC_BLOCK_IMDS=true\n",
                containers,
                "a restart of the agent; " + forContainers + " In host mode tasks cannot be kept from IMDS.",
                "tasks that use the instance's role.");
        add(
                "docker/docker-user.sh",
                "#!/bin/sh\n# After Docker has started, at each boot. Other bridges (br-...) need a line of their own.\nset -eu\n"
                        + "iptables --insert DOCKER-USER 1 --in-interface docker+ --destination 169.254.169.254/32 --jump DROP\n"
                        + "ip6tables --insert DOCKER-USER 1 --in-interface docker+ --destination fd00:ec2::254/128 --jump DROP\n",
                containers,
                "Docker with its chain DOCKER-USER, for IPv6 too. Task credentials at 169.254.170.2 are not touched.",
                "containers behind the bridge that use the instance's role.");
        AllowFiles.of(data).forEach((name, text) -> files.put("host/" + name, text));
        row(
                "host/",
                state.boots(),
                "its own README read, as everybody seen is in its lists.",
                "whoever is not listed.");
    }

    private static String rule(String name, String identifier) {
        return "  " + name
                + ":\n    Type: AWS::Config::ConfigRule\n    Properties:\n      Source:\n        Owner: AWS\n"
                + "        SourceIdentifier: " + identifier + "\n";
    }
}
