/**
 * What was lost and how much was seen: one total a {@link dev.imdsanalyzer.status.Counter}, for every stage to count in;
 * and the time of day.
 */
package dev.imdsanalyzer.status;
