package dev.imdsanalyzer.imds;

/**
 * A User-Agent field and the product in it that tells most about the caller.
 *
 * @param original the whole value
 * @param name the product; null if the value has none
 * @param version the product's version; null if it has none
 * @param sdk the row of {@link SdkMinimums} it belongs to; null for other software
 */
record UserAgent(String original, String name, String version, SdkMinimums.Row sdk) {
    static final UserAgent NONE = new UserAgent(null, null, null, null);

    /** First version that knows IMDSv2, if this one is older; else null. */
    String olderThan() {
        return sdk == null || version == null ? null : sdk.minimumAbove(version);
    }
}
