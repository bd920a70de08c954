/** Memory for bytes that wait, within one budget for all connections, and who has to give it back first. */
package dev.imdsanalyzer.tcp.buffer;
