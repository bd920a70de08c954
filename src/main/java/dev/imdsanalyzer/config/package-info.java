/** The configuration: one immutable record, read from YAML, the environment and {@code --set}. */
@NullMarked
package dev.imdsanalyzer.config;

import org.jspecify.annotations.NullMarked;
