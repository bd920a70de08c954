/**
 * What was lost and how much was seen: one total a {@link dev.imdsanalyzer.status.Counter}, for every stage to count in;
 * and the time of day.
 */
@NullMarked
package dev.imdsanalyzer.status;

import org.jspecify.annotations.NullMarked;
