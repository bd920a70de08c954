/**
 * Reassembly: segments in any order, from any number of interfaces, become each connection's two byte streams.
 * Takes {@link dev.imdsanalyzer.packet.TcpSegment}, calls {@link dev.imdsanalyzer.tcp.ConnectionHandler}. One thread.
 * Bounded in connections, in buffered bytes of one connection and of all.
 */
package dev.imdsanalyzer.tcp;
