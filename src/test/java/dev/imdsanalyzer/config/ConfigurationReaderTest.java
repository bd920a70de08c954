package dev.imdsanalyzer.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigurationReaderTest {
    @TempDir
    private Path folder;

    @Test
    void everySettingHasItsDefaultWithoutAnyInput() throws ConfigurationException {
        Configuration configuration = new ConfigurationReader().read();

        assertThat(configuration).isEqualTo(Configuration.defaults());
        assertThat(configuration.text(Setting.CAPTURE_INTERFACE)).isEqualTo("any");
        assertThat(configuration.number(Setting.CAPTURE_BUFFER)).isEqualTo(4 << 20);
        assertThat(configuration.integer(Setting.LIMITS_CONNECTIONS)).isEqualTo(16_384);
        assertThat(configuration.number(Setting.LIMITS_CONNECTION_BYTES)).isEqualTo(128 << 10);
        assertThat(configuration.number(Setting.LIMITS_TOTAL_BYTES)).isEqualTo(4 << 20);
        assertThat(configuration.integer(Setting.LIMITS_RESPONSE_SECONDS)).isEqualTo(5);
        assertThat(configuration.flag(Setting.ATTRIBUTION_CONNECT)).isTrue();
        assertThat(configuration.integer(Setting.ATTRIBUTION_WAIT_MILLISECONDS)).isEqualTo(5000);
        assertThat(configuration.text(Setting.OUTPUT_DESTINATION)).isEqualTo("-");
        assertThat(configuration.text(Setting.OUTPUT_FORMAT)).isEqualTo("json");
        assertThat(configuration.integer(Setting.OUTPUT_FOLD_SECONDS)).isEqualTo(60);
        assertThat(configuration.integer(Setting.OUTPUT_SUMMARY_SECONDS)).isEqualTo(300);
        assertThat(configuration.number(Setting.OUTPUT_FILE_SIZE)).isEqualTo(64 << 20);
        assertThat(configuration.number(Setting.OUTPUT_TOTAL_SIZE)).isEqualTo(1 << 30);
        assertThat(configuration.integer(Setting.OUTPUT_KEEP_DAYS)).isEqualTo(30);
        assertThat(configuration.integer(Setting.OUTPUT_QUEUE)).isEqualTo(8_192);
        assertThat(configuration.text(Setting.HOST_ROOT)).isEqualTo("/");
        assertThat(configuration.texts(Setting.CONTAINERS_FOLDERS)).isEmpty();
        assertThat(configuration.allowedCallers()).isEmpty();
    }

    @Test
    void aFileSetsEveryKeyToSomethingElse() throws Exception {
        Configuration configuration = reader("""
                capture:
                  interface: eth0
                  buffer: 8MiB
                limits:
                  connections: 1000
                  connection_bytes: 64KiB
                  total_bytes: 2MiB
                  response_seconds: 7
                attribution:
                  connect: false
                  exec_memory: false
                  wait_milliseconds: 500
                output:
                  destination: /var/log/x/
                  format: text
                  metrics: instance
                  fold_seconds: 0
                  summary_seconds: 60
                  file_size: 1MiB
                  total_size: 10MiB
                  keep_days: 3
                  queue: 100
                host:
                  root: /host
                containers:
                  folders: [/data/docker]
                cloud:
                  account_id: "012345678901"
                  region: us-gov-west-1
                  availability_zone: us-gov-west-1a
                policy:
                  credentials:
                    allow: [/usr/bin/aws, "nginx.service"]
                """).read();

        for (Setting setting : Setting.values()) {
            assertThat(configuration.describe())
                    .as(setting.key())
                    .doesNotContain(setting.key() + "=" + setting.defaultValue() + "\n");
        }
        assertThat(configuration.number(Setting.OUTPUT_TOTAL_SIZE)).isEqualTo(10 << 20);
        assertThat(configuration.allowedCallers())
                .containsExactly(AllowedCaller.named("/usr/bin/aws"), AllowedCaller.named("nginx.service"));
    }

    @Test
    void whereAnInstanceIsHasItsForm() throws Exception {
        for (String wrong : List.of("account_id: \"12345\"", "region: Ireland", "availability_zone: eu-west-1")) {
            ConfigurationReader reader = reader("cloud:\n  " + wrong + "\n");
            assertThatThrownBy(reader::read).hasMessageContaining("must be");
        }
    }

    @Test
    void theCommandLineWinsOverTheEnvironmentAndThatOverTheFile() throws Exception {
        Configuration configuration = reader("output: {fold_seconds: 1, queue: 101, keep_days: 4}\n")
                .environment(Map.of("IMDS_ANALYZER_OUTPUT_QUEUE", "102", "IMDS_ANALYZER_OUTPUT_KEEP_DAYS", "5"))
                .pair("output.keep_days=6")
                .read();

        assertThat(configuration.integer(Setting.OUTPUT_FOLD_SECONDS)).isEqualTo(1);
        assertThat(configuration.integer(Setting.OUTPUT_QUEUE)).isEqualTo(102);
        assertThat(configuration.integer(Setting.OUTPUT_KEEP_DAYS)).isEqualTo(6);
    }

    @Test
    void everyKeyHasAVariableThatOverridesTheFile() throws Exception {
        for (Setting setting : Setting.values()) {
            String other = setting.defaultValue() instanceof Long number
                    ? String.valueOf(number + 1)
                    : switch (setting) {
                        case OUTPUT_FORMAT -> "text";
                        case OUTPUT_METRICS -> "none";
                        case HOST_ROOT -> "/x";
                        case CLOUD_ACCOUNT_ID -> "123456789012";
                        case CLOUD_REGION -> "eu-west-1";
                        case CLOUD_AVAILABILITY_ZONE -> "eu-west-1a";
                        default -> setting.defaultValue() instanceof Boolean ? "false" : "x";
                    };
            assertThat(setting.environmentVariable()).matches("IMDS_ANALYZER_[A-Z_]+");
            assertThat(reader("")
                            .environment(Map.of(setting.environmentVariable(), other))
                            .read()
                            .describe())
                    .as(setting.key())
                    .containsPattern("(?m)^" + setting.key() + "=\\[?" + other + "]?$");
        }
    }

    @Test
    void sizeMayBeWrittenAsItIsPrintedAndNoSizeOverflows() throws Exception {
        assertThat(reader("output: {file_size: 67108864, total_size: 1TiB}\n").read())
                .extracting(configuration -> configuration.number(Setting.OUTPUT_FILE_SIZE))
                .isEqualTo(67_108_864L);
        assertThat(problems("output: {total_size: 2TiB}\n"))
                .singleElement()
                .asString()
                .contains("must be from 131072 to 1099511627776 bytes, not 2TiB");
        assertThat(problems("output: {total_size: 16777217TiB, file_size: 999999999999999999GiB}\n"))
                .hasSize(2)
                .allMatch(problem -> problem.contains("must be from"));
    }

    @Test
    void unknownVariablesOfOurPrefixAreProblemsAndThoseOfTheStartScriptAreNot() {
        ConfigurationException thrown = catchThrowableOfType(
                ConfigurationException.class,
                () -> new ConfigurationReader()
                        .environment(Map.of(
                                "IMDS_ANALYZER_OUTPUT_QUEU", "5",
                                "IMDS_ANALYZER_HEAP", "64m",
                                "IMDS_ANALYZER_JVM_OPTIONS", "-Xlog:gc",
                                "IMDS", "x"))
                        .read());

        assertThat(thrown.problems())
                .containsExactly(
                        "IMDS_ANALYZER_OUTPUT_QUEU: unknown variable; did you mean IMDS_ANALYZER_OUTPUT_QUEUE?");
    }

    @Test
    void unknownKeysAreToldWithLineColumnAndTheNearestKey() throws Exception {
        assertThat(problems("capture:\n  interfaces: eth0\n"))
                .containsExactly("FILE:2:3: unknown key capture.interfaces; did you mean capture.interface?");
    }

    @Test
    void everyProblemIsToldAtOnce() throws Exception {
        assertThat(problems("""
                        output:
                          fold_seconds: -1
                          format: xml
                          queue:
                        nonsense:
                          deep: [1, 2]
                        limits: 3
                        capture:
                          buffer: 4MB
                        """))
                .containsExactly(
                        "FILE:2:3: output.fold_seconds must be from 0 to 86400, not -1",
                        "FILE:3:3: output.format must be json or text, not \"xml\"",
                        "FILE:4:3: output.queue needs a value",
                        "FILE:5:1: unknown key nonsense",
                        "FILE:7:1: limits is a section, its keys stand below it",
                        "FILE:9:3: capture.buffer must be a size such as 64KiB or 4MiB, not \"4MB\"");
    }

    @Test
    void aKeyThatStandsTwiceIsAProblem() throws Exception {
        assertThat(problems("output:\n  queue: 100\n  queue: 200\n"))
                .singleElement()
                .asString()
                .contains("FILE:3:");
    }

    @Test
    void aFileThatIsNoYamlIsToldWithItsPlace() throws Exception {
        assertThat(problems("output: {queue: 100\n"))
                .singleElement()
                .asString()
                .startsWith("FILE:")
                .contains("no YAML");
        assertThat(problems("just text\n")).containsExactly("FILE:1:1: must be a mapping of keys");
    }

    @Test
    void anEmptyFileAndEmptySectionsMeanTheDefaults() throws Exception {
        assertThat(reader("").read()).isEqualTo(Configuration.defaults());
        assertThat(reader("# only a comment\n").read()).isEqualTo(Configuration.defaults());
        assertThat(reader("output:\ncapture:\n").read()).isEqualTo(Configuration.defaults());
    }

    @Test
    void aMissingFileIsOneProblem() {
        ConfigurationException thrown = catchThrowableOfType(
                ConfigurationException.class,
                () -> new ConfigurationReader().file(folder.resolve("none")).read());

        assertThat(thrown.problems()).containsExactly(folder.resolve("none") + ": there is no such file");
    }

    @Test
    void pairsOfTheCommandLineAreCheckedLikeTheFile() {
        ConfigurationException thrown = catchThrowableOfType(
                ConfigurationException.class,
                () -> new ConfigurationReader()
                        .pair("output.formats=1")
                        .pair("output.queue")
                        .pair("output.queue=many")
                        .read());

        assertThat(thrown.problems())
                .containsExactly(
                        "--set output.formats: unknown key; did you mean output.format?",
                        "--set output.queue: must be KEY=VALUE",
                        "--set output.queue: output.queue must be a whole number, not \"many\"");
    }

    @Test
    void anEntryOfTheAllowListMayNameSeveralKindsThatMustAllHold() throws Exception {
        Configuration configuration = reader("""
                policy:
                  credentials:
                    allow:
                      - nginx.service
                      - path: /usr/bin/amazon-ssm-agent
                        user: root
                      - {image: "shop/*", namespace: shop}
                """).read();

        assertThat(configuration.allowedCallers())
                .containsExactly(
                        AllowedCaller.named("nginx.service"),
                        new AllowedCaller(null, Map.of("path", "/usr/bin/amazon-ssm-agent", "user", "root")),
                        new AllowedCaller(null, Map.of("image", "shop/*", "namespace", "shop")));
        assertThat(configuration.describe()).contains("{path:/usr/bin/amazon-ssm-agent, user:root}");
    }

    @Test
    void tellsWhereAnEntryOfTheAllowListIsWrong() throws IOException {
        assertThat(problems("""
                policy:
                  credentials:
                    allow:
                      - {}
                      - unti: nginx.service
                      - user: [root]
                      - path:
                      - unit: a
                        unit: b
                      - [x]
                      -
                """))
                .satisfiesExactly(
                        problem -> assertThat(problem)
                                .startsWith("FILE:4:9: an entry of ")
                                .contains("names nothing"),
                        problem -> assertThat(problem)
                                .startsWith(
                                        "FILE:5:9: an entry of policy.credentials.allow may name unit, package, image,")
                                .endsWith("path, not unti"),
                        problem -> assertThat(problem).isEqualTo("FILE:6:9: user needs a text"),
                        problem -> assertThat(problem).isEqualTo("FILE:7:9: path needs a text"),
                        problem -> assertThat(problem).isEqualTo("FILE:9:9: unit stands there twice"),
                        problem ->
                                assertThat(problem).startsWith("FILE:10:9: ").contains("a list of texts and mappings"),
                        problem -> assertThat(problem).startsWith("FILE:11:").contains("a list of texts and mappings"));
    }

    @Test
    void theDigestChangesWithAnyValue() throws ConfigurationException {
        String before = Configuration.defaults().digest();

        assertThat(new ConfigurationReader().pair("output.queue=8193").read().digest())
                .isNotEqualTo(before);
        assertThat(new ConfigurationReader().pair("output.queue=8192").read().digest())
                .isEqualTo(before);
    }

    private ConfigurationReader reader(String yaml) throws IOException {
        return new ConfigurationReader().file(Files.writeString(folder.resolve("config.yaml"), yaml));
    }

    private List<String> problems(String yaml) throws IOException {
        ConfigurationReader reader = reader(yaml);
        ConfigurationException thrown = catchThrowableOfType(ConfigurationException.class, reader::read);
        return thrown.problems().stream()
                .map(problem -> problem.replace(folder.resolve("config.yaml").toString(), "FILE"))
                .toList();
    }
}
