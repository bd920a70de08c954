package dev.imdsanalyzer.http;

/** What is wrong with bytes to or from the IMDS port. Servers answer some of it as if nothing were wrong. */
public enum Anomaly {
    NOT_HTTP("the bytes are no HTTP request line"),
    TLS("a TLS handshake"),
    HTTP2_PREFACE("an HTTP/2 connection preface"),
    PROXY_PROTOCOL("a line of the PROXY protocol"),
    CONTROL_BYTE("a control byte in the message head"),
    BARE_RETURN("a carriage return within a line of the message head"),
    BAD_REQUEST_LINE("a request line that breaks the rules of HTTP"),
    BAD_VERSION("a request line with a version that is not HTTP/1.0 or HTTP/1.1"),
    BAD_FIELD_LINE("a header line that is no field"),
    FOLDED_FIELD("a header field that goes on over several lines"),
    HEAD_TOO_LARGE("a message head of more than 64 KiB"),
    HEAD_INCOMPLETE("a message head of which only the beginning was seen"),
    BAD_BODY_LENGTH("a body length that contradicts itself or is no number"),
    BAD_CHUNK("chunked coding that is damaged"),
    BAD_STATUS_LINE("a status line that is no HTTP");

    private final String sentence;

    Anomaly(String sentence) {
        this.sentence = sentence;
    }

    /** What was seen, as a noun phrase. */
    public String sentence() {
        return sentence;
    }
}
