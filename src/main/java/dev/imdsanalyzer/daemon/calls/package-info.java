/**
 * From packets to calls with their callers: the stages in a row, the look-ups that go on beside them, and what brings each call
 * together with its caller, in order.
 */
package dev.imdsanalyzer.daemon.calls;
