/**
 * Where lines go: a file of one name, dated files in a folder with their retention, or standard output. Knows lines only as
 * what an encoder takes.
 */
package dev.imdsanalyzer.output.file;
