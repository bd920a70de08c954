package dev.imdsanalyzer.imds.request;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.imds.Category;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PathCategoryTest {
    @ParameterizedTest
    @CsvSource({
        "/, other",
        "/latest, other",
        "/latest/, other",
        "/latest/api/token, token",
        "/latest/api/token/, token",
        "/latest/api/token/x, other",
        "/1.0/api/token, token",
        "/2021-03-23/api/token, token",
        "/latest/meta-data, meta-data",
        "/latest/meta-data/ami-id, meta-data",
        "/latest/meta-data/iam/, meta-data",
        "/latest/meta-data/iam/security-credentials, credentials",
        "/latest/meta-data/iam/security-credentials/, credentials",
        "/latest/meta-data/iam/security-credentials/app, credentials",
        "/latest/meta-data/iam/security-credentials-extended/app, credentials",
        "/latest/meta-data/identity-credentials/ec2/security-credentials/ec2-instance, credentials",
        "/latest/meta-data/identity-credentials/ec2/info, identity",
        "/latest/meta-data/iam/info, identity",
        "/latest/dynamic/instance-identity/document, identity",
        "/latest/dynamic/fws/instance-monitoring, dynamic",
        "/latest/user-data, user-data",
        "/latest/user-data/, user-data",
        "/2009-04-04/meta-data/iam/security-credentials/app, credentials",
        "//latest//meta-data//iam///security-credentials, credentials",
        "/latest/meta-data/iam/security%2Dcredentials/app, credentials",
        "/latest/%6deta-data/iam%2Fsecurity-credentials/app, credentials",
        "/latest/./meta-data/x/../iam/security-credentials, credentials",
        "/../latest/user-data, user-data",
        "/latest/meta-data/iam/security-credentials;v=1/app, credentials",
        "/latest;x/user-data;y, user-data",
        "/Latest/user-data, other",
        "/latest/User-Data, other",
        "/latest/meta-data/IAM/security-credentials, meta-data",
        "/latest/user-data%, other",
        "/2021-3-23/user-data, other",
        "*, other",
    })
    void tellsWhatAPathIsAbout(String path, String category) {
        assertThat(PathCategory.of(path).label()).isEqualTo(category);
    }

    @Test
    void absoluteFormIsJudgedByItsPath() {
        assertThat(RequestTarget.of("HTTP://169.254.169.254:80/latest/user-data?a"))
                .isEqualTo(new RequestTarget("/latest/user-data", "a", Category.USER_DATA, false, null));
        assertThat(RequestTarget.of("https://169.254.169.254/latest/user-data").category())
                .isEqualTo(Category.USER_DATA);
        assertThat(RequestTarget.of("a+b-1.c://h/latest/user-data").path()).isEqualTo("/latest/user-data");
        assertThat(RequestTarget.of("169.254.169.254:80").path()).isEqualTo("169.254.169.254:80");
        assertThat(RequestTarget.of("1a://h/latest/user-data").path()).isEqualTo("1a://h/latest/user-data");
        assertThat(RequestTarget.of("http://169.254.169.254"))
                .isEqualTo(new RequestTarget("/", null, Category.OTHER, false, null));
        assertThat(RequestTarget.of("http://169.254.169.254?q"))
                .isEqualTo(new RequestTarget("/", "q", Category.OTHER, false, null));
    }
}
