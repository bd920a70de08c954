package dev.imdsanalyzer.imds;

import dev.imdsanalyzer.http.Anomaly;
import dev.imdsanalyzer.http.Exchange;
import dev.imdsanalyzer.tcp.Connection;
import dev.imdsanalyzer.tcp.Direction;
import java.util.EnumSet;
import org.jspecify.annotations.Nullable;

/** What is known of a call while its exchange goes on. Holds no token. One thread. */
final class CallDraft {
    /** Its newest: the watch over the first one may have been interrupted. */
    Connection connection;

    ImdsVersion version = ImdsVersion.UNKNOWN;
    Operation operation = Operation.OTHER;
    Category category = Category.OTHER;

    @Nullable
    RequestTarget target;

    UserAgent userAgent = UserAgent.NONE;

    @Nullable
    String method;

    @Nullable
    String httpVersion;

    @Nullable
    String server;

    @Nullable
    String detail;

    /** What breaks the rules of HTTP; null if nothing does. */
    @Nullable
    Anomaly anomaly;
    /** The head was seen whole. */
    boolean headSeen;

    boolean tokenPresent;
    /** The token field is there in some reading of the head, not in all. */
    boolean tokenDoubtful;
    /** Each token field that is there has a value that is not blank. */
    boolean tokenGiven;
    /** The field of a token's time to live is there. */
    boolean ttlAsked;
    /** The token is the literal with which Fluent Bit probes for the version. */
    boolean tokenProbe;

    boolean forwarded;
    /** Whose metadata service the request is for; null if it is AWS's. */
    @Nullable
    OtherCloud cloud;
    /** All fields of the answer are known. */
    boolean answerWhole;
    /** The connection was closed before the end of the answer's content. */
    boolean answerCut;
    /** The answer's content is of a type that no token has. */
    boolean foreignContent;

    int tokenTtlSeconds = -1;
    int tokenTtlGrantedSeconds = -1;
    int status;

    boolean conflicting;
    boolean requestSeen;
    /** The answer may be another request's. */
    boolean uncertain;

    boolean responseSeen;
    long requestNanos;
    long responseNanos;
    long responseBodyBytes;
    Exchange.@Nullable End end;

    /** How many segments of earlier answers on the same connection had been sent again. */
    final int earlierRetransmissions;

    CallDraft(Connection connection) {
        this.connection = connection;
        this.earlierRetransmissions = connection.retransmissions(Direction.RESPONSE);
    }

    /** Takes the rest: the exchange belongs to the parser again once its end was told. */
    void end(Exchange exchange, Exchange.End how) {
        connection = exchange.connection();
        requestSeen = exchange.requestSeen();
        uncertain = exchange.uncertain();
        responseSeen = exchange.responseSeen();
        answerCut = exchange.responseCut();
        requestNanos = exchange.requestNanos();
        responseNanos = exchange.responseNanos();
        responseBodyBytes = exchange.responseBodyBytes();
        end = how;
        conflicting = exchange.requestConflicting() || exchange.responseConflicting();
        if (exchange.responseConflicting()) {
            status = 0;
            server = null;
            tokenTtlGrantedSeconds = -1;
        }
        if (exchange.requestConflicting()) {
            forgetRequest();
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
        anomaly = null;
        headSeen = false;
        tokenDoubtful = false;
        ttlAsked = false;
    }

    /** Whether it asks for nothing but whether there is anything that answers. */
    boolean isBareProbe() {
        return cloud == null && !tokenPresent && "HEAD".equals(method) && isForRoot();
    }

    /** Whether it is for the path that every service has. */
    boolean isForRoot() {
        return target != null && target.path().equals("/");
    }

    /** IMDSv1 knows no PUT: a token request without its TTL field is a faulty IMDSv2 call. */
    boolean isTokenRequest() {
        return operation == Operation.TOKEN || (ttlAsked && "PUT".equals(method));
    }

    void addDetail(String phrase) {
        detail = detail == null ? phrase : detail + "; " + phrase;
    }

    ImdsCall toCall(Outcome outcome, EnumSet<Finding> findings, @Nullable String advice) {
        long duration = requestSeen && responseSeen ? Math.max(0, responseNanos - requestNanos) : -1;
        return new ImdsCall(
                new CallFlow(connection.id(), connection.fourTuple(), requestNanos, duration),
                new CallRequest(
                        method,
                        httpVersion,
                        target == null ? null : target.path(),
                        target == null ? null : target.query(),
                        new ClientSoftware(
                                userAgent.original(), userAgent.name(), userAgent.version(), userAgent.olderThan()),
                        tokenPresent || (tokenDoubtful && version == ImdsVersion.V2),
                        tokenTtlSeconds),
                new CallResponse(status, server, responseSeen ? responseBodyBytes : -1, tokenTtlGrantedSeconds),
                version,
                operation,
                category,
                outcome,
                detail,
                FindingSets.of(findings),
                advice);
    }
}
