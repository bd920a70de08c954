package dev.imdsanalyzer.imds;

import dev.imdsanalyzer.http.RequestHead;
import dev.imdsanalyzer.http.ResponseHead;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;

/**
 * Takes from message heads what a call is made of, and judges the version: by the token field of the request's own head
 * and nothing else.
 */
final class RequestReader {
    /** Longer texts say no more about a call, and a stranger may send 64 KiB of them. */
    static final int MAX_TARGET_BYTES = 2048;

    static final int MAX_USER_AGENT_BYTES = 1024;
    private static final int MAX_WORD_BYTES = 64;
    private static final byte[] FLUENT_BIT_PROBE = "INVALID".getBytes(StandardCharsets.US_ASCII);
    /** Of a request line without a version. */
    private static final int HTTP_0_9 = 9;

    private final TextCache<RequestTarget> targets = new TextCache<>(256, MAX_TARGET_BYTES, RequestTarget::of);
    private final TextCache<String> methods = new TextCache<>(16, MAX_WORD_BYTES, Function.identity());
    private final TextCache<String> servers = new TextCache<>(16, MAX_WORD_BYTES, Function.identity());
    private final TextCache<UserAgent> userAgents;

    RequestReader(UserAgentProducts products) {
        userAgents = new TextCache<>(64, MAX_USER_AGENT_BYTES, products::of);
    }

    void readRequest(RequestHead head, CallDraft draft) {
        byte[] buffer = head.buffer();
        draft.method = methods.get(buffer, head.methodOffset(), head.methodLength());
        draft.target = targets.get(buffer, head.targetOffset(), head.targetLength());
        draft.httpVersion = switch (head.minorVersion()) {
            case 0 -> "1.0";
            case HTTP_0_9 -> "0.9";
            default -> "1.1";
        };
        int userAgent = head.find(ImdsFields.USER_AGENT, 0);
        if (userAgent >= 0 && head.fieldValueLength(userAgent) > 0) {
            draft.userAgent =
                    userAgents.get(buffer, head.fieldValueOffset(userAgent), head.fieldValueLength(userAgent));
        }
        draft.forwarded = head.find(ImdsFields.X_FORWARDED_FOR, 0) >= 0;
        draft.category = draft.target.category();
        draft.operation = operation(draft);
        readTokenFields(head, draft);
    }

    private static Operation operation(CallDraft draft) {
        return switch (draft.method) {
            case "PUT" -> draft.target.tokenPath() ? Operation.TOKEN : Operation.OTHER;
            case "GET", "HEAD" -> Operation.GET;
            default -> Operation.OTHER;
        };
    }

    private static void readTokenFields(RequestHead head, CallDraft draft) {
        int token = head.find(ImdsFields.TOKEN, 0);
        int ttl = head.find(ImdsFields.TOKEN_TTL_SECONDS, 0);
        draft.tokenPresent = token >= 0;
        draft.tokenTtlSeconds = ImdsFields.number(head, ImdsFields.TOKEN_TTL_SECONDS);
        boolean put = draft.method.equals("PUT");
        if (token >= 0) {
            draft.version = ImdsVersion.V2;
            readToken(head, token, draft);
        } else if (draft.operation == Operation.TOKEN || (put && ttl >= 0)) {
            // IMDSv1 knows no PUT: a token request without its TTL field is a faulty IMDSv2 call.
            draft.version = ImdsVersion.V2;
            noteTtl(ttl, draft);
        } else {
            draft.version = ImdsVersion.V1;
            if (ttl >= 0) {
                draft.addDetail("the request has the token's TTL field but no token");
            }
        }
    }

    private static void readToken(RequestHead head, int token, CallDraft draft) {
        draft.tokenGiven = !ImdsFields.isBlank(head, token);
        draft.tokenProbe = ImdsFields.valueIs(head, token, FLUENT_BIT_PROBE);
        if (!draft.tokenGiven) {
            draft.addDetail("the token field is empty");
        }
        if (head.find(ImdsFields.TOKEN, token + 1) >= 0) {
            draft.addDetail("the token field is there more than once");
        }
    }

    private static void noteTtl(int ttlField, CallDraft draft) {
        if (ttlField < 0) {
            draft.addDetail("the token request has no TTL field");
        } else if (draft.tokenTtlSeconds < 1 || draft.tokenTtlSeconds > 21_600) {
            draft.addDetail("the token request's TTL is not between 1 and 21600 seconds");
        }
    }

    void readResponse(ResponseHead head, CallDraft draft) {
        draft.status = head.statusCode();
        draft.tokenTtlGrantedSeconds = ImdsFields.number(head, ImdsFields.TOKEN_TTL_SECONDS);
        int server = head.find(ImdsFields.SERVER, 0);
        if (server >= 0 && head.fieldValueLength(server) > 0) {
            draft.server = servers.get(head.buffer(), head.fieldValueOffset(server), head.fieldValueLength(server));
        }
        // An empty token is IMDSv2 meant. IMDS puts the token's remaining time on an answer to a good token; an answer
        // without it was given as to a request without a token.
        boolean served = draft.status >= 200 && draft.status < 300;
        if (draft.tokenPresent && !draft.tokenGiven && served && draft.tokenTtlGrantedSeconds < 0) {
            draft.version = ImdsVersion.V1;
        }
    }
}
