package dev.imdsanalyzer.imds;

import dev.imdsanalyzer.packet.FourTuple;
import java.util.Set;

/**
 * One call to IMDS, understood; who made it is not known here. Text fields hold what was on the wire, decoded as UTF-8
 * with replacement, unescaped; null means unknown. No field ever holds a token.
 *
 * @param connectionId which connection it came on, unique in this run
 * @param fourTuple the ends as the caller made them
 * @param timestampNanos capture time of the request's first byte, ns since the epoch
 * @param durationNanos from the request's first byte to the response's head; -1 if unknown
 * @param tokenTtlSeconds as asked for in a token PUT; -1 if none or no number
 * @param tokenTtlGrantedSeconds as the response said; -1 if it did not
 * @param method the request's method; null if the request was not seen
 * @param httpVersion {@code 1.0} or {@code 1.1}
 * @param path the target without its query; as sent, for absolute-form without scheme and authority
 * @param query what follows the {@code ?}; null if there is none
 * @param userAgent the User-Agent field's value
 * @param server the response's Server field
 * @param status 0 if no response was seen
 * @param responseBodyBytes -1 if unknown
 * @param detail for {@link Finding#MALFORMED_REQUEST} and lost messages: what was seen, as a phrase; else null
 * @param sdkMinimum first version of the caller's SDK that knows IMDSv2, where its own is older; else null
 * @param advice one remedy, one sentence; null where there is no finding
 */
public record ImdsCall(
        long connectionId,
        FourTuple fourTuple,
        long timestampNanos,
        long durationNanos,
        ImdsVersion version,
        Operation operation,
        Category category,
        Outcome outcome,
        boolean tokenPresent,
        int tokenTtlSeconds,
        int tokenTtlGrantedSeconds,
        String method,
        String httpVersion,
        String path,
        String query,
        String userAgent,
        String userAgentName,
        String userAgentVersion,
        String server,
        int status,
        long responseBodyBytes,
        String detail,
        Set<Finding> findings,
        String sdkMinimum,
        String advice) {

    /** The same call with other findings and another advice: for what only the caller's history can tell. */
    public ImdsCall withFindings(Set<Finding> newFindings, String newAdvice) {
        return with(detail, newFindings, newAdvice);
    }

    /** The same with another detail. */
    ImdsCall with(String newDetail, Set<Finding> newFindings, String newAdvice) {
        return new ImdsCall(
                connectionId,
                fourTuple,
                timestampNanos,
                durationNanos,
                version,
                operation,
                category,
                outcome,
                tokenPresent,
                tokenTtlSeconds,
                tokenTtlGrantedSeconds,
                method,
                httpVersion,
                path,
                query,
                userAgent,
                userAgentName,
                userAgentVersion,
                server,
                status,
                responseBodyBytes,
                newDetail,
                newFindings,
                sdkMinimum,
                newAdvice);
    }
}
