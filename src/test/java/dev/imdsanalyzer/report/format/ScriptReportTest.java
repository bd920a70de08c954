package dev.imdsanalyzer.report.format;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.LinuxOnly;
import dev.imdsanalyzer.report.ReportFormat;
import dev.imdsanalyzer.report.ReportOptions;
import dev.imdsanalyzer.report.Reports;
import dev.imdsanalyzer.report.SampleLog;
import dev.imdsanalyzer.report.SampleLog.Program;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** Runs the script with a stub in place of the AWS CLI that keeps each instance's options in a file. */
@LinuxOnly("GNU's date, and bash 4")
class ScriptReportTest {
    private static final String STUB = """
            #!/usr/bin/env bash
            echo "$*" >>"$STATE/calls"
            all="$*"
            instance= tokens= region= profile=
            if [[ -e $STATE/error && $all != *--region* ]]; then cat "$STATE/error" >&2; exit 253; fi
            while (($#)); do
                case $1 in
                    --instance-id | --instance-ids) instance=$2; shift ;;
                    --http-tokens) tokens=$2; shift ;;
                    --region) region=$2; shift ;;
                    --profile) profile=$2; shift ;;
                    modify-*) modify=yes ;;
                esac
                shift
            done
            case $all in
                *get-instance-metadata-defaults*)
                    if [[ -e $STATE/old-cli ]]; then echo "aws: error: argument operation: Invalid choice" >&2; exit 252; fi
                    cat "$STATE/defaults" 2>/dev/null || printf 'no-preference\\tNone\\n'
                    exit ;;
                *get-caller-identity*) cat "$STATE/account$profile"; exit ;;
            esac
            if [[ ! -e $STATE/$instance ]]; then echo "InvalidInstanceID.NotFound" >&2; exit 254; fi
            if [[ -e $STATE/$instance.region && $region != "$(<"$STATE/$instance.region")" ]]; then
                echo "InvalidInstanceID.NotFound" >&2
                exit 254
            fi
            if [[ $all == *Tags* ]]; then cat "$STATE/$instance.tags" 2>/dev/null; exit 0; fi
            IFS=$'\\t' read -r old endpoint hops state power <"$STATE/$instance"
            if [[ -n ${modify:-} && -e $STATE/$instance.refuses ]]; then echo "UnauthorizedOperation" >&2; exit 254; fi
            if [[ -n ${modify:-} && -e $STATE/$instance.sleeps ]]; then exit 0; fi
            if [[ -n ${modify:-} && $tokens == optional && -e $STATE/defaults ]]; then
                echo "UnsupportedOperation: httpTokensEnforced" >&2
                exit 254
            fi
            if [[ -n ${modify:-} ]]; then
                state=applied
                if [[ ${power:-} == stopped ]]; then state=pending; fi
                printf '%s\\t%s\\t%s\\t%s\\t%s\\n' "$tokens" enabled "$hops" "$state" "${power:-running}" >"$STATE/$instance"
            else
                printf '%s\\t%s\\t%s\\t%s\\t%s\\n' "$old" "$endpoint" "$hops" "$state" "${power:-running}"
            fi
            """;
    private static final String READY = "i-0000000000000000a";
    private static final String READY_OFF = "i-0000000000000000b";
    private static final String READY_LAST = "i-0000000000000000d";
    private static final String NOT_READY = "i-0000000000000000c";
    private static final Instant END = Reports.NOW.minusSeconds(60);

    @TempDir
    Path folder;

    private Path script;

    @BeforeEach
    void writeScript() throws IOException {
        for (String id : List.of(READY, READY_OFF, READY_LAST, "i-0;reboot")) {
            new SampleLog(id, "host")
                    .watched(END.minus(Duration.ofDays(15)), END)
                    .v2(END, Program.CURL)
                    .write(folder.resolve(id.replace(";", "") + ".jsonl"));
        }
        new SampleLog(NOT_READY, "host")
                .watched(END.minus(Duration.ofDays(15)), END)
                .v1(END, Program.CURL)
                .write(folder.resolve("c.jsonl"));
        String text = Reports.run(Reports.options(ReportFormat.SCRIPT, folder)).out();
        script = Files.writeString(folder.resolve("require.sh"), text);
        Path bin = Files.createDirectory(folder.resolve("bin"));
        Files.writeString(bin.resolve("aws"), STUB);
        Files.setPosixFilePermissions(bin.resolve("aws"), PosixFilePermissions.fromString("rwx------"));
        // The script's clock: a minute after it was written, unless a test says otherwise.
        Files.writeString(bin.resolve("date"), """
                #!/usr/bin/env bash
                if [[ $* == "-u +%s" ]]; then cat "$STATE/now"; else exec /bin/date "$@"; fi
                """);
        Files.setPosixFilePermissions(bin.resolve("date"), PosixFilePermissions.fromString("rwx------"));
        setClock(Reports.NOW.plusSeconds(60));
        Files.writeString(folder.resolve(READY), "optional\tenabled\t2\tapplied\n");
        Files.writeString(folder.resolve(READY_LAST), "optional\tenabled\t1\tapplied\n");
        Files.writeString(folder.resolve(READY_OFF), "optional\tdisabled\t1\tapplied\n");
        Files.writeString(folder.resolve(NOT_READY), "optional\tenabled\t1\tapplied\n");
    }

    private void setClock(Instant time) throws IOException {
        Files.writeString(folder.resolve("now"), time.getEpochSecond() + "\n");
    }

    @Test
    void onlyOneRegionOrLaunchTemplateIsChangedWhereThatIsAskedFor() throws IOException, InterruptedException {
        Path inventory = Files.writeString(
                Files.createDirectory(folder.resolve("account")).resolve("inventory.json"),
                "{\"Instances\":[{\"InstanceId\":\"" + READY
                        + "\",\"Tags\":[{\"Key\":\"aws:ec2launchtemplate:id\",\"Value\":"
                        + "\"lt-0123456789abcdef0\"}]},{\"InstanceId\":\"" + READY_LAST + "\",\"Tags\":[{\"Key\":"
                        + "\"aws:ec2launchtemplate:id\",\"Value\":\"lt-0$(reboot)\"}]}]}");
        Path log = folder.resolve(READY + ".jsonl");
        String text = Reports.run(Reports.options(ReportFormat.SCRIPT, log, folder.resolve(READY_LAST + ".jsonl"))
                        .withInventory(inventory.toString()))
                .out();
        assertThat(text).doesNotContain("$(reboot)");
        script = Files.writeString(folder.resolve("only.sh"), text);
        Files.writeString(folder.resolve("places.csv"), READY_LAST + ",-,eu-west-1\n");
        assertThat(run("--only", "lt-0123456789abcdef0").output())
                .contains("--instance-id " + READY + " ")
                .doesNotContain("--instance-id " + READY_LAST);
        assertThat(run("--places", "places.csv", "--only", "eu-west-1").output())
                .contains("--instance-id " + READY_LAST + " ")
                .doesNotContain("--instance-id " + READY + " ");
        assertThat(run("--only", "us-east-1").output()).contains("no instance is READY of those that --only names");
        assertThat(run("--only").exitCode()).isEqualTo(64);
    }

    private record Run(int exitCode, String output) {}

    private Run run(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("bash", script.toString()));
        command.addAll(List.of(arguments));
        return execute(command);
    }

    private Run execute(List<String> command) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("PATH", folder.resolve("bin") + ":" + System.getenv("PATH"));
        builder.environment().put("STATE", folder.toString());
        builder.environment().put("WAIT_SECONDS", "0");
        builder.directory(folder.toFile());
        Process process = builder.start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Run(process.waitFor(), output);
    }

    private List<JsonNode> notes(String record) throws IOException {
        return Files.readAllLines(folder.resolve(record)).stream()
                .map(line -> new ObjectMapper().readTree(line))
                .toList();
    }

    private String options(String instance) throws IOException {
        return Files.readString(folder.resolve(instance));
    }

    @Test
    void isADryRunUnlessToldOtherwise() throws Exception {
        Run run = run();
        assertThat(run.exitCode()).isZero();
        assertThat(run.output())
                .contains("would run: aws ec2 modify-instance-metadata-options --instance-id " + READY)
                .contains("nothing was changed");
        assertThat(Files.readString(folder.resolve("calls"))).doesNotContain("modify-");
    }

    @Test
    void aDryRunLeavesOutWhatRequiresVersionTwoAlready() throws Exception {
        Files.writeString(folder.resolve(READY), "required\tenabled\t2\tapplied\n");
        assertThat(run().output())
                .contains(READY + ": requires IMDSv2 already")
                .contains("would run: aws ec2 modify-instance-metadata-options --instance-id " + READY_LAST)
                .doesNotContain("--instance-id " + READY + " ");
    }

    /** What the AWS CLI says where nothing is configured; the plan needs no answer of its. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "\nYou must specify a region. You can also configure your region by running \"aws configure\".\n",
                "\nUnable to locate credentials. You can configure credentials by running \"aws login\".\n",
                "An error occurred (ExpiredToken) when calling the operation: \u001b[31mexpired\n",
                ""
            })
    void aDryRunPrintsThePlanWhereNobodyCanBeAsked(String error) throws Exception {
        Files.writeString(folder.resolve("error"), error);
        Run run = run();
        assertThat(run.exitCode()).as(run.output()).isZero();
        assertThat(run.output())
                .contains("would run: aws ec2 modify-instance-metadata-options --instance-id " + READY)
                .contains("would run: aws ec2 modify-instance-metadata-options --instance-id " + READY_LAST)
                .contains("this plan goes by the log alone")
                .contains("give --region REGION")
                .contains("nothing was changed")
                .doesNotContain("\u001b");
        assertThat(Files.readAllLines(folder.resolve("calls"))).hasSize(1);

        assertThat(run("--apply").exitCode()).isEqualTo(1);
        assertThat(options(READY)).startsWith("optional");
        assertThat(run("--region", "eu-west-1").output())
                .contains("--http-tokens required --http-endpoint enabled --region eu-west-1")
                .doesNotContain("by the log alone");
    }

    /** The log says account and Region, and no credentials are there: the plan goes by what the log says. */
    @Test
    void aDryRunWithoutCredentialsPrintsThePlanOfEachAccount() throws Exception {
        Path logs = Files.createDirectory(folder.resolve("logs"));
        place(logs, READY, "111111111111", "eu-west-1");
        place(logs, READY_LAST, "222222222222", "us-east-1");
        Files.writeString(
                script, Reports.run(Reports.options(ReportFormat.SCRIPT, logs)).out());
        Files.writeString(folder.resolve("bin").resolve("aws"), "#!/bin/sh\necho no credentials >&2\nexit 253\n");
        Run run = run();
        assertThat(run.exitCode()).as(run.output()).isZero();
        assertThat(run.output())
                .contains(READY + " --http-tokens required --http-endpoint enabled --region eu-west-1")
                .contains(READY_LAST + " --http-tokens required --http-endpoint enabled --region us-east-1")
                .doesNotContain("left alone");
    }

    @Test
    void aDryRunStillTellsAnInstanceThatIsGone() throws Exception {
        Files.delete(folder.resolve(READY));
        Run run = run();
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.output())
                .contains(READY + ": its options cannot be read")
                .contains("would run: aws ec2 modify-instance-metadata-options --instance-id " + READY_LAST);
    }

    @Test
    void theRollBackCommandWorksAsItIsPrinted() throws Exception {
        script = Files.move(script, folder.resolve("require 'all'.sh"));
        Run run = run("--apply", "--record", "my \"record\" $x.jsonl", "--region", "eu-west-1", "--profile", "a b");
        assertThat(run.exitCode()).as(run.output()).isZero();
        assertThat(options(READY)).startsWith("required");
        String command = run.output()
                .lines()
                .filter(line -> line.startsWith("to roll back: "))
                .findFirst()
                .orElseThrow()
                .substring("to roll back: ".length());
        Files.delete(folder.resolve("calls"));
        Run back = execute(List.of("bash", "-c", command));
        assertThat(back.exitCode()).as(back.output()).isZero();
        assertThat(options(READY)).isEqualTo("optional\tenabled\t2\tapplied\trunning\n");
        assertThat(Files.readAllLines(folder.resolve("calls")))
                .allMatch(call -> call.endsWith("--region eu-west-1 --profile a b")
                        || call.contains("--region eu-west-1 --profile a b "));
    }

    @Test
    void anotherShellGoesOnWithBash() throws Exception {
        for (List<String> shell : List.of(List.of("sh"), List.of("bash", "--posix"))) {
            List<String> command = new ArrayList<>(shell);
            command.add(script.toString());
            Run run = execute(command);
            assertThat(run.exitCode()).as(run.output()).isZero();
            assertThat(run.output()).contains("would run: ");
        }
    }

    @Test
    void oldProofIsNotApplied() throws Exception {
        setClock(Reports.NOW.plus(Duration.ofHours(25)));
        Run run = run("--apply");
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.output())
                .contains("this script was written 25 hours ago")
                .contains("--despite-doubts");
        assertThat(folder.resolve("calls")).doesNotExist();
        assertThat(run("--apply", "--despite-doubts").exitCode()).isZero();
        assertThat(options(READY)).startsWith("required");
    }

    @Test
    void logsThatWereOldWhenItWasWrittenAreNotApplied() throws Exception {
        Instant later = Reports.NOW.plus(Duration.ofDays(2));
        ReportOptions options = Reports.at(Reports.options(ReportFormat.SCRIPT, folder.resolve("c.jsonl")), later);
        Files.writeString(script, Reports.run(options).out());
        setClock(later);
        Run run = run("--apply");
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.output()).contains("the logs ended 48 hours before this script was written");
    }

    @Test
    void proofFromInputsThatCouldNotBeReadIsNotApplied() throws Exception {
        Path cut = Files.write(folder.resolve("cut.gz"), new byte[] {0x1f, (byte) 0x8b});
        Files.writeString(
                script,
                Reports.run(Reports.options(ReportFormat.SCRIPT, folder.resolve(READY + ".jsonl"), cut))
                        .out());
        Run run = run("--apply");
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.output()).contains("inputs of the report that could not be read to the end: 1");
        assertThat(options(READY)).startsWith("optional");
    }

    @Test
    void changesReadyInstancesOnlyAndRollsThemBack() throws Exception {
        Run run = run("--apply", "--record", "record.jsonl", "--region", "eu-west-1");
        assertThat(run.exitCode()).as(run.output()).isZero();
        assertThat(options(READY)).isEqualTo("required\tenabled\t2\tapplied\trunning\n");
        assertThat(options(READY_OFF)).isEqualTo("optional\tdisabled\t1\tapplied\n");
        assertThat(options(NOT_READY)).isEqualTo("optional\tenabled\t1\tapplied\n");
        List<JsonNode> notes = notes("record.jsonl");
        assertThat(notes)
                .extracting(note -> note.at("/instance").asString())
                .containsExactly(READY, READY, READY_LAST, READY_LAST);
        assertThat(notes)
                .extracting(note -> note.at("/result").asString())
                .containsExactly("started", "applied", "started", "applied");
        assertThat(notes)
                .allMatch(note -> note.at("/http_tokens_before").asString().equals("optional"));
        assertThat(Files.readString(folder.resolve("calls")))
                .contains("--region eu-west-1")
                .doesNotContain(NOT_READY)
                .doesNotContain("reboot");

        assertThat(run("--roll-back", "record.jsonl").output()).contains("would run");
        assertThat(options(READY)).startsWith("required");
        assertThat(run("--roll-back", "record.jsonl", "--apply").exitCode()).isZero();
        assertThat(options(READY)).isEqualTo("optional\tenabled\t2\tapplied\trunning\n");
    }

    @Test
    void aSecondRunFindsNothingToDo() throws Exception {
        run("--apply");
        Run again = run("--apply", "--record", "second.jsonl");
        assertThat(again.output()).contains(READY + ": requires IMDSv2 already");
        assertThat(folder.resolve("second.jsonl")).doesNotExist();
    }

    @Test
    void anInstanceThatIsGoneIsToldAndTheRestIsDone() throws Exception {
        Files.delete(folder.resolve(READY_OFF));
        Run run = run("--apply");
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.output()).contains(READY_OFF + ": its options cannot be read");
        assertThat(options(READY)).startsWith("required");
    }

    @Test
    void aChangeThatIsRefusedStopsNoneOfTheOthers() throws Exception {
        Files.createFile(folder.resolve(READY + ".refuses"));
        Run run = run("--apply", "--record", "record.jsonl");
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.output())
                .contains("UnauthorizedOperation")
                .contains(READY + ": the change was refused or did not take effect")
                .contains(READY_LAST + ": HttpTokens=required");
        assertThat(options(READY)).startsWith("optional");
        assertThat(options(READY_LAST)).startsWith("required");
        assertThat(notes("record.jsonl"))
                .extracting(note -> note.at("/result").asString())
                .containsExactly("started", "failed", "started", "applied");

        Run back = run("--roll-back", "record.jsonl", "--apply");
        assertThat(back.exitCode()).as(back.output()).isZero();
        assertThat(back.output()).contains(READY + ": HttpTokens is optional already");
        assertThat(options(READY_LAST)).isEqualTo("optional\tenabled\t1\tapplied\trunning\n");
    }

    @Test
    void aChangeThatDoesNotTakeEffectIsTold() throws Exception {
        Files.createFile(folder.resolve(READY + ".sleeps"));
        Run run = run("--apply", "--record", "record.jsonl");
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.output()).contains(READY + ": the change was refused or did not take effect");
        assertThat(options(READY_LAST)).startsWith("required");
    }

    @Test
    void aRollBackThatIsRefusedIsToldAndTheRestIsDone() throws Exception {
        assertThat(run("--apply", "--record", "record.jsonl").exitCode()).isZero();
        Files.createFile(folder.resolve(READY + ".refuses"));
        Run back = run("--roll-back", "record.jsonl", "--apply");
        assertThat(back.exitCode()).isEqualTo(1);
        assertThat(options(READY)).startsWith("required");
        assertThat(options(READY_LAST)).startsWith("optional");
    }

    @Test
    void anEnforcedAccountHasNoWayBackAndWantsAWord() throws Exception {
        Files.writeString(folder.resolve("defaults"), "enabled\taccount\n");
        Run run = run("--apply");
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.output())
                .contains("no way back here: the account enforces IMDSv2")
                .contains("to undo first: aws ec2 modify-instance-metadata-defaults --http-tokens-enforced disabled")
                .contains(READY + ": left alone: give --without-way-back");
        assertThat(options(READY)).startsWith("optional");
        assertThat(Files.readString(folder.resolve("calls"))).doesNotContain("modify-");

        Run all = run("--apply", "--without-way-back", "--record", "record.jsonl");
        assertThat(all.exitCode()).as(all.output()).isZero();
        assertThat(options(READY)).startsWith("required");

        Run back = run("--roll-back", "record.jsonl", "--apply");
        assertThat(back.exitCode()).isEqualTo(1);
        assertThat(back.output()).contains("no way back here");
        assertThat(options(READY)).startsWith("required");
    }

    @Test
    void whereTheOrganisationEnforcesItsPolicyHasToBeUndone() throws Exception {
        Files.writeString(folder.resolve("defaults"), "enabled\tdeclarative-policy\n");
        assertThat(run().output())
                .contains("to undo first: http_tokens_enforced in the organisation's declarative policy")
                .contains("would run");
    }

    @Test
    void whereNobodyCanAskTheWayBackIsNotPromised() throws Exception {
        Files.createFile(folder.resolve("old-cli"));
        Run run = run("--apply");
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.output()).contains("there may be no way back here");
        assertThat(options(READY)).startsWith("optional");
        assertThat(run("--apply", "--without-way-back").exitCode()).isZero();
        assertThat(options(READY)).startsWith("required");
    }

    @Test
    void aStoppedInstanceIsPendingAndThatIsNoFailure() throws Exception {
        Files.writeString(folder.resolve(READY), "optional\tenabled\t1\tapplied\tstopped\n");
        Run run = run("--apply", "--record", "record.jsonl");
        assertThat(run.exitCode()).as(run.output()).isZero();
        assertThat(run.output()).contains(READY + ": HttpTokens=required, pending");
        assertThat(notes("record.jsonl").get(1).at("/result").asString()).isEqualTo("pending");
        assertThat(run("--apply").output()).contains(READY + ": requires IMDSv2 already (pending)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"terminated", "shutting-down"})
    void aTerminatedInstanceIsLeftAlone(String power) throws Exception {
        Files.writeString(folder.resolve(READY), "optional\tenabled\t1\tapplied\t" + power + "\n");
        Run run = run("--apply");
        assertThat(run.exitCode()).isZero();
        assertThat(run.output()).contains(READY + ": is " + power + ", left alone");
    }

    @Test
    void groupsAndNodesAreToldWithTheirNames() throws Exception {
        Files.writeString(
                folder.resolve(READY + ".tags"),
                "aws:autoscaling:groupName\tweb \u001b[2J group\naws:ec2launchtemplate:id\tlt-01\nName\tx\n");
        Files.writeString(folder.resolve(READY_LAST + ".tags"), "kubernetes.io/cluster/shop\towned\n");
        Run run = run("--apply");
        assertThat(run.output())
                .contains(READY
                        + ": of the Auto Scaling group web ?[2J group: its launch template (lt-01) undoes the change")
                .contains(READY_LAST + ": a node of the EKS cluster shop")
                .doesNotContain("\u001b");
    }

    /** Two accounts and two Regions: each instance is asked about where it is, with the credentials that are its account's. */
    @Test
    void instancesOfSeveralAccountsAndRegionsGoTheirOwnWays() throws Exception {
        Path logs = Files.createDirectory(folder.resolve("logs"));
        place(logs, READY, "111111111111", "eu-west-1");
        place(logs, READY_LAST, "222222222222", "us-east-1");
        Files.writeString(
                script, Reports.run(Reports.options(ReportFormat.SCRIPT, logs)).out());
        Files.writeString(folder.resolve(READY + ".region"), "eu-west-1");
        Files.writeString(folder.resolve(READY_LAST + ".region"), "us-east-1");
        Files.writeString(folder.resolve("account"), "111111111111\n");
        Files.writeString(folder.resolve("accounttwo"), "222222222222\n");

        Run one = run("--apply", "--record", "record.jsonl");
        assertThat(one.exitCode()).isEqualTo(1);
        assertThat(one.output())
                .contains(
                        "222222222222: these credentials are of account 111111111111: give --profile 222222222222=PROFILE")
                .contains(READY_LAST + ": left alone");
        assertThat(options(READY)).startsWith("required");
        assertThat(options(READY_LAST)).startsWith("optional");

        Run both = run("--apply", "--record", "record.jsonl", "--profile", "222222222222=two");
        assertThat(both.exitCode()).as(both.output()).isZero();
        assertThat(options(READY_LAST)).startsWith("required");
        assertThat(run("--roll-back", "record.jsonl", "--apply", "--profile", "222222222222=two")
                        .exitCode())
                .isZero();
        assertThat(options(READY)).startsWith("optional");
        assertThat(options(READY_LAST)).startsWith("optional");
    }

    private static void place(Path logs, String id, String account, String region) throws IOException {
        SampleLog log = new SampleLog(id, "host")
                .watched(END.minus(Duration.ofDays(15)), END)
                .v2(END, Program.CURL);
        log.edit("\"cloud\":{", "\"cloud\":{\"account\":{\"id\":\"" + account + "\"},\"region\":\"" + region + "\",");
        log.write(Files.createDirectory(logs.resolve(id)).resolve("a.jsonl"));
    }

    @Test
    void aFileOfTheUsersSaysWhereInstancesAre() throws Exception {
        Files.writeString(folder.resolve("places.csv"), "# id,account,region\n" + READY + ",111111111111,eu-west-1\n");
        Files.writeString(folder.resolve(READY + ".region"), "eu-west-1");
        Files.writeString(folder.resolve("account"), "111111111111\n");
        Run run = run("--apply", "--places", "places.csv");
        assertThat(run.exitCode()).as(run.output()).isZero();
        assertThat(options(READY)).startsWith("required");
        Files.writeString(folder.resolve("places.csv"), READY + ",$(reboot),eu-west-1\n");
        assertThat(run("--apply", "--places", "places.csv").exitCode()).isEqualTo(64);
    }

    @Test
    void aRunThatWasInterruptedGoesOnWithItsRecord() throws Exception {
        Files.createFile(folder.resolve(READY_LAST + ".sleeps"));
        assertThat(run("--apply", "--record", "record.jsonl").exitCode()).isEqualTo(1);
        Files.delete(folder.resolve(READY_LAST + ".sleeps"));
        assertThat(run("--apply", "--record", "record.jsonl").exitCode()).isZero();
        assertThat(run("--roll-back", "record.jsonl", "--apply").exitCode()).isZero();
        assertThat(options(READY)).startsWith("optional");
        assertThat(options(READY_LAST)).startsWith("optional");
    }

    @Test
    void aForgedRecordIsRefused() throws Exception {
        Files.writeString(
                folder.resolve("forged.jsonl"),
                "{\"time\":\"\",\"account\":\"-\",\"region\":\"\",\"instance\":\"i-1 --x\",\"action\":\"require\",\"result\":\"x\"}\n");
        assertThat(run("--roll-back", "forged.jsonl", "--apply").exitCode()).isEqualTo(1);
        assertThat(folder.resolve("calls")).doesNotExist();
    }

    @Test
    void wrongUsageIsToldApart() throws Exception {
        assertThat(run("--no-such-option").exitCode()).isEqualTo(64);
        assertThat(run("--record").exitCode()).isEqualTo(64);
    }

    @Tag("programs")
    @Test
    void shellcheckHasNothingToSay() throws Exception {
        Process process;
        try {
            process = new ProcessBuilder("shellcheck", script.toString())
                    .redirectErrorStream(true)
                    .start();
        } catch (IOException e) {
            Assumptions.abort("shellcheck is not installed");
            return;
        }
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
    }
}
