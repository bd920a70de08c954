package dev.imdsanalyzer.output.line.field;

/** Value of {@code level}. */
public enum Level {
    INFO,
    WARN,
    ERROR
}
