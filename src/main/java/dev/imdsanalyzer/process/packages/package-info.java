/**
 * Which package owns a file: the databases of dpkg and of rpm, read as files; nothing is executed. Takes a caller, gives
 * it back with its package, off the hot path and within a bound on time and memory.
 */
package dev.imdsanalyzer.process.packages;
