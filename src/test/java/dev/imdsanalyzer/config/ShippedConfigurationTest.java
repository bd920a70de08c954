package dev.imdsanalyzer.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShippedConfigurationTest {
    private static final Path SHIPPED = Path.of("packaging/conf/config.yaml");

    @TempDir
    private Path folder;

    @Test
    void theShippedFileChangesNothingButTheDestination() throws ConfigurationException {
        Configuration shipped = new ConfigurationReader().file(SHIPPED).read();

        assertThat(shipped.text(Setting.OUTPUT_DESTINATION)).isEqualTo("/var/log/imds-packet-analyzer/");
        assertThat(shipped.describe().replace("/var/log/imds-packet-analyzer/", "-"))
                .isEqualTo(Configuration.defaults().describe());
    }

    /** The comment above a key, or above its section where the key is the only one in it. */
    @Test
    void everyKeyIsDescribedWithItsRange() throws IOException {
        String shipped = Files.readString(SHIPPED);
        for (Setting setting : Setting.values()) {
            String name = setting.key().substring(setting.key().lastIndexOf('.') + 1);
            Matcher described = Pattern.compile("((?:^ +# .*\\n)+)^ +(?:# )?" + name + ": ", Pattern.MULTILINE)
                    .matcher(shipped);
            assertThat(described.find()).as(setting.key()).isTrue();
            String comment = described.group(1).replaceAll("\n? +# ", " ");
            assertThat(comment).as(setting.key()).contains(firstWords(setting.sentence()));
            Matcher numbers = Pattern.compile("\\d+(?:[KMGT]iB)?").matcher(setting.sentence());
            while (numbers.find()) {
                assertThat(comment).as(setting.key()).contains(numbers.group());
            }
        }
        assertThat(shipped).contains("IMDS_ANALYZER_OUTPUT_FOLD_SECONDS");
    }

    private static String firstWords(String sentence) {
        return String.join(" ", List.of(sentence.split(" ")).subList(0, 4));
    }

    @Test
    void everyKeyStandsThereWithItsDefaultAndCanBeUncommented() throws IOException, ConfigurationException {
        String uncommented = Files.readString(SHIPPED).replaceAll("(?m)^( +)# ([a-z_]+: )", "$1$2");
        Configuration configuration = new ConfigurationReader()
                .file(Files.writeString(folder.resolve("config.yaml"), uncommented))
                .read();

        for (Setting setting : Setting.values()) {
            String name = setting.key().substring(setting.key().lastIndexOf('.') + 1);
            assertThat(uncommented).as(setting.key()).containsPattern("(?m)^ +" + name + ": ");
        }
        assertThat(configuration.describe().lines())
                .filteredOn(line -> !Configuration.defaults().describe().contains(line))
                .containsExactly(
                        "output.destination=/var/log/imds-packet-analyzer/",
                        "policy.credentials.allow=[amazon-cloudwatch-agent.service,"
                                + " {path:/usr/bin/amazon-ssm-agent, user:root}]");
    }
}
