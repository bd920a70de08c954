package dev.imdsanalyzer.imds;

/**
 * What this stage is told from outside.
 *
 * @param instanceId for the commands in advice; null if it is not known
 */
public record ImdsSettings(String instanceId) {}
