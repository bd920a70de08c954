package dev.imdsanalyzer.daemon;

import dev.imdsanalyzer.config.Configuration;
import dev.imdsanalyzer.config.ConfigurationException;

/** Reads the configuration anew: the file as it is now, and over it whatever else the command was started with. */
public interface ConfigurationSource {
    /** @throws ConfigurationException with every problem found */
    Configuration read() throws ConfigurationException;
}
