/** The caller in a line: what it is called, what identifies it on any host, and its members, which are kept from line to line. */
package dev.imdsanalyzer.output.line.caller;
