/**
 * What lies around a log or a capture: compression, told by content and undone within bounds, and forms that cannot be read, told
 * by name. For {@code report} and {@code read}; the service never comes here.
 */
@NullMarked
package dev.imdsanalyzer.unpack;

import org.jspecify.annotations.NullMarked;
