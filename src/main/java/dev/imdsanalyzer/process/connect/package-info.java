/**
 * The connect source: who called connect, as the kernel said it at that moment. One thread drains the kernel's records,
 * reads /proc while the caller still waits, and joins both with the captured connections by their four-tuple. What it
 * does not know is left to the socket source. All tables are bounded; what they drop is counted or found by its socket.
 */
package dev.imdsanalyzer.process.connect;
