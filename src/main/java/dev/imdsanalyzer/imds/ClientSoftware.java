package dev.imdsanalyzer.imds;

/**
 * What the User-Agent field says of the caller's software. Unknown texts are null.
 *
 * @param userAgent the field's value
 * @param name of the product in it that tells most
 * @param version of that product
 * @param minimum first version that knows IMDSv2, where its own is older; else null
 */
public record ClientSoftware(String userAgent, String name, String version, String minimum) {
    public static final ClientSoftware UNKNOWN = new ClientSoftware(null, null, null, null);
}
