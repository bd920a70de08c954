package dev.imdsanalyzer.imds.request;

import dev.imdsanalyzer.http.Anomaly;
import dev.imdsanalyzer.http.Exchange;
import dev.imdsanalyzer.imds.CallFlow;
import dev.imdsanalyzer.imds.CallRequest;
import dev.imdsanalyzer.imds.CallResponse;
import dev.imdsanalyzer.imds.Category;
import dev.imdsanalyzer.imds.ClientSoftware;
import dev.imdsanalyzer.imds.Finding;
import dev.imdsanalyzer.imds.FindingSets;
import dev.imdsanalyzer.imds.ImdsCall;
import dev.imdsanalyzer.imds.ImdsVersion;
import dev.imdsanalyzer.imds.Operation;
import dev.imdsanalyzer.imds.Outcome;
import dev.imdsanalyzer.tcp.Connection;
import dev.imdsanalyzer.tcp.Direction;
import java.util.EnumSet;
import org.jspecify.annotations.Nullable;

/** What is known of a call while its exchange goes on. Holds no token. One thread. */
public final class CallDraft {
    /** Its newest: the watch over the first one may have been interrupted. */
    public Connection connection;

    public ImdsVersion version = ImdsVersion.UNKNOWN;
    public Operation operation = Operation.OTHER;
    public Category category = Category.OTHER;

    @Nullable
    public RequestTarget target;

    public UserAgent userAgent = UserAgent.NONE;

    @Nullable
    public String method;

    @Nullable
    String httpVersion;

    @Nullable
    public String server;

    @Nullable
    String detail;

    /** What breaks the rules of HTTP; null if nothing does. */
    @Nullable
    public Anomaly anomaly;
    /** The head was seen whole. */
    public boolean headSeen;

    public boolean tokenPresent;
    /** The token field is there in some reading of the head, not in all. */
    public boolean tokenDoubtful;
    /** Each token field that is there has a value that is not blank. */
    public boolean tokenGiven;
    /** The field of a token's time to live is there. */
    public boolean ttlAsked;
    /** The token is the literal with which Fluent Bit probes for the version. */
    public boolean tokenProbe;

    public boolean forwarded;
    /** Whose metadata service the request is for; null if it is AWS's. */
    @Nullable
    public OtherCloud cloud;
    /** All fields of the answer are known. */
    public boolean answerWhole;
    /** The connection was closed before the end of the answer's content. */
    public boolean answerCut;
    /** The answer's content is of a type that no token has. */
    public boolean foreignContent;

    int tokenTtlSeconds = -1;
    public int tokenTtlGrantedSeconds = -1;
    public int status;

    public boolean conflicting;
    public boolean requestSeen;
    /** The answer may be another request's. */
    public boolean uncertain;

    public boolean responseSeen;
    long requestNanos;
    long responseNanos;
    public long responseBodyBytes;
    public Exchange.@Nullable End end;

    /** How many segments of earlier answers on the same connection had been sent again. */
    public final int earlierRetransmissions;

    public CallDraft(Connection connection) {
        this.connection = connection;
        this.earlierRetransmissions = connection.retransmissions(Direction.RESPONSE);
    }

    /** Takes the rest: the exchange belongs to the parser again once its end was told. */
    public void end(Exchange exchange, Exchange.End how) {
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
    public boolean isBareProbe() {
        return cloud == null && !tokenPresent && "HEAD".equals(method) && isForRoot();
    }

    /** Whether it is for the path that every service has. */
    boolean isForRoot() {
        return target != null && target.path().equals("/");
    }

    /** IMDSv1 knows no PUT: a token request without its TTL field is a faulty IMDSv2 call. */
    public boolean isTokenRequest() {
        return operation == Operation.TOKEN || (ttlAsked && "PUT".equals(method));
    }

    public void addDetail(String phrase) {
        detail = detail == null ? phrase : detail + "; " + phrase;
    }

    public ImdsCall toCall(Outcome outcome, EnumSet<Finding> findings, @Nullable String advice) {
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
