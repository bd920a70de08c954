/** The line of a call, or of several equal ones, and what it weighs while it waits. */
package dev.imdsanalyzer.output.line.call;
