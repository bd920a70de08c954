/**
 * Both sources of callers as one: {@link dev.imdsanalyzer.process.connect} first, and
 * {@link dev.imdsanalyzer.process.socket} where that says nothing.
 */
package dev.imdsanalyzer.process.attribution;
