package dev.imdsanalyzer.report;

import tools.jackson.databind.ObjectMapper;

/**
 * Policies that keep IMDSv1 away, as JSON: the one text of which files, commands and reports are made. Sources: EC2 User Guide,
 * "Example IAM policies"; Organizations User Guide, "Declarative policy syntax"; IAM User Guide, "Global condition keys";
 * service authorization reference of EC2; 2026.
 */
public final class OrganisationPolicies {
    private static final String DOCUMENT = "{\n  \"Version\": \"2012-10-17\",\n  \"Statement\": [\n%s\n  ]\n}\n";

    private OrganisationPolicies() {}

    /** The same policy without blanks, for a command line; it holds no apostrophe. */
    static String oneLine(String policy) {
        return new ObjectMapper().readTree(policy).toString();
    }

    /** The hop limit is bounded where it is stated; its key is missing where it is not. */
    public static String launch(String partition) {
        return document("""
                    {
                      "Sid": "RequireImdsV2",
                      "Effect": "Deny",
                      "Action": "ec2:RunInstances",
                      "Resource": "arn:%1$s:ec2:*:*:instance/*",
                      "Condition": {"StringNotEquals": {"ec2:MetadataHttpTokens": "required"}}
                    },
                    {
                      "Sid": "MaxImdsHopLimit",
                      "Effect": "Deny",
                      "Action": "ec2:RunInstances",
                      "Resource": "arn:%1$s:ec2:*:*:instance/*",
                      "Condition": {"NumericGreaterThan": {"ec2:MetadataHttpPutResponseHopLimit": "2"}}
                    }""".formatted(partition));
    }

    /** Null lets calls pass that change only the hop limit or the endpoint. */
    public static String noWayBack(String partition) {
        return document("""
                    {
                      "Sid": "NoWayBackToV1",
                      "Effect": "Deny",
                      "Action": "ec2:ModifyInstanceMetadataOptions",
                      "Resource": "arn:%1$s:ec2:*:*:instance/*",
                      "Condition": {
                        "StringNotEquals": {"ec2:Attribute/HttpTokens": "required"},
                        "Null": {"ec2:Attribute/HttpTokens": "false"}
                      }
                    },
                    {
                      "Sid": "DefaultsByAdminsOnly",
                      "Effect": "Deny",
                      "Action": "ec2:ModifyInstanceMetadataDefaults",
                      "Resource": "*",
                      "Condition": {"StringNotLike": {"aws:PrincipalARN": "arn:%1$s:iam::*:role/ec2-imds-admins"}}
                    }""".formatted(partition));
    }

    /** Roles with the tag ExemptFromIMDSv2 are left out. */
    public static String roleDelivery() {
        return document("""
                    {
                      "Sid": "RequireAllEc2RolesToUseV2",
                      "Effect": "Deny",
                      "Action": "*",
                      "Resource": "*",
                      "Condition": {
                        "NumericLessThan": {"ec2:RoleDelivery": "2.0"},
                        "StringNotEquals": {"aws:PrincipalTag/ExemptFromIMDSv2": "true"}
                      }
                    }""");
    }

    /** Credentials of instance roles are of use only from the instance's own network. */
    public static String network(String partition) {
        return document(ownNetwork("SameVpc", "aws:Ec2InstanceSourceVpc", "aws:SourceVpc", partition)
                + ",\n"
                + ownNetwork("SameAddress", "aws:Ec2InstanceSourcePrivateIPv4", "aws:VpcSourceIp", partition));
    }

    private static String ownNetwork(String sid, String instances, String callers, String partition) {
        return """
                    {
                      "Sid": "%s",
                      "Effect": "Deny",
                      "NotAction": ["es:ES*", "dax:*", "neptune-db:*", "kafka-cluster:*", "elasticfilesystem:client*", "rds-db:connect"],
                      "Resource": "*",
                      "Condition": {
                        "StringNotEquals": {"%s": "${%s}"},
                        "Null": {"ec2:SourceInstanceARN": "false"},
                        "BoolIfExists": {"aws:ViaAWSService": "false"},
                        "ArnNotLikeIfExists": {"aws:PrincipalArn": "arn:%s:iam::*:role/aws:ec2-infrastructure"}
                      }
                    }""".formatted(sid, instances, callers, partition);
    }

    /** For the organisation: account default and its enforcement. */
    public static String declarative() {
        return """
                {
                  "ec2_attributes": {
                    "exception_message": {"@@assign": "IMDSv2 is required."},
                    "instance_metadata_defaults": {
                      "http_tokens": {"@@assign": "required"},
                      "http_tokens_enforced": {"@@assign": "enabled"},
                      "http_put_response_hop_limit": {"@@assign": "-1"},
                      "http_endpoint": {"@@assign": "no_preference"},
                      "instance_metadata_tags": {"@@assign": "no_preference"}
                    }
                  }
                }
                """;
    }

    private static String document(String statements) {
        return DOCUMENT.formatted(statements.indent(4).stripTrailing());
    }
}
