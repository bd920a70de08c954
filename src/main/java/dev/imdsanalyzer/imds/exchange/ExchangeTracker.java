package dev.imdsanalyzer.imds.exchange;

import dev.imdsanalyzer.http.Anomaly;
import dev.imdsanalyzer.http.Exchange;
import dev.imdsanalyzer.http.ExchangeHandler;
import dev.imdsanalyzer.http.RequestHead;
import dev.imdsanalyzer.http.ResponseHead;
import dev.imdsanalyzer.imds.CallHandler;
import dev.imdsanalyzer.imds.Finding;
import dev.imdsanalyzer.imds.ImdsCall;
import dev.imdsanalyzer.imds.ImdsSettings;
import dev.imdsanalyzer.imds.ImdsVersion;
import dev.imdsanalyzer.imds.Outcome;
import dev.imdsanalyzer.imds.advice.Advice;
import dev.imdsanalyzer.imds.request.CallDraft;
import dev.imdsanalyzer.imds.request.RequestReader;
import dev.imdsanalyzer.imds.request.SdkMinimums;
import dev.imdsanalyzer.imds.request.UserAgentProducts;
import dev.imdsanalyzer.status.Counters;
import dev.imdsanalyzer.tcp.CloseReason;
import dev.imdsanalyzer.tcp.Connection;
import java.util.EnumSet;

/**
 * Makes an {@link ImdsCall} of each exchange and hands it on when it has ended.
 *
 * <p>A call waits a little longer where its end alone does not tell enough: an unanswered one for the reason of the
 * close, a token's answer that may have died inside the host for the proof that it did or did not (see
 * {@link HeldCalls}). Strings are made here, for what will be logged and no more. One thread, the capture's.
 */
public final class ExchangeTracker implements ExchangeHandler {
    private final CallHandler calls;
    private final Counters counters;
    private final Advice advice;
    private final RequestReader reader;
    private final HeldCalls held = new HeldCalls(this::finish);

    public ExchangeTracker(CallHandler calls, ImdsSettings settings, Counters counters) {
        this.calls = calls;
        this.counters = counters;
        this.advice = new Advice(settings);
        this.reader = new RequestReader(new UserAgentProducts(SdkMinimums.load()));
    }

    @Override
    public void onOpen(Connection connection) {}

    @Override
    public void onRequestBegun(Exchange exchange, RequestHead head, int from) {
        reader.readBegun(head, from, draft(exchange));
    }

    @Override
    public void onRequest(Exchange exchange, RequestHead head) {
        held.release(exchange.connection());
        CallDraft draft = draft(exchange);
        draft.headSeen = true;
        reader.readRequest(head, draft);
    }

    @Override
    public void onMoreFields(Exchange exchange, RequestHead head) {
        reader.readMore(head, draft(exchange));
    }

    @Override
    public void onResponse(Exchange exchange, ResponseHead head) {
        reader.readResponse(head, draft(exchange));
    }

    private static CallDraft draft(Exchange exchange) {
        if (exchange.attachment() instanceof CallDraft draft) {
            return draft;
        }
        CallDraft draft = new CallDraft(exchange.connection());
        exchange.attach(draft);
        return draft;
    }

    @Override
    public void onEnd(Exchange exchange, Exchange.End end, long timestampNanos) {
        CallDraft draft = draft(exchange);
        exchange.attach(null);
        draft.end(exchange, end);
        draft.version = VersionRule.of(draft);
        held.expire(timestampNanos);
        if (end == Exchange.End.CLOSED_UNANSWERED || FindingRules.mayNotArrive(draft)) {
            held.hold(draft, timestampNanos);
        } else {
            finish(draft, false);
        }
    }

    @Override
    public void onMalformed(Exchange exchange, Anomaly anomaly) {
        CallDraft draft = draft(exchange);
        draft.headSeen &= anomaly != Anomaly.HEAD_INCOMPLETE;
        if (draft.anomaly == null) {
            draft.anomaly = anomaly;
        }
    }

    @Override
    public void onMalformedResponse(Connection connection, Anomaly anomaly, long timestampNanos) {}

    @Override
    public void onClose(Connection connection, CloseReason reason, long timestampNanos) {
        // What an open connection would still have brought is not known when it is we who stop looking.
        held.close(connection, reason == CloseReason.CAPTURE_ENDED || reason == CloseReason.EVICTED);
    }

    /**
     * Hands on the calls that waited long enough. To be called about once a second of capture time, and at the end with
     * {@link Long#MAX_VALUE}.
     */
    public void expire(long nowNanos) {
        held.expire(nowNanos);
    }

    private void finish(CallDraft draft, boolean captureStopped) {
        if (draft.anomaly != null) {
            draft.addDetail(draft.anomaly.sentence());
        }
        if (draft.version == ImdsVersion.UNKNOWN && draft.anomaly == null && draft.method != null) {
            draft.addDetail(
                    draft.tokenDoubtful
                            ? "servers differ in whether the token field is there"
                            : "the answer may be another request's");
        }
        notePurpose(draft);
        noteLoss(draft, captureStopped);
        EnumSet<Finding> findings = FindingRules.of(draft, captureStopped);
        handOn(draft.toCall(outcome(draft, findings), findings, advice.of(draft, findings)));
    }

    /** A fault further down must not cost the calls that come after this one. */
    private void handOn(ImdsCall call) {
        try {
            calls.onCall(call);
        } catch (RuntimeException e) {
            counters.survived(e);
        }
    }

    private static void notePurpose(CallDraft draft) {
        if (draft.cloud != null) {
            draft.addDetail(draft.cloud.sentence());
        } else if (draft.tokenProbe) {
            draft.addDetail("a probe for the version, with a token that is meant to be bad");
        } else if (draft.method != null && draft.isBareProbe()) {
            draft.addDetail("a bare probe, which asks only whether anything answers");
        }
    }

    private static void noteLoss(CallDraft draft, boolean captureStopped) {
        if (draft.conflicting) {
            draft.addDetail("other bytes were sent in the place of some of these, and IMDS may have received either");
        }
        if (!draft.requestSeen) {
            draft.addDetail("the request was lost");
        } else if (captureStopped) {
            draft.addDetail("the capture stopped watching before an answer came");
        } else if (draft.end == Exchange.End.RESPONSE_LOST) {
            draft.addDetail("the answer is missing from the capture");
        } else if (draft.end == Exchange.End.TIMED_OUT) {
            draft.addDetail("no answer within the time that was waited");
        } else if (draft.answerCut) {
            draft.addDetail("the connection was closed before the end of the answer");
        } else if (FindingRules.responseStopped(draft)) {
            draft.addDetail("the answer came to this host and did not reach the caller");
        }
    }

    private static Outcome outcome(CallDraft draft, EnumSet<Finding> findings) {
        if (draft.status == 0) {
            return Outcome.UNKNOWN;
        }
        // IMDS said 200, but a caller that never got the token has not succeeded.
        boolean failed = draft.status >= 400
                || findings.contains(Finding.TOKEN_REFUSED)
                || findings.contains(Finding.TOKEN_RESPONSE_DROPPED)
                || findings.contains(Finding.TOKEN_UNANSWERED);
        return failed ? Outcome.FAILURE : Outcome.SUCCESS;
    }
}
