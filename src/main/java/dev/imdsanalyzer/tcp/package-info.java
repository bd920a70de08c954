/**
 * Reassembly: segments in any order, from any number of interfaces, become each connection's two byte streams.
 * Takes {@link dev.imdsanalyzer.packet.TcpSegment}, calls {@link dev.imdsanalyzer.tcp.ConnectionHandler}. One thread. What the
 * stages behind it know of it is here.
 *
 * <p>{@link dev.imdsanalyzer.tcp.connection.Reassembler} finds a segment's connection ({@code FlowDirectory}: by four-tuple and
 * sequence numbers, and through masquerade) and hands the segment to one of its two {@code StreamAssembler}s, which put
 * the bytes in order; a {@code StreamOutput} presents them. {@code ConnectionAges} knows who is idle and who makes way.
 *
 * <p>Which bytes count is what the receiver took, by the rules of Linux: {@code Doubts} says why it may not have taken a
 * segment, which then waits for its acknowledgment ({@code DoubtfulSegments}); {@code HeldSegments} overlap as in its
 * out-of-order queue; {@code DeliveredBytes} are compared with what comes in their place until they are acknowledged. What
 * cannot be settled is told by {@link dev.imdsanalyzer.tcp.ConnectionHandler#onConflict}.
 *
 * <p>Bounded in connections, in buffered bytes of one connection and of all: {@link
 * dev.imdsanalyzer.tcp.ReassemblyLimits}. A half-open connection takes some 600 bytes, an open one 900 and what it
 * buffers; segments in order take nothing but a copy until their acknowledgment, within 1 MiB in all. The time a segment takes does not depend on how many connections there are.
 */
package dev.imdsanalyzer.tcp;
