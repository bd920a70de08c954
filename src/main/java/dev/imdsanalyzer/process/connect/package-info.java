/**
 * The connect source: who called connect, as the kernel said it at that moment. One thread drains the kernel's records,
 * reads /proc while the caller still waits, and joins both with the captured connections: by the initial sequence number
 * where the kernel tells it, else by the four-tuple and the time. What it does not know is left to the socket source; what
 * may be wrong is not said. All tables are bounded; what they drop is counted or found by its socket.
 */
package dev.imdsanalyzer.process.connect;
