/**
 * The socket source: who holds the socket of a connection, asked of the kernel and of {@code /proc} for as long as it is
 * open. The twin of {@link dev.imdsanalyzer.process.connect}, which hears of it at the connect.
 */
package dev.imdsanalyzer.process.socket;
