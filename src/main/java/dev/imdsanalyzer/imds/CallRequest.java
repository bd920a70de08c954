package dev.imdsanalyzer.imds;

import org.jspecify.annotations.Nullable;

/**
 * What was asked for. Unknown texts are null; none holds a token.
 *
 * @param method null if the request was not seen
 * @param httpVersion {@code 1.0} or {@code 1.1}
 * @param path the target without its query; as sent, for absolute-form without scheme and authority
 * @param query what follows the {@code ?}; null if there is none
 * @param client never null
 * @param tokenPresent whether there was a token field
 * @param tokenTtlSeconds as asked for in a token PUT; -1 if none or no number
 */
public record CallRequest(
        @Nullable String method,
        @Nullable String httpVersion,
        @Nullable String path,
        @Nullable String query,
        ClientSoftware client,
        boolean tokenPresent,
        int tokenTtlSeconds) {
    /** Nothing of it was seen. */
    public static final CallRequest UNSEEN = new CallRequest(null, null, null, null, ClientSoftware.UNKNOWN, false, -1);
}
