package dev.imdsanalyzer.imds;

import dev.imdsanalyzer.http.Exchange;
import dev.imdsanalyzer.tcp.Connection;
import dev.imdsanalyzer.tcp.Direction;
import java.util.EnumSet;

/** What is known of a call while its exchange goes on. Holds no token. One thread. */
final class CallDraft {
    final Connection connection;

    ImdsVersion version = ImdsVersion.UNKNOWN;
    Operation operation = Operation.OTHER;
    Category category = Category.OTHER;
    RequestTarget target;
    UserAgent userAgent = UserAgent.NONE;
    String method;
    String httpVersion;
    String server;
    String detail;

    boolean tokenPresent;
    /** The token field has a value that is not blank. */
    boolean tokenGiven;
    /** The token is the literal with which Fluent Bit probes for the version. */
    boolean tokenProbe;

    boolean forwarded;
    int tokenTtlSeconds = -1;
    int tokenTtlGrantedSeconds = -1;
    int status;

    boolean conflicting;
    boolean requestSeen;
    boolean responseSeen;
    long requestNanos;
    long responseNanos;
    long responseBodyBytes;
    Exchange.End end;

    /** How many segments of earlier answers on the same connection had been sent again. */
    final int earlierRetransmissions;

    CallDraft(Connection connection) {
        this.connection = connection;
        this.earlierRetransmissions = connection.retransmissions(Direction.RESPONSE);
    }

    /** Takes the rest: the exchange belongs to the parser again once its end was told. */
    void end(Exchange exchange, Exchange.End how) {
        requestSeen = exchange.requestSeen();
        responseSeen = exchange.responseSeen();
        requestNanos = exchange.requestNanos();
        responseNanos = exchange.responseNanos();
        responseBodyBytes = exchange.responseBodyBytes();
        end = how;
        conflicting = exchange.requestConflicting() || exchange.responseConflicting();
        if (exchange.requestConflicting()) {
            forgetRequest();
        }
        if (exchange.responseConflicting()) {
            status = 0;
            server = null;
            tokenTtlGrantedSeconds = -1;
        }
    }

    /** What IMDS received may have been something else. */
    private void forgetRequest() {
        version = ImdsVersion.UNKNOWN;
        operation = Operation.OTHER;
        category = Category.OTHER;
        target = null;
        userAgent = UserAgent.NONE;
        method = null;
        httpVersion = null;
        detail = null;
        tokenPresent = false;
        tokenGiven = false;
        tokenProbe = false;
        forwarded = false;
        tokenTtlSeconds = -1;
    }

    void addDetail(String phrase) {
        detail = detail == null ? phrase : detail + "; " + phrase;
    }

    ImdsCall toCall(Outcome outcome, EnumSet<Finding> findings, String advice) {
        long duration = requestSeen && responseSeen ? Math.max(0, responseNanos - requestNanos) : -1;
        return new ImdsCall(
                connection.id(),
                connection.fourTuple(),
                requestNanos,
                duration,
                version,
                operation,
                category,
                outcome,
                tokenPresent,
                tokenTtlSeconds,
                tokenTtlGrantedSeconds,
                method,
                httpVersion,
                target == null ? null : target.path(),
                target == null ? null : target.query(),
                userAgent.original(),
                userAgent.name(),
                userAgent.version(),
                server,
                status,
                responseSeen ? responseBodyBytes : -1,
                detail,
                FindingSets.of(findings),
                userAgent.olderThan(),
                advice);
    }
}
