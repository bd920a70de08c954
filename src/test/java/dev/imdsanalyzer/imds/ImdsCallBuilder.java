package dev.imdsanalyzer.imds;

import dev.imdsanalyzer.packet.FourTuple;
import dev.imdsanalyzer.packet.IpAddress;
import java.util.Set;

/** Calls for tests: a successful IMDSv1 GET of a directory by an unknown client, but for what is set. */
public final class ImdsCallBuilder {
    private long connectionId = 1;
    private FourTuple ends = new FourTuple(IpAddress.ipv4(0x0A000005), 40_112, IpAddress.IMDS_IPV4, 80);
    private long timestampNanos = 1_795_264_496_789_123_000L;
    private long durationNanos = -1;
    private CallRequest request =
            new CallRequest("GET", "1.1", "/latest/meta-data/", null, ClientSoftware.UNKNOWN, false, -1);
    private CallResponse response = new CallResponse(200, null, 0, -1);
    private ImdsVersion version = ImdsVersion.V1;
    private Operation operation = Operation.GET;
    private Category category = Category.META_DATA;
    private Outcome outcome = Outcome.SUCCESS;
    private String detail;
    private Set<Finding> findings = Set.of();
    private String advice;

    public ImdsCallBuilder() {}

    /** Begins with another call. */
    public ImdsCallBuilder(ImdsCall call) {
        flow(call.connectionId(), call.fourTuple(), call.timestampNanos(), call.durationNanos());
        request = call.request();
        response = call.response();
        version = call.version();
        kind(call.operation(), call.category(), call.outcome());
        detail = call.detail();
        findings(call.findings(), call.advice());
    }

    public ImdsCallBuilder connection(long id) {
        connectionId = id;
        return this;
    }

    public ImdsCallBuilder flow(long id, FourTuple tuple, long timestamp, long duration) {
        ends = tuple;
        return connection(id).time(timestamp, duration);
    }

    /** @param duration -1 for unknown */
    public ImdsCallBuilder time(long timestamp, long duration) {
        timestampNanos = timestamp;
        durationNanos = duration;
        return this;
    }

    public ImdsCallBuilder version(ImdsVersion spoken) {
        version = spoken;
        return this;
    }

    public ImdsCallBuilder kind(Operation of, Category what, Outcome how) {
        operation = of;
        category = what;
        outcome = how;
        return this;
    }

    public ImdsCallBuilder request(String method, String path, String query) {
        request = new CallRequest(
                method, "1.1", path, query, request.client(), request.tokenPresent(), request.tokenTtlSeconds());
        return this;
    }

    /** Nothing of it is known. */
    public ImdsCallBuilder noRequest() {
        request = CallRequest.UNSEEN;
        version = ImdsVersion.UNKNOWN;
        return kind(Operation.OTHER, Category.OTHER, outcome);
    }

    public ImdsCallBuilder noResponse() {
        response = CallResponse.UNSEEN;
        outcome = Outcome.UNKNOWN;
        return this;
    }

    public ImdsCallBuilder client(String userAgent, String name, String productVersion) {
        request = new CallRequest(
                request.method(),
                request.httpVersion(),
                request.path(),
                request.query(),
                new ClientSoftware(userAgent, name, productVersion, null),
                request.tokenPresent(),
                request.tokenTtlSeconds());
        return this;
    }

    /** Whether there was one in the request. */
    public ImdsCallBuilder token(boolean present) {
        request = new CallRequest(
                request.method(),
                request.httpVersion(),
                request.path(),
                request.query(),
                request.client(),
                present,
                -1);
        return this;
    }

    public ImdsCallBuilder response(int status, String server, long bodyBytes, int tokenTtlGrantedSeconds) {
        response = new CallResponse(status, server, bodyBytes, tokenTtlGrantedSeconds);
        return this;
    }

    public ImdsCallBuilder status(int status) {
        return response(status, response.server(), response.bodyBytes(), response.tokenTtlGrantedSeconds());
    }

    public ImdsCallBuilder detail(String phrase) {
        detail = phrase;
        return this;
    }

    public ImdsCallBuilder findings(Set<Finding> found, String remedy) {
        findings = found;
        advice = remedy;
        return this;
    }

    public ImdsCall build() {
        return new ImdsCall(
                new CallFlow(connectionId, ends, timestampNanos, durationNanos),
                request,
                response,
                version,
                operation,
                category,
                outcome,
                detail,
                findings,
                advice);
    }
}
