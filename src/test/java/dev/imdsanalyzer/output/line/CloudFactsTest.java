package dev.imdsanalyzer.output.line;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Account, Region and zone from the files that cloud-init and Afterburn write at boot. */
class CloudFactsTest {
    private static final String INSTANCE = "i-0929128ff2f73a2f1";

    @TempDir
    Path root;

    private void file(String path, String text) throws IOException {
        Files.createDirectories(root.resolve(path).getParent());
        Files.writeString(root.resolve(path), text);
    }

    private void cloudInit(String text) throws IOException {
        file("run/cloud-init/instance-data.json", text);
    }

    private static String instanceData(String identity) {
        return "{\"base64_encoded_keys\":[],\"ds\":{\"_metadata_api_version\":\"2016-09-02\",\"dynamic\":{\"" + identity
                + "\":{\"document\":{\"accountId\":\"329910648901\",\"availabilityZone\":\"us-east-1b\",\"billingProducts\":null,"
                + "\"instanceId\":\"" + INSTANCE
                + "\",\"region\":\"us-east-1\"},\"pkcs7\":[\"MIAG\"]}},\"meta_data\":{\"tags\":"
                + "{\"v1.region\":\"xx-fake-1\"}}},\"v1\":{\"availability_zone\":\"us-east-1b\",\"cloud_name\":\"aws\","
                + "\"instance_id\":\"" + INSTANCE + "\",\"region\":\"us-east-1\"}}";
    }

    @ParameterizedTest
    @ValueSource(strings = {"instance_identity", "instance-identity"})
    void cloudInitsFileSaysAllThree(String identity) throws IOException {
        cloudInit(instanceData(identity));
        assertThat(CloudFacts.read(root, INSTANCE))
                .isEqualTo(new CloudFacts("329910648901", "us-east-1", "us-east-1b"));
    }

    @Test
    void afterburnsFileSaysRegionAndZone() throws IOException {
        file(
                "run/metadata/afterburn",
                "AFTERBURN_AWS_HOSTNAME=web\nAFTERBURN_AWS_REGION=eu-west-1\nAFTERBURN_AWS_AVAILABILITY_ZONE=\"eu-west-1c\"\n");
        assertThat(CloudFacts.read(root, INSTANCE)).isEqualTo(new CloudFacts(null, "eu-west-1", "eu-west-1c"));
        Files.delete(root.resolve("run/metadata/afterburn"));
        file("run/metadata/coreos", "COREOS_EC2_REGION=us-gov-west-1\nCOREOS_EC2_AVAILABILITY_ZONE=us-gov-west-1a\n");
        assertThat(CloudFacts.read(root, null)).isEqualTo(new CloudFacts(null, "us-gov-west-1", "us-gov-west-1a"));
    }

    @Test
    void whatAnotherInstanceLeftInAnImageIsNotTaken() throws IOException {
        cloudInit(instanceData("instance_identity"));
        file(
                "run/metadata/afterburn",
                "AFTERBURN_AWS_REGION=eu-west-1\nAFTERBURN_AWS_INSTANCE_ID=i-00000000000000001\n");
        assertThat(CloudFacts.read(root, "i-00000000000000002")).isEqualTo(CloudFacts.NONE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[1,2",
                "{\"v1\":{\"region\":\"redacted for non-root user\",\"availability_zone\":7}}",
                "{\"v1\":{\"region\":\"eu-west-1; reboot\",\"availability_zone\":\"\\u001b[2J\"}}",
                "{\"v1\":{\"v1\":{\"region\":\"eu-west-1\"}}}",
                "{\"ds\":{\"dynamic\":{\"instance_identity\":{\"document\":{\"accountId\":\"12345678901x\"}}}}}"
            })
    void whatHasNotItsFormIsNotTaken(String text) throws IOException {
        cloudInit(text);
        assertThat(CloudFacts.read(root, INSTANCE)).isEqualTo(CloudFacts.NONE);
    }

    @Test
    void deepAndLongFilesAreLeftAtTheirBounds() throws IOException {
        cloudInit("{\"a\":".repeat(500) + "1");
        assertThat(CloudFacts.read(root, INSTANCE)).isEqualTo(CloudFacts.NONE);
        cloudInit("{\"a\":\"" + "x".repeat(3 << 20) + "\",\"v1\":{\"region\":\"eu-west-1\"}}");
        assertThat(CloudFacts.read(root, INSTANCE)).isEqualTo(CloudFacts.NONE);
    }

    @Test
    void theConfigurationWinsAndWhatComesLaterIsTakenOver() throws IOException {
        HostFacts host = HostFacts.read(root).in(new CloudFacts(null, "eu-central-1", null));
        assertThat(host.cloud()).isEqualTo(new CloudFacts(null, "eu-central-1", null));
        cloudInit(instanceData("instance_identity"));
        host.readNameAgain();
        assertThat(host.cloud()).isEqualTo(new CloudFacts("329910648901", "eu-central-1", "us-east-1b"));
    }
}
