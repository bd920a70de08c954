package dev.imdsanalyzer.cli;

import static dev.imdsanalyzer.cli.Commands.flag;
import static dev.imdsanalyzer.cli.Commands.option;
import static dev.imdsanalyzer.cli.Commands.value;

import dev.imdsanalyzer.daemon.doctor.Diagnosis;
import dev.imdsanalyzer.daemon.doctor.DiagnosisJson;
import dev.imdsanalyzer.daemon.doctor.DiagnosisText;
import dev.imdsanalyzer.daemon.doctor.Doctor;
import dev.imdsanalyzer.daemon.host.Terminal;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;

/** {@code doctor}: what this host gives and lacks for seeing calls and naming callers. */
final class DoctorCommand implements Callable<Integer> {
    private static final String JSON = "--json";
    private static final String LIVE = "--live";
    private static final String CONFIG = "--config";

    private final CommandSpec spec = Commands.command(
            "doctor",
            "Check what this host gives and lacks, what each lack costs, and how to mend it.",
            this,
            "",
            "Exit code 0: everything needed is there, something may be weak. Otherwise by what is missing first:",
            "78 the configuration, 77 a permission, 73 the place for the lines, 69 anything else.",
            "The installed service has a check of its own, and as root the place for the lines is judged for its user;",
            "permissions otherwise are those of the user that runs doctor.");

    /** As picocli wants to know it. */
    CommandSpec spec() {
        return spec.addOption(flag(JSON, "Write one JSON object."))
                .addOption(flag(
                        LIVE, "Try the real path too: ask IMDS for one token (IMDSv2), and find that call in a log."))
                .addOption(option(
                        CONFIG,
                        Path.class,
                        "FILE",
                        "Configuration file; default: the installed one, or the defaults."));
    }

    @Override
    public Integer call() throws InterruptedException {
        Path file = value(spec, CONFIG, null);
        ConfigurationOptions.requireFile(file);
        Diagnosis diagnosis = new Doctor(file, value(spec, LIVE, false), Version.number()).examine();
        PrintWriter out = spec.commandLine().getOut();
        out.print(
                value(spec, JSON, false)
                        ? DiagnosisJson.of(diagnosis)
                        : DiagnosisText.of(diagnosis, Terminal.hasColour(), Terminal.width()));
        out.flush();
        return exitCode(diagnosis.firstMissing());
    }

    /** @param missing name of a check; null for none */
    static int exitCode(String missing) {
        if (missing == null) {
            return ExitCode.OK;
        }
        if (missing.startsWith("CAP_")) {
            return ExitCode.NO_PERMISSION;
        }
        return switch (missing) {
            case "configuration" -> ExitCode.BAD_CONFIGURATION;
            case "output" -> ExitCode.CANNOT_CREATE;
            default -> ExitCode.UNAVAILABLE;
        };
    }
}
