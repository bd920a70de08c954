package dev.imdsanalyzer.imds.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.imds.Category;
import dev.imdsanalyzer.imds.Finding;
import dev.imdsanalyzer.imds.ImdsCall;
import dev.imdsanalyzer.imds.ImdsVersion;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OtherCloudTest {
    private static final String NOT_FOUND = "HTTP/1.1 404 Not Found";

    @ParameterizedTest
    @CsvSource({
        "/computeMetadata/v1/instance, Google Cloud",
        "/computeMetadata/v1/?recursive=true, Google Cloud",
        "http://metadata.google.internal/computeMetadata/v1/, Google Cloud",
        "/metadata/instance?api-version=2021-02-01, Azure",
        "/metadata/identity/oauth2/token, Azure",
        "/openstack, OpenStack",
        "/openstack/latest/meta_data.json, OpenStack",
        "/opc/v1/instance/, Oracle Cloud",
        "/opc/v2/instance/, Oracle Cloud",
        "/metadata/v1.json, DigitalOcean",
        "/metadata/v1/id, DigitalOcean",
        "/hetzner/v1/metadata, Hetzner Cloud",
        "/instance_identity/v1/token?version=2022-03-01, IBM Cloud",
        "/v1.json, Vultr",
        "/v1/instanceid, Vultr",
        "/v1/token, Linode",
        "/v1/instance, Linode"
    })
    void aPathOfAnotherCloudIsAProbeForIt(String target, String cloud) {
        ImdsCall call = new Exchanges().answered("GET " + target + " HTTP/1.1", NOT_FOUND);

        assertThat(call.findings()).containsExactly(Finding.OTHER_CLOUD_PROBE);
        assertThat(call.version()).isEqualTo(ImdsVersion.V1);
        assertThat(call.category()).isEqualTo(Category.OTHER);
        assertThat(call.detail()).contains(cloud);
        assertThat(call.advice()).contains("nothing of this breaks");
    }

    @ParameterizedTest
    @CsvSource({
        "Metadata-Flavor: Google, Google Cloud",
        "metadata-flavor: google, Google Cloud",
        "X-Google-Metadata-Request: True, Google Cloud",
        "Metadata: true, Azure",
        "X-aliyun-ecs-metadata-token: a, Alibaba Cloud"
    })
    void aFieldOfAnotherCloudCountsOnTheRootAlone(String field, String cloud) {
        ImdsCall root = new Exchanges().answered("GET / HTTP/1.1\n" + field, "HTTP/1.1 200 OK");
        assertThat(root.findings()).containsExactly(Finding.OTHER_CLOUD_PROBE);
        assertThat(root.detail()).contains(cloud);

        for (String path : new String[] {
            "/latest/meta-data/iam/security-credentials/role",
            "/2021-01-03/user-data",
            "/latest",
            "//",
            "/./",
            "/other",
            "/latest/../"
        }) {
            ImdsCall call = new Exchanges().answered("GET " + path + " HTTP/1.1\n" + field, "HTTP/1.1 200 OK");
            assertThat(call.findings()).as(path).containsExactly(Finding.IMDSV1_REQUEST);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/computeMetadata/../latest/meta-data/iam/security-credentials/role",
                "/computeMetadata/%2e%2e/latest/meta-data/",
                "/computeMetadata/..%2flatest/meta-data/",
                "/computeMetadata\\..\\latest/",
                "//computeMetadata/v1/",
                "/latest/computeMetadata/",
                "/computemetadata/v1/",
                "/metadata/latest/meta-data",
                "/metadata",
                "/v1/user-data",
                "/v1/../latest/meta-data/iam/security-credentials/",
                "/v1"
            })
    void aPathThatMayBeReadAsAnotherIsAws(String path) {
        ImdsCall call = new Exchanges().answered("GET " + path + " HTTP/1.1", "HTTP/1.1 200 OK");

        assertThat(call.findings()).containsExactly(Finding.IMDSV1_REQUEST);
    }

    @Test
    void aProbeWithATokenIsOneToo() {
        ImdsCall call = new Exchanges()
                .answered("GET /metadata/instance/compute HTTP/1.1\nX-aws-ec2-metadata-token: a", NOT_FOUND);

        assertThat(call.version()).isEqualTo(ImdsVersion.V2);
        assertThat(call.findings()).containsExactly(Finding.OTHER_CLOUD_PROBE);
    }

    @Test
    void aRequestForTheTokenIsNeverOne() {
        ImdsCall call = new Exchanges()
                .answered("PUT /latest/api/token HTTP/1.1\nMetadata-Flavor: Google", "HTTP/1.1 400 Bad Request");

        assertThat(call.findings()).containsExactly(Finding.TOKEN_REFUSED);
    }
}
