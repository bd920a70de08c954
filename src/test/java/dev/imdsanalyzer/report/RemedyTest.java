package dev.imdsanalyzer.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the report tells to change, by the program that called: its package, its User-Agent, its script. */
class RemedyTest {
    private static final String LINE =
            "{\"timestamp\":\"2026-11-21T12:00:00.000000Z\",\"level\":\"WARN\",\"message\":\"m\","
                    + "\"event\":{\"action\":\"imds-request\",\"outcome\":\"success\",\"schema\":1},\"imds\":{\"version\":\"v1\","
                    + "\"operation\":\"get\",\"category\":\"meta-data\",\"findings\":[\"imdsv1-request\"],\"repeat_count\":1},"
                    + "\"url\":{\"path\":\"/latest/meta-data/\"},%s"
                    + "\"caller\":{\"label\":\"x\",\"fingerprint\":\"00aa11bb22cc33dd\"},"
                    + "\"cloud\":{\"instance\":{\"id\":\"i-0123456789abcdef0\"}}}\n";

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "curl | 7.88.1 | - | - | - | TOKEN=$(curl -sf",
                "Wget | 1.21.3 | - | - | - | TOKEN=$(wget -qO-",
                "Python-urllib | 3.11 | - | - | - | from urllib.request import",
                "python-requests | 2.18.4 | - | - | - | from urllib.request import",
                "aiohttp | 3.7.4 | - | - | - | from urllib.request import",
                "- | - | /opt/job.py | /usr/bin/python3.11 | - | from urllib.request import",
                "- | - | - | /usr/bin/php8.2 | - | stream_context_create",
                "GuzzleHttp | 6.3.3 | - | /usr/bin/php8.2 | - | stream_context_create",
                "WordPress | 6.1.1 | - | /usr/sbin/php-fpm8.2 | - | stream_context_create",
                "Ruby | - | /opt/job.rb | /usr/bin/ruby3.1 | - | net/http",
                "axios | 0.21.1 | /srv/server.js | /usr/bin/node | - | await fetch",
                "Go-http-client | 1.1 | - | /usr/local/bin/agent7 | - | http.NewRequest",
                "Java | 17.0.15 | /srv/app.jar | /usr/bin/java | - | HttpURLConnection",
                "Python-urllib | 2.7 | - | - | - | import urllib2",
                "libwww-perl | 6.05 | /srv/poll.pl | /usr/bin/perl | - | HTTP::Tiny",
                "WindowsPowerShell | 5.1 | - | - | - | Invoke-RestMethod",
                "- | - | /opt/job.sh | /usr/bin/bash | - | TOKEN=$(curl -sf",
                "Go-http-client | 1.1 | - | /opt/datadog-agent/bin/agent/agent | datadog-agent | ec2_prefer_imdsv2: true",
                "Ruby | - | /opt/codedeploy-agent/bin/codedeploy-agent | /usr/bin/ruby | codedeploy-agent | :disable_imds_v1: true",
                "curl | 7.88.1 | - | /usr/bin/curl | curl | TOKEN=$(curl -sf",
                "- | - | /opt/job.py | /usr/bin/python3.11 | python3.11-minimal | from urllib.request import",
                "- | - | - | /opt/CrowdStrike/falcond | falcon-sensor | Upgrade package falcon-sensor to 6.38.13501 or newer",
                "Go-http-client | 1.1 | - | /usr/local/qualys/agent | qualys-cloud-agent | Upgrade package qualys-cloud-agent to a",
                "- | - | - | /opt/dynatrace/oneagent | oneagent-bin | Upgrade package oneagent-bin to a release that knows",
                "aws-sdk-go | 1.20.0 | - | /usr/bin/telegraf | telegraf | Upgrade Telegraf to 1.15.0",
                "- | - | - | /opt/fluent-bit/bin/fluent-bit | - | 1.8.8",
                "Cloud-Init | 19.3 | /usr/bin/cloud-init | /usr/bin/python3.7 | cloud-init | 20.2",
                "amazon-ec2-net-utils | 1.7 | - | - | - | 2.0.0",
                "Google-HTTP-Java-Client | 1.41.0 | - | - | - | imdsv2_session_token_url",
                "aws-sdk-java | 1.11.600 | /srv/app.jar | /usr/bin/java | - | The SDK is in app.jar",
                "aws-sdk-java | - | - | /usr/bin/java | - | 1.11.678 or 2.10.21",
                "aws-sdk-ruby2 | 2.11.447 | - | - | - | aws-sdk-core 3.186.0",
                "AWSPowerShell | 3.3.563.0 | - | - | - | 4.0.1.0",
                "Botocore | 1.13.30 | - | - | - | from 1.32.4 on, AWS_EC2_METADATA_V1_DISABLED=true",
                "Botocore | 1.12.0 | - | - | - | to 1.32.4 or newer",
            })
    void isTrueForTheProgramAndSpeaksItsLanguage(
            String product, String version, String script, String executable, String owner, String part)
            throws IOException {
        StringBuilder facts = new StringBuilder();
        if (product != null) {
            facts.append("\"user_agent\":{\"original\":\"x\",\"name\":\"")
                    .append(product)
                    .append('"');
            facts.append(version == null ? "" : ",\"version\":\"" + version + "\"")
                    .append("},");
        }
        if (executable != null || script != null) {
            facts.append("\"process\":{\"pid\":1");
            facts.append(executable == null ? "" : ",\"executable\":\"" + executable + "\"");
            facts.append(script == null ? "" : ",\"script\":\"" + script + "\"").append("},");
        }
        facts.append(owner == null ? "" : "\"package\":{\"name\":\"" + owner + "\"},");
        Path log = Files.writeString(folder.resolve("imds-2026-11-21.0.jsonl"), LINE.formatted(facts));

        String report = Reports.run(Reports.options(ReportFormat.TEXT, log)).out();

        assertThat(report).contains(part);
        assertThat(report.contains("then set AWS_EC2") || report.contains("and set AWS_EC2"))
                .as("the switch, only in a version that has it")
                .isEqualTo(part.contains("to 1.32.4") || part.contains("The SDK is in"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "consul | 1.6.2 | aws-sdk-go | 1.25.3 | Upgrade package consul (1.6.2 here), which brings its SDK along: upgrade AWS SDK for Go v1",
                "falcon-sensor | 6.14.0-11110 | x | 1 | Upgrade package falcon-sensor to 6.38.13501 or newer (IMDSv2 since 6.38.13501)",
                "falcon-sensor | 7.10.0-16303 | x | 1 | Find why CrowdStrike Falcon sensor 7.10.0-16303, which knows IMDSv2 since",
                "datadog-agent | 1:7.64.1-1 | Go-http-client | 1.1 | Find why Datadog Agent 1:7.64.1-1, which knows IMDSv2 since 7.64.0",
                "datadog-agent | 1:7.40.1-1 | Go-http-client | 1.1 | Upgrade the Datadog Agent to 7.64.0",
                "acme-agent | 3.2 | Go-http-client | 1.1 | Upgrade package acme-agent (3.2 here) to a release that knows IMDSv2",
            })
    void ofAVendorsPackageItIsThePackageThatIsUpgraded(
            String owner, String installed, String product, String version, String summary) throws IOException {
        String facts = "\"user_agent\":{\"original\":\"x\",\"name\":\"" + product.strip() + "\",\"version\":\""
                + version.strip() + "\"},\"package\":{\"name\":\"" + owner.strip() + "\",\"version\":\""
                + installed.strip() + "\"},";
        Path log = Files.writeString(folder.resolve("imds-2026-11-21.0.jsonl"), LINE.formatted(facts));

        assertThat(Reports.run(Reports.options(ReportFormat.TEXT, log)).out())
                .contains("fix     " + summary.strip())
                .doesNotContain("TOKEN=$(");
    }
}
