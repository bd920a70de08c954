package dev.imdsanalyzer.imds.request;

import dev.imdsanalyzer.http.Fields;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Whose metadata service a request is meant for, where it is not AWS's: libraries and detectors ask the one address that
 * all clouds share for each cloud's own paths. No token can be added to such a request, and nothing of it breaks when IMDSv2
 * is required.
 *
 * <p>The path decides. A field counts only on {@code /}, as below {@code /latest/} or a date AWS answers whatever fields
 * there are. A path that may be read as another (dot segments, encoded bytes) is AWS's.
 *
 * <p>Sources, 2026: the metadata pages of Google Compute Engine, Azure, Oracle, DigitalOcean, Alibaba Cloud, Hetzner, IBM Cloud
 * (VPC), Vultr, Linode and OpenStack (nova); google-auth's {@code NO_GCE_CHECK}; cloud-init's {@code datasource_list}.
 */
public enum OtherCloud {
    GOOGLE(
            "Google Cloud",
            "If this program needs nothing of Google Cloud's, set NO_GCE_CHECK=true for it: its Google library looks for"
                    + " Google's metadata service"),
    AZURE(
            "Azure",
            "If this program needs nothing of Azure's, take managed identities out of its credentials"
                    + " (AZURE_TOKEN_CREDENTIALS, exclude_managed_identity_credential)"),
    OPENSTACK("OpenStack", detector()),
    ORACLE("Oracle Cloud", detector()),
    DIGITALOCEAN("DigitalOcean", detector()),
    ALIBABA("Alibaba Cloud", detector()),
    HETZNER("Hetzner Cloud", detector()),
    IBM("IBM Cloud", detector()),
    VULTR("Vultr", detector()),
    LINODE("Linode", detector());

    private static final byte[] METADATA_FLAVOR = name("metadata-flavor");
    private static final byte[] GOOGLE_REQUEST = name("x-google-metadata-request");
    private static final byte[] METADATA = name("metadata");
    private static final byte[] ALIBABA_TOKEN = name("x-aliyun-ecs-metadata-token");
    private static final byte[] ALIBABA_TTL = name("x-aliyun-ecs-metadata-token-ttl-seconds");

    private final String title;
    private final String advice;

    OtherCloud(String title, String advice) {
        this.title = title;
        this.advice = advice;
    }

    private static String detector() {
        return "If a detector of clouds sends this, tell it where it is (cloud-init: datasource_list: [ Ec2 ])";
    }

    private static byte[] name(String lowerCase) {
        return lowerCase.getBytes(StandardCharsets.US_ASCII);
    }

    /** By the path alone; null if it is AWS's or nobody's. */
    static @Nullable OtherCloud ofPath(String path) {
        if (!path.startsWith("/") || path.contains("..") || path.indexOf('%') >= 0 || path.indexOf('\\') >= 0) {
            return null;
        }
        String[] segments = path.split("/", 4);
        String second = segments.length > 2 ? segments[2] : "";
        return switch (segments[1]) {
            case "computeMetadata" -> GOOGLE;
            case "openstack" -> OPENSTACK;
            case "opc" -> ORACLE;
            case "hetzner" -> HETZNER;
            case "instance_identity" -> IBM;
            case "v1.json" -> VULTR;
            case "v1" ->
                switch (second) {
                    case "token", "instance", "network", "ssh-keys" -> LINODE;
                    case "instanceid", "hostname", "region", "interfaces", "public-keys" -> VULTR;
                    default -> null;
                };
            case "metadata" ->
                switch (second) {
                    case "v1", "v1.json" -> DIGITALOCEAN;
                    case "instance", "identity", "attested", "scheduledevents", "loadbalancer", "versions" -> AZURE;
                    default -> null;
                };
            default -> null;
        };
    }

    /** By the fields of a request for {@code /}; null if they tell nothing. */
    static @Nullable OtherCloud ofFields(Fields head) {
        if (head.find(METADATA_FLAVOR, 0) >= 0 || head.find(GOOGLE_REQUEST, 0) >= 0) {
            return GOOGLE;
        }
        if (head.find(METADATA, 0) >= 0) {
            return AZURE;
        }
        return head.find(ALIBABA_TOKEN, 0) >= 0 || head.find(ALIBABA_TTL, 0) >= 0 ? ALIBABA : null;
    }

    /** What the request is, as a noun phrase. */
    public String sentence() {
        return "a probe for the metadata service of " + title;
    }

    public String advice() {
        return advice + "; nothing of this breaks when IMDSv2 is required.";
    }
}
