/**
 * Which connection a segment is of, by four-tuple, handshake and place, and how long one lasts. {@link
 * dev.imdsanalyzer.tcp.connection.Reassembler} is the entry.
 */
package dev.imdsanalyzer.tcp.connection;
