/**
 * Understanding: what one exchange with IMDS means: its version, what it asked for, how it went, and why it went wrong.
 * Takes {@link dev.imdsanalyzer.http.Exchange}, gives {@link dev.imdsanalyzer.imds.ImdsCall}.
 */
@NullMarked
package dev.imdsanalyzer.imds;

import org.jspecify.annotations.NullMarked;
