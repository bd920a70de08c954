package dev.imdsanalyzer.report;

import dev.imdsanalyzer.imds.Finding;
import dev.imdsanalyzer.imds.HarmlessCall;
import dev.imdsanalyzer.output.line.field.EventSchema;
import dev.imdsanalyzer.report.input.EventLine;
import dev.imdsanalyzer.report.input.Field;

/**
 * What one request line says, in numbers: a view that is filled anew for each line.
 * Times are microseconds since the epoch; a line that stands for several calls has a first and a last.
 */
final class Call {
    private static final int UNAUTHORIZED = 401;
    private static final int FORBIDDEN = 403;
    private static final int CLIENT_ERROR = 400;
    private static final int LAST_STATUS = 599;

    /** What a call means for the verdict. */
    enum Kind {
        V1_SERVED,
        V1_REJECTED,
        V2,
        UNKNOWN
    }

    private Kind kind;
    private long count;
    private boolean fallback;
    private boolean forbidden;
    private boolean harmless;
    private boolean probe;
    private boolean recovered;
    private boolean local;
    private Doubt doubt;
    private long firstMicros;
    private long lastMicros;

    /** @param time the line's own time, checked by the caller */
    void read(EventLine line, long time) {
        count = Math.max(1, line.number(Field.REPEAT_COUNT, 1));
        fallback = line.has(Finding.IMDSV1_FALLBACK);
        kind = kind(line);
        local = line.has(Finding.ANSWERED_LOCALLY);
        forbidden = kind == Kind.V1_REJECTED
                && line.number(Field.STATUS, 0) == FORBIDDEN
                && !line.has(Finding.IMDSV1_REJECTED);
        harmless = isV1()
                && (isAnsweredProbe(line)
                        || HarmlessCall.isHarmless(
                                line::has,
                                kind == Kind.V1_REJECTED,
                                line.is(Field.CATEGORY, "token") ? "token" : null));
        probe = harmless && line.has(Finding.OTHER_CLOUD_PROBE);
        recovered = kind == Kind.V1_REJECTED && line.recovers() && !line.has(Finding.IMDSV1_REJECTED);
        doubt = isV1() || local ? null : doubt(line);
        firstMicros = time;
        lastMicros = time;
        if (count > 1) {
            long start = line.micros(Field.START);
            long end = line.micros(Field.END);
            if (start != EventLine.NO_TIME && start <= time && end >= start) {
                firstMicros = start;
                lastMicros = Math.max(end, time);
            }
        }
    }

    /** Who asks whether anything is there at all has the answer by a refusal, too. */
    private static boolean isAnsweredProbe(EventLine line) {
        return line.number(Field.STATUS, 0) == UNAUTHORIZED
                && line.is(Field.METHOD, "HEAD")
                && line.is(Field.PATH, "/");
    }

    private Doubt doubt(EventLine line) {
        if (line.number(Field.SCHEMA, EventSchema.VERSION) != EventSchema.VERSION) {
            return Doubt.NEWER_FORMAT;
        }
        long status = line.number(Field.STATUS, 0);
        // An error answer shows that nothing was served, whatever was asked.
        if (status >= CLIENT_ERROR && status <= LAST_STATUS) {
            return null;
        }
        if (line.has(Finding.CONFLICTING_SEGMENTS)) {
            return Doubt.CONFLICTING;
        }
        if (line.has(Finding.MALFORMED_REQUEST)) {
            return Doubt.MALFORMED;
        }
        return kind == Kind.UNKNOWN ? Doubt.UNKNOWN_VERSION : null;
    }

    void clampTo(long latest) {
        firstMicros = Math.min(firstMicros, latest);
        lastMicros = Math.min(lastMicros, latest);
    }

    private static Kind kind(EventLine line) {
        if (line.is(Field.VERSION, "v2")) {
            return Kind.V2;
        }
        if (!line.is(Field.VERSION, "v1")) {
            return Kind.UNKNOWN;
        }
        long status = line.number(Field.STATUS, 0);
        boolean refused = status == UNAUTHORIZED || status == FORBIDDEN || line.has(Finding.IMDSV1_REJECTED);
        return refused ? Kind.V1_REJECTED : Kind.V1_SERVED;
    }

    Kind kind() {
        return kind;
    }

    /** Whether it is an IMDSv1 call that reached IMDS. */
    boolean isV1() {
        return !local && (kind == Kind.V1_SERVED || kind == Kind.V1_REJECTED);
    }

    long count() {
        return count;
    }

    /** Whether an IMDSv1 call was answered 403: the endpoint is off or it was not allowed, whatever IMDSv2 is. */
    boolean forbidden() {
        return forbidden;
    }

    /** Whether it counts as IMDSv1 by the rule of the missing token field, and needs no IMDSv1 all the same; refused or not. */
    boolean harmless() {
        return harmless;
    }

    /** Whether it is a harmless one that asked for another cloud. */
    boolean probe() {
        return probe;
    }

    /** Whether it was refused and its caller then got a token by itself: requiring IMDSv2 does not break it. */
    boolean recovered() {
        return recovered;
    }

    /** Whether a process of its host answered it, so that it never reached IMDS. */
    boolean local() {
        return local;
    }

    /** Why this call, which is not known to be an IMDSv1 call, may be one; null if it cannot. */
    Doubt doubt() {
        return doubt;
    }

    boolean fallback() {
        return fallback;
    }

    long firstMicros() {
        return firstMicros;
    }

    long lastMicros() {
        return lastMicros;
    }
}
