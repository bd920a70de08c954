package dev.imdsanalyzer.imds.caller;

import org.jspecify.annotations.Nullable;

/**
 * The names of a caller that are not its own claim, for {@link AllowList}. Null where nobody knows, or where the caller,
 * or the user behind it, could have chosen the name.
 *
 * @param path of the executable, as the host has it
 * @param rootsFile whether the executable belongs to root, so that its name alone says something
 * @param unit of systemd; of a user's manager with its name before it, {@code user@1000.service/sync.service}
 * @param containerId of a container that root's runtime has made
 * @param packageName that owns the executable
 * @param image of the container, with its tag
 * @param namespace of Kubernetes
 * @param pod its name
 * @param podUid its identifier
 * @param task of ECS: its ARN or identifier
 * @param userName that the host has for the user
 * @param userId the user's number, as the host counts
 */
public record CallerNames(
        @Nullable String path,
        boolean rootsFile,
        @Nullable String unit,
        @Nullable String containerId,
        @Nullable String packageName,
        @Nullable String image,
        @Nullable String namespace,
        @Nullable String pod,
        @Nullable String podUid,
        @Nullable String task,
        @Nullable String userName,
        @Nullable String userId) {
    /** Nothing is known. */
    public static final CallerNames NONE =
            new CallerNames(null, false, null, null, null, null, null, null, null, null, null, null);
}
