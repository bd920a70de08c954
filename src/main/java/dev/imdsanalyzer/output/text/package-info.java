/** Text that a terminal or a log may take: strange characters made safe, times, and the line of a call as people read it. */
package dev.imdsanalyzer.output.text;
