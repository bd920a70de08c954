package dev.imdsanalyzer.daemon;

import dev.imdsanalyzer.config.Configuration;
import dev.imdsanalyzer.config.Setting;
import dev.imdsanalyzer.output.Destination;
import dev.imdsanalyzer.output.EventLogSettings;
import dev.imdsanalyzer.output.EventLogSettings.Format;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** Turns the output settings into what the event log wants. */
final class OutputDestinations {
    private OutputDestinations() {}

    static EventLogSettings settings(Configuration configuration, String version, boolean waitForRoom)
            throws OutputException {
        Destination destination = destination(configuration);
        requireFolder(destination);
        return new EventLogSettings(
                destination,
                format(configuration, destination),
                Duration.ofSeconds(configuration.integer(Setting.OUTPUT_FOLD_SECONDS))
                        .toNanos(),
                configuration.integer(Setting.OUTPUT_QUEUE),
                waitForRoom,
                version);
    }

    /** A misspelt path is told, not made. Only the last folder of a destination for dated files is. */
    private static void requireFolder(Destination destination) throws OutputException {
        Path parent = destination.path() == null
                ? null
                : destination.path().toAbsolutePath().getParent();
        if (parent != null && !Files.isDirectory(parent)) {
            throw new OutputException("cannot write to " + destination.path() + ": there is no folder " + parent, null);
        }
    }

    private static Destination destination(Configuration configuration) {
        String text = configuration.text(Setting.OUTPUT_DESTINATION);
        if (text.equals("-")) {
            return Destination.standardOutput();
        }
        Path path = Path.of(text);
        if (!text.endsWith("/") && !Files.isDirectory(path)) {
            return Destination.file(path);
        }
        return Destination.datedFiles(
                path,
                configuration.number(Setting.OUTPUT_FILE_SIZE),
                configuration.number(Setting.OUTPUT_TOTAL_SIZE),
                configuration.integer(Setting.OUTPUT_KEEP_DAYS));
    }

    /** Colour for a person at a terminal; NO_COLOR turns it off, CLICOLOR_FORCE on. */
    private static Format format(Configuration configuration, Destination destination) {
        if (configuration.text(Setting.OUTPUT_FORMAT).equals("json")) {
            return Format.JSON;
        }
        boolean forced = System.getenv("CLICOLOR_FORCE") != null;
        boolean terminal = destination.path() == null && Terminal.isTerminal(1);
        return forced || (terminal && System.getenv("NO_COLOR") == null) ? Format.COLOURED_TEXT : Format.TEXT;
    }
}
