package dev.imdsanalyzer.process;

/**
 * Stands for all callers that differ in nothing but the numbers and start times of themselves and of their ancestors: what was
 * worked out for one of them holds for the others. Told from others by its identity.
 */
public final class CallerKind {}
