package dev.imdsanalyzer.daemon;

import dev.imdsanalyzer.config.Configuration;
import dev.imdsanalyzer.config.Setting;
import dev.imdsanalyzer.daemon.host.Terminal;
import dev.imdsanalyzer.output.EventLogSettings;
import dev.imdsanalyzer.output.EventLogSettings.Format;
import dev.imdsanalyzer.output.file.Destination;
import dev.imdsanalyzer.output.line.summary.MetricDimensions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;

/** Turns the output settings into what the event log wants, and says where that cannot be. */
public final class OutputDestinations {
    private OutputDestinations() {}

    static EventLogSettings settings(Configuration configuration, String version, boolean waitForRoom)
            throws OutputException {
        Destination destination = destination(configuration);
        requireFolder(destination);
        Format format = format(configuration, destination);
        boolean people = format != Format.JSON && isForPeople(destination);
        return new EventLogSettings(
                destination,
                format,
                people ? Terminal.width() : 0,
                MetricDimensions.valueOf(
                        configuration.text(Setting.OUTPUT_METRICS).toUpperCase(Locale.ROOT)),
                Duration.ofSeconds(configuration.integer(Setting.OUTPUT_FOLD_SECONDS))
                        .toNanos(),
                configuration.integer(Setting.OUTPUT_QUEUE),
                waitForRoom,
                version);
    }

    private static void requireFolder(Destination destination) throws OutputException {
        String obstacle = obstacle(destination);
        if (obstacle != null) {
            throw new OutputException("cannot write to " + destination.path() + ": " + obstacle, null);
        }
    }

    /**
     * Why nothing can be written to a destination whoever writes. A misspelt path is told, not made: only the last folder
     * of a destination for dated files is.
     *
     * @return a clause; null where nothing stands in the way
     */
    public static String obstacle(Destination destination) {
        if (destination.path() == null) {
            return null;
        }
        Path path = destination.path().toAbsolutePath();
        Path parent = path.getParent();
        if (parent != null && !Files.isDirectory(parent)) {
            return "there is no folder " + parent;
        }
        return destination.dated() && Files.exists(path) && !Files.isDirectory(path) ? path + " is no folder" : null;
    }

    /** Where the lines go by the configuration; whether it can be is not looked at. */
    public static Destination destination(Configuration configuration) {
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

    private static boolean isForPeople(Destination destination) {
        return destination.path() == null || Terminal.isColourForced();
    }

    /** Colour where a person looks on; a file has none unless it is asked for. */
    private static Format format(Configuration configuration, Destination destination) {
        if (configuration.text(Setting.OUTPUT_FORMAT).equals("json")) {
            return Format.JSON;
        }
        return isForPeople(destination) && Terminal.hasColour() ? Format.COLOURED_TEXT : Format.TEXT;
    }
}
