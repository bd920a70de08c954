package dev.imdsanalyzer.imds;

/** What is worth telling about a call. The codes are part of the log format. */
public enum Finding {
    IMDSV1_REQUEST("imdsv1-request"),
    IMDSV1_REJECTED("imdsv1-rejected"),
    IMDSV1_FALLBACK("imdsv1-fallback"),
    TOKEN_RESPONSE_DROPPED("token-response-dropped"),
    TOKEN_UNANSWERED("token-unanswered"),
    TOKEN_INVALID("token-invalid"),
    TOKEN_FORBIDDEN("token-forbidden"),
    THROTTLED("throttled"),
    UNEXPECTED_CALLER("unexpected-caller"),
    MALFORMED_REQUEST("malformed-request"),
    CONFLICTING_SEGMENTS("conflicting-segments"),
    IMDSV1_RECOVERS("imdsv1-recovers"),
    TOKEN_REFUSED("token-refused"),
    OTHER_CLOUD_PROBE("other-cloud-probe"),
    ANSWERED_LOCALLY("answered-locally");

    private final String code;

    Finding(String code) {
        this.code = code;
    }

    /** As it stands in {@code imds.findings}. */
    public String code() {
        return code;
    }
}
