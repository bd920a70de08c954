/** What to do about a call: one remedy, one sentence, by finding, client software and where a token has to go. */
@NullMarked
package dev.imdsanalyzer.imds.advice;

import org.jspecify.annotations.NullMarked;
