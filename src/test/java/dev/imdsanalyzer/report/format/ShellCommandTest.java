package dev.imdsanalyzer.report.format;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A command that was broken to fit is for the shell what it was. */
class ShellCommandTest {
    private static final String PRINT = "printf '[%s]\\n'";

    private static String shell(String command) throws Exception {
        Process shell = new ProcessBuilder("sh", "-c", command)
                .redirectErrorStream(true)
                .start();
        shell.getOutputStream().close();
        String out = new String(shell.getInputStream().readAllBytes(), UTF_8);
        assertThat(shell.waitFor(20, TimeUnit.SECONDS)).isTrue();
        return out;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen",
                "--query 'Reservations[].Instances[].MetadataOptions' --region eu-west-1 --and 'two  words' \"and 'three' more\"",
                "--data '{\"a b\": \"c  d\", \"e\": \"f\\\\ g\"}' --name=\"x  y\"z' 'w --more of it, so that it is long enough",
                "a\\ b c\\'d e\\\"f 'g\\' h \"i\\\"  j\" k l m n o p q r s t u v w x y z a b c d e f g h i j k l m n",
                "  blanks   between    words     are      none       of the words, and neither at the end are  "
            })
    void theShellReadsTheSameWords(String arguments) throws Exception {
        String command = PRINT + " " + arguments;
        for (int columns : new int[] {20, 40, 60, 80}) {
            String fitted = ShellCommand.fit("  " + command, columns, 6);

            assertThat(fitted).contains(" \\\n      ");
            assertThat(shell(fitted)).isEqualTo(shell(command));
        }
    }
}
