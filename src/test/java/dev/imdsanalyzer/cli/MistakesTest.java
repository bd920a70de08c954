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
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
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
            64 | there is no command "hlep"; did you mean help | hlep
            64 | there is no command "nosuch"                | help nosuch
            64 | there is no "xml"; it is one of text, html, json, csv, script, tickets, tickets-csv, allow, guardrails; see | report --format xml DIR/log.jsonl
            64 | it is one of account, owner, group, image   | report --group-by team DIR/log.jsonl
            64 | there is no "foo"; it is one of boot        | report --require foo DIR/log.jsonl
            64 | --window must be a length such as           | report --window 0 DIR/log.jsonl
            64 | --window must be at most                    | report --window 9999d DIR/log.jsonl
            64 | writes a folder                             | report --format guardrails DIR/log.jsonl
            64 | is an input too                             | report --output DIR/log.jsonl DIR/log.jsonl
            64 | LOG: a name is empty                        | report EMPTY
            64 | LOG: a name is empty                        | report DIR/log.jsonl EMPTY
            64 | LOG: a name is empty                        | show EMPTY
            64 | FILE: a name is empty                       | read EMPTY
            64 | FILE: a name is empty                       | check-config EMPTY
            64 | --output: a name is empty                   | report --output EMPTY DIR/log.jsonl
            64 | --inventory: a name is empty                | report --inventory EMPTY DIR/log.jsonl
            64 | --metric: a name is empty                   | report --metric EMPTY DIR/log.jsonl
            64 | --cloudtrail: a name is empty               | report --cloudtrail DIR/log.jsonl --cloudtrail EMPTY DIR/log.jsonl
            64 | --config: a name is empty                   | run --config EMPTY
            64 | Unknown option: '-x'                        | run -x
            64 | Missing required parameter for option       | run -c
            64 | output.format must be json or text          | read --format xml DIR/capture.pcap
            64 | one argument too many: "x"                  | doctor x
            64 | Unknown option: '--a\\u001b[2J'              | show --aESC[2J x
            65 | no inventory                                | report --inventory DIR/foreign.txt DIR/log.jsonl
            65 | no inventory                                | report --inventory DIR DIR/log.jsonl
            65 | no report of an earlier run                 | report --since-report DIR/log.jsonl DIR/log.jsonl
            65 | not JSON                                    | report --metric DIR/capture.pcap DIR/log.jsonl
            65 | a packet capture                            | report --cloudtrail DIR/capture.pcap DIR/log.jsonl
            65 | is empty                                    | read DIR/empty
            66 | is a directory: name the capture files      | read DIR
            66 | no such file                                | report DIR/xESC[2J
            66 | no such file                                | report --inventory DIR/none DIR/log.jsonl
            66 | no such file                                | report --since-report DIR/none DIR/log.jsonl
            66 | there is no such file                       | doctor --config DIR/none
            73 | there is no such folder                     | report --output DIR/none/x DIR/log.jsonl
            73 | it is a folder                              | report --output DIR DIR/log.jsonl
            73 | it is a file, and a folder is needed        | report --format allow --output DIR/foreign.txt DIR/log.jsonl
            74 | could not be written to its end             | report --output /dev/full DIR/log.jsonl
            78 | Is a directory                              | check-config DIR
            78 | no YAML                                     | check-config DIR/binary.yaml
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
                        .map(word -> word.equals("EMPTY") ? "" : word.replace("DIR", folder.toString()))
                        .map(word -> word.replace("ESC", "\u001b"))
                        .toArray(String[]::new);

        String line = run(arguments);

        assertThat(line)
                .startsWith(code + " imds-packet-analyzer: ")
                .contains(told)
                .doesNotContain("\n", "\u001b");
    }

    /** Of who has no right to capture, that is told first. */
    @Test
    @Tag("root")
    void anOutputWithoutAFolderIsToldBeforeTheCapture() {
        assertThat(run("run", "--output", folder.resolve("none/x").toString()))
                .startsWith("73 imds-packet-analyzer: ")
                .contains("there is no folder");
    }

    private static void makeInputs() throws IOException {
        Files.write(folder.resolve("capture.pcap"), HexFormat.of().parseHex(CAPTURE_HEAD));
        Files.write(folder.resolve("capture.pcapng"), HexFormat.of().parseHex("0a0d0d0a1c0000004d3c2b1a01000000"));
        Files.writeString(folder.resolve("foreign.txt"), "Nov 21 12:00:00 web-1 sshd[1]: hello\n");
        Files.writeString(folder.resolve("foreign.json"), "{\"level\":\"info\",\"msg\":\"hello\"}\n");
        Files.write(folder.resolve("binary"), new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1, 0, 0, 0, 0, (byte) 0x80, 0x1b});
        Files.writeString(folder.resolve("empty"), "");
        Files.writeString(folder.resolve("binary.yaml"), "{\"a\":\n");
        Files.writeString(folder.resolve("log.jsonl"), """
                {"timestamp":"2026-11-21T12:00:00.000000Z","message":"IMDSv1","event":{"action":"imds-request","schema":1}}
                """);
    }

    /** What is asked to help is not run, whatever stands behind it. */
    @Test
    void helpRunsNothing() {
        PrintStream before = System.out;
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        System.setOut(new PrintStream(out, true, UTF_8));
        try {
            assertThat(run("help", "run", "touch", folder.resolve("touched").toString()))
                    .isEqualTo("0");
        } finally {
            System.setOut(before);
        }
        assertThat(out.toString(UTF_8)).contains("--interface");
        assertThat(folder.resolve("touched")).doesNotExist();
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
