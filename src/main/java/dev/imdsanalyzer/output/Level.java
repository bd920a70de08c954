package dev.imdsanalyzer.output;

/** Value of {@code level}. */
enum Level {
    INFO,
    WARN,
    ERROR
}
