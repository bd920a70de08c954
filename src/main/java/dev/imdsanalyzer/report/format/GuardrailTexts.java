package dev.imdsanalyzer.report.format;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Infrastructure as code that asks for IMDSv2, in the form of each tool. Nothing from a log gets into it but Regions and instance
 * ids of their form. The hop limit is 2 only where a container behind a network hop was seen to call IMDS, else left out.
 * Sources: the reference of each tool, 2026.
 */
final class GuardrailTexts {
    private static final int NAMED_INSTANCES = 20;

    private GuardrailTexts() {}

    /** Terraform: launch templates; {@code behindHop} are the instances with containers behind a hop. */
    static String terraformTemplate(List<String> behindHop) {
        String plain = terraformTemplate("app", """
                    http_endpoint = "enabled"
                    http_tokens   = "required"
                """);
        return behindHop.isEmpty()
                ? plain
                : plain
                        + "\n# Only for instances like these, where a container behind a network hop was seen to call IMDS:\n# "
                        + named(behindHop) + "\n" + terraformTemplate("with_containers", """
                    http_endpoint               = "enabled"
                    http_tokens                 = "required"
                    http_put_response_hop_limit = 2
                """);
    }

    private static String terraformTemplate(String name, String options) {
        return "resource \"aws_launch_template\" \"" + name + "\" {\n  metadata_options {\n" + options
                + "  }\n  update_default_version = true\n}\n";
    }

    /** CloudFormation: the same. */
    static String cloudFormationTemplate(List<String> behindHop) {
        String text = "Resources:\n" + cloudFormationTemplate("Template", "");
        return behindHop.isEmpty()
                ? text
                : text
                        + "  # Only for instances like these, where a container behind a network hop was seen to call IMDS:\n  # "
                        + named(behindHop) + "\n"
                        + cloudFormationTemplate("TemplateWithContainers", "          HttpPutResponseHopLimit: 2\n");
    }

    private static String cloudFormationTemplate(String name, String hop) {
        return "  " + name
                + ":\n    Type: AWS::EC2::LaunchTemplate\n    Properties:\n      LaunchTemplateData:\n"
                + "        MetadataOptions:\n          HttpEndpoint: enabled\n          HttpTokens: required\n" + hop;
    }

    private static String named(List<String> ids) {
        return ids.stream().limit(NAMED_INSTANCES).collect(Collectors.joining(" "))
                + (ids.size() > NAMED_INSTANCES ? " and " + (ids.size() - NAMED_INSTANCES) + " more" : "");
    }

    /** Terraform: the account's default, whose command for each Region stands beside it. */
    static String terraformDefault(List<String> commands) {
        return "# For each Region, with a provider of its own. CloudFormation has no resource for it. The same by the AWS CLI:\n"
                + commands.stream().map(command -> "# " + command + "\n").collect(Collectors.joining())
                + """
                resource "aws_ec2_instance_metadata_defaults" "region" {
                  http_tokens                 = "required"
                  http_put_response_hop_limit = -1
                }
                """;
    }

    static final String PACKER = """
            # Into each source "amazon-ebs": without metadata_options the build host asks for optional, and fails where IMDSv2 is
            # enforced.
            source "amazon-ebs" "image" {
              imds_support = "v2.0"
              metadata_options {
                http_endpoint = "enabled"
                http_tokens   = "required"
              }
            }
            """;

    static final String KARPENTER = """
            # The hop limit is 1 where it is left out.
            apiVersion: karpenter.k8s.aws/v1
            kind: EC2NodeClass
            metadata:
              name: default
            spec:
              metadataOptions:
                httpEndpoint: enabled
                httpTokens: required
            """;

    static String eksctl(String region) {
        return """
                apiVersion: eksctl.io/v1alpha5
                kind: ClusterConfig
                metadata:
                  name: CLUSTER
                  region: %s
                managedNodeGroups:
                  - name: NODES
                    disableIMDSv1: true
                """.formatted(region);
    }

    static final String CONFIG_RULES = "Resources:\n"
            + rule("InstancesRequireImdsV2", "EC2_IMDSV2_CHECK")
            + rule("TemplatesRequireImdsV2", "EC2_LAUNCH_TEMPLATE_IMDSV2_CHECK")
            + rule("LaunchConfigurationsRequireImdsV2", "AUTOSCALING_LAUNCHCONFIG_REQUIRES_IMDSV2");

    private static String rule(String name, String identifier) {
        return "  " + name
                + ":\n    Type: AWS::Config::ConfigRule\n    Properties:\n      Source:\n        Owner: AWS\n"
                + "        SourceIdentifier: " + identifier + "\n";
    }

    static final String NETWORK_POLICY = """
            # One for each namespace; not for pods of the host's network. 169.254.170.23 and fd00:ec2::23 stay open.
            apiVersion: networking.k8s.io/v1
            kind: NetworkPolicy
            metadata:
              name: no-imds
            spec:
              podSelector: {}
              policyTypes: [Egress]
              egress:
                - to:
                    - ipBlock:
                        cidr: 0.0.0.0/0
                        except: [169.254.169.254/32]
                    - ipBlock:
                        cidr: ::/0
                        except: ["fd00:ec2::254/128"]
            """;

    static final String ECS = """
            # Into /etc/ecs/ecs.config; for tasks in awsvpc mode, on the whole container instance.
            ECS_AWSVPC_BLOCK_IMDS=true
            """;

    static final String DOCKER = """
            #!/bin/sh
            # After Docker has started, at each boot; again does no harm. Other bridges (br-...) need lines of their own.
            set -eu
            block() {
                "$1" --wait --check DOCKER-USER --in-interface docker+ --destination "$2" --jump DROP 2>/dev/null ||
                    "$1" --wait --insert DOCKER-USER 1 --in-interface docker+ --destination "$2" --jump DROP
            }
            block iptables 169.254.169.254/32
            block ip6tables fd00:ec2::254/128
            """;
}
