package dev.imdsanalyzer.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every mistake of a person: one line that says what is wrong, and the exit code of its kind. */
@Isolated("takes the process's streams")
class MistakesTest {
    private static final String CAPTURE_HEAD = "d4c3b2a1020004000000000000000000000004000100000000";

    @TempDir
    private static Path folder;

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            64 | a command is missing                        |
            64 | did you mean report                         | reprot log
            64 | did you mean --format                       | read --fromat json x
            64 | did you mean --since                        | show --sinse 1h x
            64 | Missing required parameter                  | report
            64 | Missing required parameter                  | read
            64 | Missing required parameter                  | show
            65 | this is a capture: use read                 | report DIR/capture.pcap
            65 | this is a capture: use read                 | report DIR/capture.pcapng
            65 | this is a capture: use read                 | report DIR/capture.pcap DIR/log.jsonl
            65 | this is a capture: use read                 | show DIR/capture.pcap
            65 | this is a capture: use read                 | show --follow DIR/capture.pcap
            65 | no line of this program's log               | report DIR/foreign.txt
            65 | a program: name the log or capture           | report DIR/binary
            65 | no line of this program's log               | report DIR/foreign.json
            65 | no line of this program's log               | show DIR/foreign.txt
            65 | is JSON and no capture                      | read DIR/log.jsonl
            64 | must be before --until                      | report --since 2026-11-22 --until 2026-11-21 DIR/log.jsonl
            64 | must be before --until                      | report --since 1h --until 2h DIR/log.jsonl
            64 | must be before --until                      | show --since 1h --until 1h DIR/log.jsonl
            64 | --since must be a time such as              | show --since soon DIR/log.jsonl
            64 | --count must be a number of calls from 1 on | run --count 0
            64 | --count must be a number of calls from 1 on | run -c -1
            64 | --count must be a number of calls from 1 on | run -c many
            64 | --duration must be                          | run --duration abc
            64 | --duration must be                          | run --duration 0
            64 | --duration must be                          | run --duration -1
            64 | use read                                    | run -r DIR/capture.pcap
            64 | would hold tokens                           | run -w out.pcap
            64 | did you mean imdsv1-rejected                | show --finding imdsv1-reject DIR/log.jsonl
            64 | one of v1, v2, unknown                      | show --imds-version 3 DIR/log.jsonl
            66 | does not exist                              | read DIR/none
            66 | no such file                                | report DIR/none
            66 | no such file                                | report --metric DIR/none DIR/log.jsonl
            66 | no such file                                | report --cloudtrail DIR/none DIR/log.jsonl
            66 | no such file                                | show DIR/none
            66 | no such file                                | show --follow DIR/none
            66 | no such file                                | check-config DIR/none
            66 | no such file                                | run --config DIR/none
            66 | no such file                                | read --config DIR/none DIR/capture.pcap
            """)
    void isToldInOneLineWithItsExitCode(int code, String told, String commandLine) throws IOException {
        makeInputs();
        String[] arguments = commandLine == null
                ? new String[0]
                : Arrays.stream(commandLine.split(" +", -1))
                        .map(word -> word.replace("DIR", folder.toString()))
                        .toArray(String[]::new);

        String line = run(arguments);

        assertThat(line)
                .startsWith(code + " imds-packet-analyzer: ")
                .contains(told)
                .doesNotContain("\n");
    }

    private static void makeInputs() throws IOException {
        Files.write(folder.resolve("capture.pcap"), HexFormat.of().parseHex(CAPTURE_HEAD));
        Files.write(folder.resolve("capture.pcapng"), HexFormat.of().parseHex("0a0d0d0a1c0000004d3c2b1a01000000"));
        Files.writeString(folder.resolve("foreign.txt"), "Nov 21 12:00:00 web-1 sshd[1]: hello\n");
        Files.writeString(folder.resolve("foreign.json"), "{\"level\":\"info\",\"msg\":\"hello\"}\n");
        Files.write(folder.resolve("binary"), new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1, 0, 0, 0, 0, (byte) 0x80, 0x1b});
        Files.writeString(folder.resolve("log.jsonl"), """
                {"timestamp":"2026-11-21T12:00:00.000000Z","message":"IMDSv1","event":{"action":"imds-request","schema":1}}
                """);
    }

    /** The exit code and what stood on stderr. */
    private static String run(String... arguments) {
        PrintStream before = System.err;
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        System.setErr(new PrintStream(err, true, UTF_8));
        try {
            int code = Main.execute(arguments);
            return (code + " " + err.toString(UTF_8)).strip();
        } finally {
            System.setErr(before);
        }
    }
}
