/**
 * Attribution: which process made a connection, who started it, where it ran and what it belongs to. Takes a
 * connection's four-tuple, gives a {@link dev.imdsanalyzer.process.Caller}. Runs off the capture thread.
 */
package dev.imdsanalyzer.process;
