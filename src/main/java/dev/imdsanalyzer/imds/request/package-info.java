/**
 * What a request asks, and by what software, as an ordinary server reads it: target and category, evidence of a token, other clouds,
 * the client's product. Collected in a {@code CallDraft}.
 */
@NullMarked
package dev.imdsanalyzer.imds.request;

import org.jspecify.annotations.NullMarked;
