package dev.imdsanalyzer.output.line;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Where the instance is, as far as it is known; what is not, or has not the form of one, is null. From files that others
 * wrote at boot, never from IMDS.
 *
 * <p>Sources: cloud-init, "Instance metadata" (instance-data.json: standardised {@code v1} keys; below {@code ds} EC2's identity
 * document, with hyphens or underscores in its names by version); Afterburn, "Metadata attributes", and the names of the same on
 * Container Linux.
 *
 * @param accountId twelve digits
 * @param region like eu-west-1
 * @param availabilityZone like eu-west-1a
 */
public record CloudFacts(String accountId, String region, String availabilityZone) {
    /** Nothing is known. */
    public static final CloudFacts NONE = new CloudFacts(null, null, null);

    private static final Pattern ACCOUNT = Pattern.compile("[0-9]{12}");
    private static final Pattern REGION = Pattern.compile("[a-z]{2,4}(-[a-z]{2,12}){1,3}-[0-9]{1,2}");
    private static final Pattern ZONE = Pattern.compile(REGION + "[a-z0-9-]{1,24}");
    private static final int MAXIMUM_BYTES = 1 << 20;
    private static final String CLOUD_INIT = "run/cloud-init/instance-data.json";
    private static final String[] AFTERBURN = {"run/metadata/afterburn", "run/metadata/coreos", "run/metadata/flatcar"};
    private static final JsonFactory JSON = new JsonFactory();

    public CloudFacts {
        accountId = checked(accountId, ACCOUNT);
        region = checked(region, REGION);
        availabilityZone = checked(availabilityZone, ZONE);
    }

    private static String checked(String text, Pattern form) {
        return text != null && form.matcher(text).matches() ? text : null;
    }

    /**
     * Reads the host's files.
     *
     * @param root where the host's files begin
     * @param instanceId from DMI; a file that names another instance is that one's, left in an image; null if not known
     */
    static CloudFacts read(Path root, String instanceId) {
        CloudFacts facts = cloudInit(root.resolve(CLOUD_INIT), instanceId);
        for (String file : AFTERBURN) {
            facts = facts.isComplete() ? facts : facts.or(afterburn(root.resolve(file), instanceId));
        }
        return facts;
    }

    /** Whether nothing is missing. */
    boolean isComplete() {
        return accountId != null && region != null && availabilityZone != null;
    }

    /** These, and from the others what is missing in these. */
    CloudFacts or(CloudFacts others) {
        return new CloudFacts(
                accountId != null ? accountId : others.accountId,
                region != null ? region : others.region,
                availabilityZone != null ? availabilityZone : others.availabilityZone);
    }

    private static CloudFacts cloudInit(Path file, String instanceId) {
        InstanceData data = new InstanceData();
        try (InputStream in = Files.newInputStream(file);
                JsonParser parser = JSON.createParser(ObjectReadContext.empty(), in.readNBytes(MAXIMUM_BYTES))) {
            data.read(parser);
        } catch (IOException | JacksonException e) {
            // What stood before the fault is as good as the rest.
        }
        return isAnothers(data.instanceId, instanceId) ? NONE : new CloudFacts(data.account, data.region, data.zone);
    }

    private static boolean isAnothers(String named, String instanceId) {
        return named != null && instanceId != null && !named.equals(instanceId);
    }

    /** {@code NAME=value} lines; the names end alike whatever they begin with. */
    private static CloudFacts afterburn(Path file, String instanceId) {
        String region = null;
        String zone = null;
        String named = null;
        try (InputStream in = Files.newInputStream(file)) {
            String text = new String(in.readNBytes(MAXIMUM_BYTES), StandardCharsets.UTF_8);
            for (String line : text.lines().toList()) {
                int equals = line.indexOf('=');
                String name = equals < 0 ? "" : line.substring(0, equals).strip();
                String value = line.substring(equals + 1).strip().replaceAll("^[\"']|[\"']$", "");
                switch (name) {
                    case "AFTERBURN_AWS_REGION", "COREOS_EC2_REGION" -> region = value;
                    case "AFTERBURN_AWS_AVAILABILITY_ZONE", "COREOS_EC2_AVAILABILITY_ZONE" -> zone = value;
                    case "AFTERBURN_AWS_INSTANCE_ID", "COREOS_EC2_INSTANCE_ID" -> named = value;
                    default -> {}
                }
            }
        } catch (IOException e) {
            return NONE;
        }
        return isAnothers(named, instanceId) ? NONE : new CloudFacts(null, region, zone);
    }

    /** The few members of cloud-init's file that we read, by their paths. */
    private static final class InstanceData {
        private static final int MAXIMUM_DEPTH = 64;

        private final String[] path = new String[MAXIMUM_DEPTH];
        private int depth;
        private String account;
        private String region;
        private String zone;
        private String instanceId;

        void read(JsonParser parser) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token.isStructStart()) {
                    if (++depth == MAXIMUM_DEPTH) {
                        return;
                    }
                    path[depth] = null;
                } else if (token.isStructEnd()) {
                    depth--;
                } else if (token == JsonToken.PROPERTY_NAME) {
                    path[depth] = parser.currentName();
                } else if (token == JsonToken.VALUE_STRING) {
                    take(parser.getString());
                }
            }
        }

        private void take(String value) {
            String place =
                    String.join(".", Arrays.asList(path).subList(1, depth + 1)).replace('-', '_');
            switch (place) {
                case "v1.region" -> region = value;
                case "v1.availability_zone" -> zone = value;
                case "v1.instance_id" -> instanceId = value;
                case "ds.dynamic.instance_identity.document.accountId" -> account = value;
                case "ds.dynamic.instance_identity.document.region" -> region = region == null ? value : region;
                case "ds.dynamic.instance_identity.document.availabilityZone" -> zone = zone == null ? value : zone;
                default -> {}
            }
        }
    }
}
