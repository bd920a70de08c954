package dev.imdsanalyzer.cli;

import static dev.imdsanalyzer.cli.Commands.arguments;

import dev.imdsanalyzer.capture.CaptureException;
import dev.imdsanalyzer.config.Configuration;
import dev.imdsanalyzer.daemon.FileAnalyzer;
import dev.imdsanalyzer.daemon.OutputException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;

/** {@code read}: the same lines from capture files, without processes. */
final class ReadCommand implements Callable<Integer> {
    private final CommandSpec spec = Commands.command(
            "read",
            "Read pcap or pcapng files and write a line for each call to IMDS in them.",
            this,
            "",
            "From another capture:  tcpdump -U -i any -w - port 80 | imds-packet-analyzer read -");
    private final ConfigurationOptions options = new ConfigurationOptions(spec);

    /** As picocli wants to know it. */
    CommandSpec spec() {
        return spec.addPositional(arguments(
                "FILE", "1..*", "pcap or pcapng files, plain or packed (gzip, bzip2, xz, zstd); - is standard input."));
    }

    @Override
    public Integer call() throws InterruptedException {
        options.requireFile();
        Configuration configuration = ConfigurationOptions.read(options.reader());
        try {
            new FileAnalyzer(configuration, Version.number()).read(arguments(spec));
            return ExitCode.OK;
        } catch (CaptureException e) {
            throw CommandFailure.of(e);
        } catch (OutputException e) {
            throw new CommandFailure(ExitCode.CANNOT_CREATE, e.getMessage(), e);
        }
    }
}
