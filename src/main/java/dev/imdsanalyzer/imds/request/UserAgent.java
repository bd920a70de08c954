package dev.imdsanalyzer.imds.request;

import org.jspecify.annotations.Nullable;

/**
 * A User-Agent field and the product in it that tells most about the caller.
 *
 * @param original the whole value
 * @param name the product; null if the value has none
 * @param version the product's version; null if it has none
 * @param sdk the row of {@link SdkMinimums} it belongs to; null for other software
 */
public record UserAgent(
        @Nullable String original,
        @Nullable String name,
        @Nullable String version,
        SdkMinimums.@Nullable Row sdk) {
    static final UserAgent NONE = new UserAgent(null, null, null, null);

    /** First version that knows IMDSv2, if this one is older; else null. */
    @Nullable
    String olderThan() {
        return sdk == null || version == null ? null : sdk.minimumAbove(version);
    }
}
