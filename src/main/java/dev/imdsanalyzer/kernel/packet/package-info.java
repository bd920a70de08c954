/**
 * Packet sockets: packet(7), with a classic BPF filter in the kernel and a ring that the kernel shares with this process
 * (Documentation/networking/packet_mmap.rst). Any thread may ask a socket for its figures; a ring is read by one thread.
 */
@NullMarked
package dev.imdsanalyzer.kernel.packet;

import org.jspecify.annotations.NullMarked;
