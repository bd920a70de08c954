package dev.imdsanalyzer.imds;

import dev.imdsanalyzer.packet.FourTuple;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One call to IMDS, understood; who made it is not known here. Text fields hold what was on the wire, decoded as UTF-8
 * with replacement, unescaped; null means unknown. No field ever holds a token.
 *
 * @param request {@link CallRequest#UNSEEN} if it was not seen
 * @param response {@link CallResponse#UNSEEN} if none was seen
 * @param detail for {@link Finding#MALFORMED_REQUEST} and lost messages: what was seen, as a phrase; else null
 * @param advice one remedy, one sentence; null where there is no finding
 */
public record ImdsCall(
        CallFlow flow,
        CallRequest request,
        CallResponse response,
        ImdsVersion version,
        Operation operation,
        Category category,
        Outcome outcome,
        @Nullable String detail,
        Set<Finding> findings,
        @Nullable String advice) {

    /** The same call with other findings and another advice: for what only the caller's history can tell. */
    public ImdsCall withFindings(Set<Finding> newFindings, @Nullable String newAdvice) {
        return with(detail, newFindings, newAdvice);
    }

    /** The same with another detail. */
    public ImdsCall with(@Nullable String newDetail, Set<Finding> newFindings, @Nullable String newAdvice) {
        return new ImdsCall(
                flow, request, response, version, operation, category, outcome, newDetail, newFindings, newAdvice);
    }

    public long connectionId() {
        return flow.connectionId();
    }

    public FourTuple fourTuple() {
        return flow.ends();
    }

    public long timestampNanos() {
        return flow.timestampNanos();
    }

    public long durationNanos() {
        return flow.durationNanos();
    }

    public @Nullable String method() {
        return request.method();
    }

    public @Nullable String httpVersion() {
        return request.httpVersion();
    }

    public @Nullable String path() {
        return request.path();
    }

    public @Nullable String query() {
        return request.query();
    }

    public boolean tokenPresent() {
        return request.tokenPresent();
    }

    public int tokenTtlSeconds() {
        return request.tokenTtlSeconds();
    }

    public @Nullable String userAgent() {
        return request.client().userAgent();
    }

    public @Nullable String userAgentName() {
        return request.client().name();
    }

    public @Nullable String userAgentVersion() {
        return request.client().version();
    }

    public @Nullable String sdkMinimum() {
        return request.client().minimum();
    }

    public int status() {
        return response.status();
    }

    public @Nullable String server() {
        return response.server();
    }

    public long responseBodyBytes() {
        return response.bodyBytes();
    }

    public int tokenTtlGrantedSeconds() {
        return response.tokenTtlGrantedSeconds();
    }
}
