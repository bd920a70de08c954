/** The commands, thin: arguments to a configuration, failures to one line and an exit code. */
package dev.imdsanalyzer.cli;
