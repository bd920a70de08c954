package dev.imdsanalyzer.output.line.call;

import dev.imdsanalyzer.imds.ImdsCall;
import dev.imdsanalyzer.imds.caller.LocalAnswer;
import dev.imdsanalyzer.output.line.caller.Lineage;
import dev.imdsanalyzer.process.AttributionMethod;
import dev.imdsanalyzer.process.Caller;
import dev.imdsanalyzer.secrets.SecretRedactor;

/** A call in one line of words: {@code IMDSv1 GET /latest/meta-data/ 200 by curl[6028] < makeCalls.sh[6027]}. */
final class CallMessage {
    private static final int MAX_PATH_CHARS = 256;

    private CallMessage() {}

    static String of(CountedCall calls, String method, String path) {
        StringBuilder message = new StringBuilder(128);
        appendWhat(message, calls, method, path);
        message.append(" by ");
        appendWho(message, calls);
        if (calls.count() > 1) {
            message.append(" (").append(calls.count()).append(" times)");
        }
        return message.toString();
    }

    /** Without who made it. */
    static String what(CountedCall calls, String method, String path) {
        StringBuilder what = new StringBuilder(64);
        appendWhat(what, calls, method, path);
        return what.toString();
    }

    /** @param method and path without the secrets in them */
    private static void appendWhat(StringBuilder message, CountedCall calls, String method, String path) {
        ImdsCall call = calls.call();
        switch (call.version()) {
            case V1 -> message.append("IMDSv1 ");
            case V2 -> message.append("IMDSv2 ");
            case UNKNOWN -> message.append("IMDS? ");
        }
        if (method == null) {
            message.append(call.detail() == null ? "something" : calls.detail());
        } else {
            message.append(method).append(' ');
            if (path != null) {
                message.append(path, 0, Math.min(path.length(), MAX_PATH_CHARS));
            }
        }
        if (call.status() != 0) {
            message.append(' ').append(call.status());
        } else if (method != null) {
            message.append(" unanswered");
        }
    }

    private static void appendWho(StringBuilder message, CountedCall calls) {
        Caller caller = calls.caller();
        if (caller.method() == AttributionMethod.NONE) {
            message.append("an unknown process at ")
                    .append(calls.call().fourTuple().client());
        } else {
            message.append(Lineage.withPids(caller));
        }
        appendProxy(message, calls);
    }

    private static void appendProxy(StringBuilder message, CountedCall calls) {
        Caller proxy = calls.caller().proxy();
        boolean local = LocalAnswer.isOf(calls.call());
        if (!local && proxy == null) {
            return;
        }
        message.append(local ? ", answered on this host by " : ", through ");
        if (proxy == null) {
            message.append("an unknown process");
        } else {
            message.append(SecretRedactor.redact(proxy.name()))
                    .append('[')
                    .append(proxy.pid())
                    .append(']');
        }
    }
}
