package dev.imdsanalyzer.imds;

import org.jspecify.annotations.Nullable;

/**
 * What the User-Agent field says of the caller's software. Unknown texts are null.
 *
 * @param userAgent the field's value
 * @param name of the product in it that tells most
 * @param version of that product
 * @param minimum first version that knows IMDSv2, where its own is older; else null
 */
public record ClientSoftware(
        @Nullable String userAgent,
        @Nullable String name,
        @Nullable String version,
        @Nullable String minimum) {
    public static final ClientSoftware UNKNOWN = new ClientSoftware(null, null, null, null);
}
