/** The configuration: one immutable record, read from YAML, the environment and {@code --set}. */
package dev.imdsanalyzer.config;
