/**
 * One segment and the space of sequence numbers: what of it is new, what its receiver may not have taken, where it was seen. Knows
 * no stream and no connection.
 */
package dev.imdsanalyzer.tcp.segment;
