/**
 * Decoding: one frame in, one TCP segment out, as views over the frame's bytes. No allocation but for IP fragments,
 * which are put together within a fixed budget.
 */
@NullMarked
package dev.imdsanalyzer.packet;

import org.jspecify.annotations.NullMarked;
