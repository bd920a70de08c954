package dev.imdsanalyzer.imds.request;

import dev.imdsanalyzer.http.RequestHead;
import dev.imdsanalyzer.http.ResponseHead;
import dev.imdsanalyzer.imds.Operation;
import java.util.function.Function;

/**
 * Takes from message heads what a call is made of, and judges the version: by the token field of the request's own head,
 * and, where servers may differ in whether that is there, by the answer.
 */
public final class RequestReader {
    /** Longer texts say no more about a call, and a stranger may send 64 KiB of them. */
    static final int MAX_TARGET_BYTES = 2048;

    static final int MAX_USER_AGENT_BYTES = 1024;
    private static final int MAX_WORD_BYTES = 64;
    /** Of a request line without a version. */
    private static final int HTTP_0_9 = 9;

    private final TextCache<RequestTarget> targets = new TextCache<>(256, MAX_TARGET_BYTES, RequestTarget::of);
    private final TextCache<String> methods = new TextCache<>(16, MAX_WORD_BYTES, Function.identity());
    private final TextCache<String> servers = new TextCache<>(16, MAX_WORD_BYTES, Function.identity());
    private final TextCache<UserAgent> userAgents;
    private final TokenEvidence evidence = new TokenEvidence();

    public RequestReader(UserAgentProducts products) {
        userAgents = new TextCache<>(64, MAX_USER_AGENT_BYTES, products::of);
    }

    /** A head that is not complete: its line, and the fields from one on. */
    public void readBegun(RequestHead head, int from, CallDraft draft) {
        if (from == 0) {
            readLine(head, draft);
        }
        readFields(head, from, draft);
        if (head.oddity() == null) {
            evidence.begin();
            evidence.readFields(head, from);
            draft.tokenPresent |= evidence.present();
            draft.tokenGiven |= evidence.given() && evidence.present();
        }
        draft.ttlAsked |= head.find(ImdsFields.TOKEN_TTL_SECONDS, from) >= 0;
    }

    /** A head that is complete, or the first piece of one that is longer than the limit. */
    public void readRequest(RequestHead head, CallDraft draft) {
        readLine(head, draft);
        draft.userAgent = UserAgent.NONE;
        readFields(head, 0, draft);
        evidence.begin();
        evidence.readHead(head);
        draft.anomaly = head.oddity();
        draft.tokenPresent = evidence.present();
        draft.tokenDoubtful = evidence.doubtful();
        draft.tokenGiven = evidence.present() && evidence.given();
        draft.tokenProbe = evidence.probe();
        noteTokenFields(head, draft);
    }

    /** A further piece of a head that is longer than the limit. */
    public void readMore(RequestHead head, CallDraft draft) {
        readFields(head, 0, draft);
        evidence.begin();
        evidence.readMore(head);
        draft.tokenGiven =
                evidence.present() ? evidence.given() && (draft.tokenGiven || !draft.tokenPresent) : draft.tokenGiven;
        draft.tokenPresent |= evidence.present();
        draft.tokenDoubtful |= evidence.doubtful();
    }

    private void readLine(RequestHead head, CallDraft draft) {
        byte[] buffer = head.buffer();
        String method = methods.get(buffer, head.methodOffset(), head.methodLength());
        RequestTarget target = targets.get(buffer, head.targetOffset(), head.targetLength());
        draft.method = method;
        draft.target = target;
        draft.httpVersion = switch (head.minorVersion()) {
            case 0 -> "1.0";
            case 1 -> "1.1";
            case HTTP_0_9 -> "0.9";
            default -> null;
        };
        draft.category = target.category();
        draft.cloud = target.cloud();
        draft.operation = operation(method, target);
    }

    private void readFields(RequestHead head, int from, CallDraft draft) {
        int userAgent = head.find(ImdsFields.USER_AGENT, from);
        if (userAgent >= 0 && head.fieldValueLength(userAgent) > 0 && draft.userAgent.original() == null) {
            draft.userAgent =
                    userAgents.get(head.buffer(), head.fieldValueOffset(userAgent), head.fieldValueLength(userAgent));
        }
        if (draft.cloud == null && draft.isForRoot()) {
            draft.cloud = OtherCloud.ofFields(head);
        }
        draft.forwarded |= head.find(ImdsFields.X_FORWARDED_FOR, from) >= 0;
    }

    private static Operation operation(String method, RequestTarget target) {
        return switch (method) {
            case "PUT" -> target.tokenPath() ? Operation.TOKEN : Operation.OTHER;
            case "GET", "HEAD" -> Operation.GET;
            default -> Operation.OTHER;
        };
    }

    private void noteTokenFields(RequestHead head, CallDraft draft) {
        int ttl = head.find(ImdsFields.TOKEN_TTL_SECONDS, 0);
        draft.ttlAsked = ttl >= 0;
        draft.tokenTtlSeconds = ImdsFields.number(head, ImdsFields.TOKEN_TTL_SECONDS);
        if (draft.tokenPresent) {
            if (!draft.tokenGiven) {
                draft.addDetail("the token field is empty");
            }
            if (evidence.repeated()) {
                draft.addDetail("the token field is there more than once");
            }
        } else if (draft.isTokenRequest()) {
            noteTtl(ttl, draft);
        } else if (ttl >= 0) {
            draft.addDetail("the request has the token's TTL field but no token");
        }
    }

    private static void noteTtl(int ttlField, CallDraft draft) {
        if (ttlField < 0) {
            draft.addDetail("the token request has no TTL field");
        } else if (draft.tokenTtlSeconds < 1 || draft.tokenTtlSeconds > 21_600) {
            draft.addDetail("the token request's TTL is not between 1 and 21600 seconds");
        }
    }

    public void readResponse(ResponseHead head, CallDraft draft) {
        draft.status = head.statusCode();
        draft.answerWhole = head.isWhole();
        draft.tokenTtlGrantedSeconds = ImdsFields.number(head, ImdsFields.TOKEN_TTL_SECONDS);
        draft.foreignContent = ImdsFields.isOtherType(head, ImdsFields.TEXT_PLAIN);
        int server = head.find(ImdsFields.SERVER, 0);
        if (server >= 0 && head.fieldValueLength(server) > 0) {
            draft.server = servers.get(head.buffer(), head.fieldValueOffset(server), head.fieldValueLength(server));
        }
    }
}
