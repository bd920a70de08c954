/**
 * What a command line runs: the interpreter, the script or module behind its options, the application behind a launcher.
 * Texts in, names out; nothing here reads the host or knows of callers.
 */
package dev.imdsanalyzer.process.script;
