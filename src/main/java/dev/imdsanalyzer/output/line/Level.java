package dev.imdsanalyzer.output.line;

/** Value of {@code level}. */
enum Level {
    INFO,
    WARN,
    ERROR
}
