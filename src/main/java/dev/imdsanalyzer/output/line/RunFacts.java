package dev.imdsanalyzer.output.line;

import java.util.List;

/**
 * What a start of the analyzer is told with.
 *
 * @param capture the device captured on
 * @param attributionSources those in use, best first
 * @param attributionReason what is lacking and what it costs; null if nothing is
 * @param configurationDigest of the configuration in force
 * @param imdsReachable whether there was a way to IMDS when the capture began, so that who called before was not seen
 * @param command name of the program whose calls alone are written; null where all calls are
 */
public record RunFacts(
        String capture,
        List<String> attributionSources,
        String attributionReason,
        String configurationDigest,
        boolean imdsReachable,
        String command) {}
