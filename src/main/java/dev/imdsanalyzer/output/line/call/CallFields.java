package dev.imdsanalyzer.output.line.call;

import dev.imdsanalyzer.imds.Finding;
import dev.imdsanalyzer.imds.ImdsCall;
import dev.imdsanalyzer.imds.caller.LocalAnswer;
import dev.imdsanalyzer.output.line.field.EventAction;
import dev.imdsanalyzer.output.line.field.EventSchema;
import dev.imdsanalyzer.output.line.field.LineJson;
import dev.imdsanalyzer.packet.FourTuple;
import dev.imdsanalyzer.secrets.SecretRedactor;
import java.util.Objects;
import tools.jackson.core.JsonGenerator;

/** The fields that say what was called and how it went. */
final class CallFields {
    private static final int MAX_PATH_BYTES = 2048;
    private static final int MAX_USER_AGENT_BYTES = 1024;
    private static final int MAX_SENTENCE_BYTES = 1024;
    private static final int MAX_WORD_BYTES = 128;

    private CallFields() {}

    static void write(CountedCall calls, LineJson json) {
        ImdsCall call = calls.call();
        String method = json.redacted(call.method());
        String path = json.redactedPath(call.path());
        String userAgent = json.redacted(call.userAgent());
        json.time(EventSchema.TIMESTAMP, call.timestampNanos());
        json.word(EventSchema.LEVEL, calls.level().name());
        json.clean(EventSchema.MESSAGE, CallMessage.of(calls, method, path), MAX_SENTENCE_BYTES);
        writeEvent(calls, json);
        writeImds(calls, json);
        json.word(EventSchema.HTTP_VERSION, call.httpVersion());
        json.clean(EventSchema.HTTP_REQUEST_METHOD, method, MAX_WORD_BYTES);
        json.number(EventSchema.HTTP_RESPONSE_STATUS_CODE, call.status() == 0 ? -1 : call.status());
        json.number(EventSchema.HTTP_RESPONSE_BODY_BYTES, call.responseBodyBytes());
        json.clean(EventSchema.URL_PATH, path, MAX_PATH_BYTES);
        json.query(EventSchema.URL_QUERY, call.query(), MAX_PATH_BYTES);
        json.clean(EventSchema.USER_AGENT_ORIGINAL, userAgent, MAX_USER_AGENT_BYTES);
        json.clean(EventSchema.USER_AGENT_NAME, part(call.userAgentName(), userAgent, call), MAX_WORD_BYTES);
        json.clean(EventSchema.USER_AGENT_VERSION, part(call.userAgentVersion(), userAgent, call), MAX_WORD_BYTES);
        writeEnds(call.fourTuple(), json);
    }

    /** Product and version are parts of the whole: what the secrets took with them there is not shown here. */
    private static String part(String part, String redactedWhole, ImdsCall call) {
        boolean shown = part == null || Objects.equals(redactedWhole, call.userAgent()) || redactedWhole.contains(part);
        return shown ? part : SecretRedactor.MARK;
    }

    private static void writeEvent(CountedCall calls, LineJson json) {
        json.word(EventSchema.EVENT_ACTION, EventAction.IMDS_REQUEST.label());
        json.word(EventSchema.EVENT_OUTCOME, calls.call().outcome().label());
        json.number(EventSchema.EVENT_DURATION, calls.call().durationNanos());
        json.number(EventSchema.EVENT_SCHEMA, EventSchema.VERSION);
        if (calls.firstNanos() >= 0) {
            json.time(EventSchema.EVENT_START, calls.firstNanos());
            json.time(EventSchema.EVENT_END, calls.lastNanos());
        }
    }

    private static void writeImds(CountedCall calls, LineJson json) {
        ImdsCall call = calls.call();
        json.word(EventSchema.IMDS_VERSION, call.version().label());
        json.word(EventSchema.IMDS_OPERATION, call.operation().label());
        json.word(EventSchema.IMDS_CATEGORY, call.category().label());
        json.flag(EventSchema.IMDS_TOKEN_PRESENT, call.tokenPresent());
        json.number(EventSchema.IMDS_TOKEN_TTL_SECONDS, call.tokenTtlSeconds());
        json.number(EventSchema.IMDS_TOKEN_TTL_GRANTED_SECONDS, call.tokenTtlGrantedSeconds());
        if (!call.findings().isEmpty()) {
            json.name(EventSchema.IMDS_FINDINGS);
            JsonGenerator generator = json.generator();
            generator.writeStartArray();
            for (Finding finding : call.findings()) {
                generator.writeString(finding.code());
            }
            generator.writeEndArray();
        }
        json.clean(EventSchema.IMDS_ADVICE, call.advice(), MAX_SENTENCE_BYTES);
        json.text(EventSchema.IMDS_DETAIL, call.detail(), MAX_SENTENCE_BYTES);
        json.number(EventSchema.IMDS_REPEAT_COUNT, calls.count());
        json.clean(EventSchema.IMDS_SDK_MINIMUM, call.sdkMinimum(), MAX_WORD_BYTES);
        json.text(EventSchema.IMDS_SERVER, call.server(), MAX_WORD_BYTES);
        json.word(EventSchema.IMDS_ANSWERED_BY, LocalAnswer.isOf(call) ? LocalAnswer.ANSWERED_BY : null);
    }

    private static void writeEnds(FourTuple ends, LineJson json) {
        json.address(EventSchema.SOURCE_IP, ends.client());
        json.number(EventSchema.SOURCE_PORT, ends.clientPort());
        json.address(EventSchema.DESTINATION_IP, ends.server());
        json.number(EventSchema.DESTINATION_PORT, ends.serverPort());
        json.word(EventSchema.NETWORK_TYPE, ends.server().ipv6() ? "ipv6" : "ipv4");
    }
}
