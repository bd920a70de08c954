/**
 * Takes secrets out of texts on their way into a log: what {@link dev.imdsanalyzer.secrets.SecretRedactor} gives may be
 * shown. Knows texts only, and nothing of where they come from or go to.
 */
@NullMarked
package dev.imdsanalyzer.secrets;

import org.jspecify.annotations.NullMarked;
