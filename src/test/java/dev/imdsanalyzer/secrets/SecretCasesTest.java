package dev.imdsanalyzer.secrets;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SecretCasesTest {
    static Stream<String> commands() {
        return SecretCases.commands().stream();
    }

    static Stream<String> forms() {
        return SecretCases.forms().stream();
    }

    @ParameterizedTest
    @MethodSource("commands")
    void hidesWhatIsSecretInACommandAndNothingElse(String marked) {
        assertThat(SecretRedactor.redactArguments(words(SecretCases.used(marked))))
                .isEqualTo(words(SecretCases.shown(marked)));
    }

    @ParameterizedTest
    @MethodSource("commands")
    void changesNoCommandTheSecondTime(String marked) {
        List<String> once = SecretRedactor.redactArguments(words(SecretCases.used(marked)));
        assertThat(SecretRedactor.redactArguments(once)).isEqualTo(once);
    }

    @ParameterizedTest
    @MethodSource("forms")
    void knowsKeysByTheirForm(String key) {
        assertThat(SecretRedactor.redact("client/1.0 " + key + " (linux)")).isEqualTo("client/1.0 REDACTED (linux)");
        assertThat(SecretRedactor.redactPath("/a/" + key + "/b"))
                .doesNotContain(key)
                .startsWith("/a/");
        assertThat(SecretRedactor.redactQuery("x=" + key + "&y=1")).isEqualTo("x=REDACTED&y=1");
        assertThat(SecretRedactor.redactArguments(List.of("app", key, "--x=" + key)))
                .containsExactly("app", "REDACTED", "--x=REDACTED");
    }

    private static List<String> words(String command) {
        return List.of(command.split("¦", -1));
    }
}
