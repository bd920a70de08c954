package dev.imdsanalyzer.imds;

import org.jspecify.annotations.Nullable;

/**
 * What this stage is told from outside.
 *
 * @param instanceId for the commands in advice; null if it is not known
 * @param region for the same; null if it is not known
 */
public record ImdsSettings(
        @Nullable String instanceId, @Nullable String region) {
    /** Where the Region is not known. */
    public ImdsSettings(@Nullable String instanceId) {
        this(instanceId, null);
    }
}
