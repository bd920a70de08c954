package dev.imdsanalyzer.http;

/** Why bytes to or from the IMDS port are no HTTP. Told once a connection. */
public enum Anomaly {
    NOT_HTTP("the first bytes are no HTTP request line"),
    TLS("a TLS handshake"),
    HTTP2_PREFACE("an HTTP/2 connection preface"),
    CONTROL_BYTE("a control byte in the message head"),
    BAD_REQUEST_LINE("a request line that is no HTTP"),
    HEAD_TOO_LARGE("a message head of more than 64 KiB"),
    HEAD_INCOMPLETE("a message head that never became complete"),
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
