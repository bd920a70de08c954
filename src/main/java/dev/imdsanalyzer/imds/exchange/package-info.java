/**
 * From exchanges to calls: {@link dev.imdsanalyzer.imds.exchange.ExchangeTracker} is the entry; the rules of versions and findings, and
 * what waits for the next moments.
 */
@NullMarked
package dev.imdsanalyzer.imds.exchange;

import org.jspecify.annotations.NullMarked;
