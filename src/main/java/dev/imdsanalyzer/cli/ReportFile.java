package dev.imdsanalyzer.cli;

import dev.imdsanalyzer.report.ReportOptions;
import dev.imdsanalyzer.report.run.Report;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * The file that a report goes to. What stood there stays until the new report is whole: it is written beside it and then takes
 * its name. A pipe or device is written to as it is.
 */
final class ReportFile {
    private final Path output;

    ReportFile(Path output) {
        this.output = output;
    }

    /** Runs the report; gives its exit code. */
    int write(ReportOptions options) {
        try {
            Path target = Files.exists(output) ? output.toRealPath() : output.toAbsolutePath();
            if (Files.isDirectory(target)) {
                throw new CommandFailure(ExitCode.CANNOT_CREATE, "cannot write " + output + ": it is a folder", null);
            }
            if (Files.exists(target) && Report.reads(options, target)) {
                throw new CommandFailure(
                        ExitCode.USAGE, "--output " + output + " is an input too: it would be lost", null);
            }
            boolean replaceable = !Files.exists(target) || Files.isRegularFile(target);
            return replaceable ? replace(target, options) : fill(target, options);
        } catch (IOException e) {
            throw new CommandFailure(ExitCode.CANNOT_CREATE, "cannot write " + output + ": " + reason(e), e);
        }
    }

    private int replace(Path target, ReportOptions options) throws IOException {
        Path beside = target.resolveSibling(
                "." + target.getFileName() + "." + ProcessHandle.current().pid() + ".new");
        try {
            int code = fill(beside, options, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            // Nothing was written where the run ended before its report.
            if (Files.size(beside) > 0) {
                Files.move(beside, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            }
            return code;
        } finally {
            Files.deleteIfExists(beside);
        }
    }

    private int fill(Path file, ReportOptions options, StandardOpenOption... how) throws IOException {
        try (PrintStream out = new PrintStream(
                new BufferedOutputStream(Files.newOutputStream(file, how)), false, StandardCharsets.UTF_8)) {
            int code = Report.run(options, System.in, out, System.err);
            if (code == Report.EXIT_OUTPUT) {
                throw new CommandFailure(code, output + " could not be written to its end", null);
            }
            return code;
        }
    }

    private static String reason(IOException e) {
        if (e instanceof AccessDeniedException) {
            return "no permission";
        }
        if (e instanceof NoSuchFileException || e instanceof NotDirectoryException) {
            return "there is no such folder";
        }
        return e instanceof FileAlreadyExistsException ? "it is there already: " + e.getMessage() : e.getMessage();
    }
}
