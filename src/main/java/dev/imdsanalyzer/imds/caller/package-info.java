/**
 * What a call gains once its caller is known: whether it may have credentials, why it fell back, whether it recovered, whether it was
 * answered on this host. Knows names of callers, and no process.
 */
@NullMarked
package dev.imdsanalyzer.imds.caller;

import org.jspecify.annotations.NullMarked;
