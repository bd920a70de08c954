package dev.imdsanalyzer.output.line.call;

import dev.imdsanalyzer.imds.Finding;
import dev.imdsanalyzer.imds.ImdsCall;
import dev.imdsanalyzer.imds.ImdsVersion;
import dev.imdsanalyzer.output.line.field.Level;
import dev.imdsanalyzer.process.Caller;
import dev.imdsanalyzer.secrets.SecretRedactor;

/**
 * A call, or several equal ones, and who made it.
 *
 * @param call the newest of them
 * @param count how many, 1 or more
 * @param firstNanos when the first was, ns since the epoch; -1 where folding is off
 * @param lastNanos when the last was; -1 where folding is off
 */
record CountedCall(ImdsCall call, Caller caller, long count, long firstNanos, long lastNanos) {
    Level level() {
        if (call.version() == ImdsVersion.UNKNOWN) {
            return Level.ERROR;
        }
        boolean warn = call.version() == ImdsVersion.V1 || call.findings().contains(Finding.UNEXPECTED_CALLER);
        return warn ? Level.WARN : Level.INFO;
    }

    String path() {
        return SecretRedactor.redactPath(call.path());
    }

    /** What was seen instead of a request may quote it. */
    String detail() {
        return SecretRedactor.redact(call.detail());
    }

    /** Any word may stand in its place, a token too. */
    String method() {
        return SecretRedactor.redact(call.method());
    }
}
