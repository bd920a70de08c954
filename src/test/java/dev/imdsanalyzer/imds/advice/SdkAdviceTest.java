package dev.imdsanalyzer.imds.advice;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.imds.ImdsCall;
import dev.imdsanalyzer.imds.exchange.Exchanges;
import dev.imdsanalyzer.imds.request.SdkMinimums;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each product of the list of SDKs, by a User-Agent as it sends one: recognised, and given the version to go to. */
class SdkAdviceTest {
    private static final String SWITCH = "AWS_EC2_METADATA_V1_DISABLED=true";
    private static final String NO_FALLBACK = "which does not fall back to IMDSv1";
    private static final String NO_SWITCH = "has no switch";
    private static final String NOTHING = "";

    /**
     * @param sdk as the list names it
     * @param name the product that is recognised
     * @param minimum imds.sdk.minimum; null where this version is new enough or nobody knows
     * @param upgradeTo the version that the advice names; null where it names none
     * @param remedy how the fallback ends, as the advice tells it
     */
    private record Case(String sdk, String userAgent, String name, String minimum, String upgradeTo, String remedy) {}

    private static List<Case> cases() {
        return List.of(
                old(
                        "AWS CLI v1",
                        "aws-cli/1.16.288 Python/3.7.5 Linux/4.14.198 botocore/1.13.24",
                        "aws-cli",
                        "1.16.289",
                        "1.30.4"),
                old("AWS CLI v2", "aws-cli/2.0.14", "aws-cli", "2.0.15", "2.15.1"),
                old(
                        "AWS SDK for Python (Botocore)",
                        "Boto3/1.9.0 Python/3.7.5 Linux/4.14 Botocore/1.12.0",
                        "Botocore",
                        "1.13.25",
                        "1.32.4"),
                old("AWS SDK for Python (Boto3)", "Boto3/1.9.0 Python/3.7.5 Linux/4.14", "Boto3", "1.12.6", "1.29.4"),
                recent("boto 2", "Boto/2.49.0 Python/2.7.18 Linux/4.14", "Boto", NOTHING),
                old(
                        "AWS SDK for Java 1.x",
                        "aws-sdk-java/1.11.677 Linux/5.4.0 OpenJDK_64-Bit_Server_VM/25.252-b09 java/1.8.0_252",
                        "aws-sdk-java",
                        "1.11.678",
                        "1.12.634"),
                old(
                        "AWS SDK for Java 2.x",
                        "aws-sdk-java/2.10.20 Linux/5.4.0 OpenJDK_64-Bit_Server_VM/11.0.7 Java/11.0.7 vendor/Amazon.com",
                        "aws-sdk-java",
                        "2.10.21",
                        "2.23.17"),
                old(
                        "AWS SDK for Go v1",
                        "aws-sdk-go/1.25.37 (go1.13.4; linux; amd64)",
                        "aws-sdk-go",
                        "1.25.38",
                        "1.47.2"),
                old(
                        "AWS SDK for Go v2",
                        "aws-sdk-go-v2/0.18.0 os/linux lang/go#1.14 md/GOOS#linux md/GOARCH#amd64 ft/ec2-imds",
                        "aws-sdk-go-v2",
                        "0.19.0",
                        "1.22.1"),
                old(
                        "AWS SDK for JavaScript v2 (Node.js)",
                        "aws-sdk-nodejs/2.574.0 linux/v10.17.0 promise",
                        "aws-sdk-nodejs",
                        "2.722.0",
                        "2.1488.0"),
                old("AWS SDK for Ruby v3 (aws-sdk-core)", "aws-sdk-ruby3/3.78.0", "aws-sdk-ruby3", "3.79.0", "3.186.0"),
                old(
                        "AWS SDK for PHP v3",
                        "aws-sdk-php/3.147.6 GuzzleHttp/6.5.5 curl/7.61.1 PHP/7.4.5",
                        "aws-sdk-php",
                        "3.147.7",
                        "3.286.0"),
                old(
                        "AWS SDK for .NET (version of Core)",
                        "aws-sdk-dotnet-coreclr/ aws-sdk-dotnet-core/3.3.103.65 .NET_Core/3.1.0 OS/Linux",
                        "aws-sdk-dotnet-core",
                        "3.3.103.66",
                        "3.7.302.11"),
                old(
                        "AWS SDK for C++",
                        "aws-sdk-cpp/1.7.228 Linux/4.14.198 x86_64 GCC/7.3.1",
                        "aws-sdk-cpp",
                        "1.7.229",
                        "1.7.229"),
                recent(
                        "AWS Common Runtime IMDS client (aws-c-auth)",
                        "aws-sdk-crt/aws-imds-client",
                        "aws-sdk-crt",
                        "ec2_metadata_v1_disabled client option"),
                recent(
                        "AWS SDK for Rust",
                        "aws-sdk-rust/1.3.3 ua/2.1 api/imds/1.3.3 os/linux lang/rust/1.81.0",
                        "aws-sdk-rust",
                        NOTHING),
                new Case(
                        "AWS SDK for Kotlin",
                        "aws-sdk-kotlin/1.1.3 ua/2.1 api/imds#1.1.3 os/linux lang/kotlin/1.9.21",
                        "aws-sdk-kotlin",
                        "1.1.4",
                        "1.1.4",
                        NO_FALLBACK),
                recent(
                        "AWS SDK for Swift",
                        "aws-sdk-swift/1.0.0 ua/2.1 api/imds#1.0 os/linux lang/swift#5.9",
                        "aws-sdk-swift",
                        SWITCH),
                new Case("cloud-init", "Cloud-Init/19.3", "Cloud-Init", "19.4", "20.2", NO_FALLBACK),
                new Case(
                        "amazon-ec2-net-utils",
                        "amazon-ec2-net-utils/1.7.1",
                        "amazon-ec2-net-utils",
                        "2.0.0",
                        "2.0.0",
                        NO_FALLBACK),
                recent("Fluent Bit", "aws-fluent-bit-plugin", "aws-fluent-bit-plugin", "1.8.8"),
                replaced("AWS SDK for Ruby v2", "aws-sdk-ruby2/2.11.447 jruby/2.5.7 java", "aws-sdk-ruby2", "3.186.0"),
                replaced("AWS SDK for Ruby v1", "aws-sdk-ruby/1.67.0 ruby/2.3 linux", "aws-sdk-ruby", "3.186.0"),
                replaced(
                        "AWS SDK for PHP v2", "aws-sdk-php2/2.8.31 Guzzle/3.9.3 PHP/5.6.20", "aws-sdk-php2", "3.286.0"),
                replaced(
                        "AWS SDK for .NET v2 (.NET 3.5)",
                        "aws-sdk-dotnet-35/2.3.55.2 .NET Runtime/2.0 OS/6.2.9200.0",
                        "aws-sdk-dotnet-35",
                        "3.7.302.11"),
                replaced(
                        "AWS SDK for .NET v2 (.NET 4.5)",
                        "aws-sdk-dotnet-45/2.3.55.2 .NET Runtime/4.0 OS/6.2.9200.0",
                        "aws-sdk-dotnet-45",
                        "3.7.302.11"),
                replaced("Rusoto", "rusoto/0.47.0 rust/1.55.0 linux", "rusoto", "AWS SDK for Rust"),
                replaced("kiam", "kiam/v3.5", "kiam", "EKS Pod Identity"),
                new Case(
                        "AWS Tools for Windows PowerShell",
                        "AWSPowerShell/3.3.563.0 .NET_Runtime/4.0 OS/Windows",
                        "AWSPowerShell",
                        "4.0.1.0",
                        "4.0.1.0",
                        "AWS.Tools"),
                replaced(
                        "Google Auth Library for Java",
                        "Google-HTTP-Java-Client/1.41.0 (gzip)",
                        "Google-HTTP-Java-Client",
                        "imdsv2_session_token_url"),
                replaced(
                        "Google Auth Library for Node.js",
                        "google-api-nodejs-client/9.0.0",
                        "google-api-nodejs-client",
                        "imdsv2_session_token_url"),
                unswitched("AWS SDK for Java 2.x", "aws-sdk-java/2.17.1 Linux/5.4 io/async", "aws-sdk-java", "2.23.17"),
                unswitched(
                        "AWS SDK for Go v1",
                        "APN/1.0 Terraform/0.12.20 aws-sdk-go/1.28.9 (go1.13)",
                        "aws-sdk-go",
                        "1.47.2"),
                unswitched(
                        "AWS SDK for Java",
                        "aws-sdk-java/unknown-version Linux/4.14.154",
                        "aws-sdk-java",
                        "1.11.678 or 2.10.21"),
                recent(
                        "AWS SDK for Python (Botocore)",
                        "Boto3/1.34.0 Python/3.11 Linux/6.1 Botocore/1.34.0",
                        "Botocore",
                        SWITCH));
    }

    private static Case old(String sdk, String userAgent, String name, String minimum, String upgradeTo) {
        return new Case(sdk, userAgent, name, minimum, upgradeTo, SWITCH);
    }

    /** Has no IMDSv2 at all, or another way to it. */
    private static Case replaced(String sdk, String userAgent, String name, String remedy) {
        return new Case(sdk, userAgent, name, null, null, remedy);
    }

    /** Knows IMDSv2 and cannot be kept from falling back: the advice names the version that can. */
    private static Case unswitched(String sdk, String userAgent, String name, String from) {
        return new Case(sdk, userAgent, name, null, null, from);
    }

    private static Case recent(String sdk, String userAgent, String name, String remedy) {
        return new Case(sdk, userAgent, name, null, null, remedy);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void callOfTheProductNamesItAndItsRemedy(Case one) {
        ImdsCall call = new Exchanges()
                .answered(
                        "GET /latest/meta-data/iam/security-credentials/ HTTP/1.1\nUser-Agent: " + one.userAgent,
                        "HTTP/1.1 200 OK");

        assertThat(call.userAgentName()).isEqualTo(one.name);
        assertThat(call.sdkMinimum()).isEqualTo(one.minimum);
        assertThat(call.advice()).contains(one.sdk).contains(one.remedy).endsWith(".");
        if (one.upgradeTo != null) {
            assertThat(call.advice())
                    .startsWith("Upgrade " + one.sdk + " from " + call.userAgentVersion() + " to " + one.upgradeTo
                            + " or newer");
        } else {
            assertThat(call.advice()).doesNotContain("Upgrade");
        }
        assertThat(call.advice()).doesNotContain(one.remedy.equals(SWITCH) ? NO_SWITCH : "set " + SWITCH);
    }

    @Test
    void everyProductOfTheListIsInTheTable() throws IOException {
        try (BufferedReader list = new BufferedReader(
                new InputStreamReader(SdkMinimums.class.getResourceAsStream("clients.tsv"), StandardCharsets.UTF_8))) {
            Stream<String> products = list.lines()
                    .skip(1)
                    .map(line -> line.split("\t", -1))
                    .filter(columns -> !columns[0].isEmpty() && !columns[2].isEmpty())
                    .map(columns -> columns[0] + " " + columns[2]);
            assertThat(cases().stream().map(one -> one.name + " " + one.sdk)).containsAll(products.toList());
        }
    }
}
