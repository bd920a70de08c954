package dev.imdsanalyzer.cli;

import dev.imdsanalyzer.status.ToolVersion;
import picocli.CommandLine.IVersionProvider;

/** The version that the build wrote into the jar. */
final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
        return new String[] {"imds-packet-analyzer " + number()};
    }

    static String number() {
        return ToolVersion.read();
    }
}
