package dev.imdsanalyzer.live;

import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * One line of the analyzer's log, read by the dotted names that the documents use.
 *
 * @param raw as written, without its line end
 */
record LogLine(String raw, JsonNode json) {
    private static final JsonMapper JSON = new JsonMapper();

    static LogLine of(String raw) {
        return new LogLine(raw, JSON.readTree(raw));
    }

    Optional<String> text(String dottedName) {
        JsonNode node = json.at("/" + dottedName.replace('.', '/'));
        return node.isMissingNode() ? Optional.empty() : Optional.of(node.asString());
    }

    Optional<Long> number(String dottedName) {
        return text(dottedName).map(Long::valueOf);
    }

    boolean isRequest() {
        return text("event.action").filter("imds-request"::equals).isPresent();
    }

    /** Path and query together, as they were sent. */
    String target() {
        return text("url.path").orElse("")
                + text("url.query").map(query -> "?" + query).orElse("");
    }

    @Override
    public String toString() {
        return raw;
    }
}
