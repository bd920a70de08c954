package dev.imdsanalyzer.status;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** The version that the build wrote into the jar. */
public final class ToolVersion {
    private static final String RESOURCE = "/dev/imdsanalyzer/cli/version.properties";

    private ToolVersion() {}

    /** Like {@code 0.1.0}. */
    public static String read() {
        try (InputStream stream = ToolVersion.class.getResourceAsStream(RESOURCE)) {
            Properties properties = new Properties();
            properties.load(stream);
            return properties.getProperty("version");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
