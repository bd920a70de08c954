package dev.imdsanalyzer.live;

import java.util.Optional;

/**
 * One request of a capture, as far as two programs can be compared by it.
 *
 * @param client address and port
 * @param request method and target; what was seen instead, in brackets, where there is no request
 * @param status of the answer, or a minus sign
 * @param token whether the token's header field is there
 */
record HttpRequestFacts(String client, String request, String status, boolean token) {
    private static final int SHOWN_CHARACTERS = 64;

    static HttpRequestFacts of(LogLine line) {
        String client = line.text("source.ip").orElseThrow() + ":"
                + line.text("source.port").orElseThrow();
        Optional<String> method = line.text("http.request.method");
        String request = method.isPresent()
                ? method.get() + " " + line.target()
                : "(" + line.text("imds.detail").orElse("no request") + ")";
        return new HttpRequestFacts(
                client,
                request,
                line.text("http.response.status_code").orElse("-"),
                line.text("imds.token.present").equals(Optional.of("true")));
    }

    @Override
    public String toString() {
        String shown = request.length() > SHOWN_CHARACTERS ? request.substring(0, SHOWN_CHARACTERS) + "..." : request;
        return client + " " + shown + " " + status + (token ? " with a token" : "");
    }
}
