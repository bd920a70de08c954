package dev.imdsanalyzer.cli;

import dev.imdsanalyzer.capture.CaptureException;
import dev.imdsanalyzer.config.Configuration;
import dev.imdsanalyzer.daemon.FileAnalyzer;
import dev.imdsanalyzer.daemon.OutputException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code read}: the same lines from capture files, without processes. */
@Command(
        name = "read",
        description = "Read pcap or pcapng files and write a line for each call to IMDS in them.",
        footer = {"", "From another capture:  tcpdump -i any -w - port 80 | imds-packet-analyzer read -"})
final class ReadCommand implements Callable<Integer> {
    @Mixin
    private ConfigurationOptions options;

    @Parameters(paramLabel = "FILE", arity = "1..*", description = "pcap or pcapng files; - is standard input.")
    private List<String> files;

    @Override
    public Integer call() throws InterruptedException {
        Configuration configuration = ConfigurationOptions.read(options.reader());
        try {
            new FileAnalyzer(configuration, Version.number()).read(files);
            return ExitCode.OK;
        } catch (CaptureException e) {
            throw CommandFailure.of(e);
        } catch (OutputException e) {
            throw new CommandFailure(ExitCode.CANNOT_CREATE, e.getMessage(), e);
        }
    }
}
