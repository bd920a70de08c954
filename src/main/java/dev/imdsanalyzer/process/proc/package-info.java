/** Parsers of what /proc says: text in, values out. Nothing here opens a file. */
package dev.imdsanalyzer.process.proc;
