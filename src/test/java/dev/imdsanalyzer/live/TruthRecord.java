package dev.imdsanalyzer.live;

import java.util.Optional;
import java.util.OptionalInt;
import tools.jackson.databind.JsonNode;

/**
 * One request as the emulator saw it.
 *
 * @param connection number of the connection, in the order of their acceptance
 * @param exchange number of the request on its connection, from 0
 * @param clientAddress after NAT
 * @param version by the header: v1, v2, or unknown for what is no HTTP
 * @param status what it was answered; empty for a request that was left without an answer
 */
public record TruthRecord(
        int connection,
        int exchange,
        String clientAddress,
        int clientPort,
        String serverAddress,
        String method,
        String target,
        String version,
        OptionalInt status,
        Optional<String> userAgent) {

    static TruthRecord of(JsonNode line) {
        JsonNode status = line.get("status");
        JsonNode userAgent = line.get("user_agent");
        return new TruthRecord(
                line.get("connection").intValue(),
                line.get("exchange").intValue(),
                line.get("client_address").stringValue(),
                line.get("client_port").intValue(),
                line.get("server_address").stringValue(),
                line.get("method").stringValue(),
                line.get("target").stringValue(),
                line.get("version").stringValue(),
                status.isNull() ? OptionalInt.empty() : OptionalInt.of(status.intValue()),
                userAgent.isNull() ? Optional.empty() : Optional.of(userAgent.stringValue()));
    }

    /** The target's part before the question mark. */
    String path() {
        int question = target.indexOf('?');
        return question < 0 ? target : target.substring(0, question);
    }
}
