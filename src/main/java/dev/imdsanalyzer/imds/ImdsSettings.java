package dev.imdsanalyzer.imds;

/**
 * What this stage is told from outside.
 *
 * @param instanceId for the commands in advice; null if it is not known
 * @param region for the same; null if it is not known
 */
public record ImdsSettings(String instanceId, String region) {
    /** Where the Region is not known. */
    public ImdsSettings(String instanceId) {
        this(instanceId, null);
    }
}
