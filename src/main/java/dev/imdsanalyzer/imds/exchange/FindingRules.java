package dev.imdsanalyzer.imds.exchange;

import dev.imdsanalyzer.http.Exchange;
import dev.imdsanalyzer.imds.Category;
import dev.imdsanalyzer.imds.Finding;
import dev.imdsanalyzer.imds.ImdsVersion;
import dev.imdsanalyzer.imds.Operation;
import dev.imdsanalyzer.imds.request.CallDraft;
import dev.imdsanalyzer.tcp.Connection;
import dev.imdsanalyzer.tcp.Direction;
import java.util.EnumSet;
import org.jspecify.annotations.Nullable;

/** Which findings a finished exchange has, from what was seen of it alone. */
final class FindingRules {
    /**
     * A time to live that IMDS's hop limit (1 to 64) may have left. Hop limits in use are a few; hosts and gateways send
     * with 64 or more.
     */
    private static final int LOW_TIME_TO_LIVE = 16;

    private FindingRules() {}

    static EnumSet<Finding> of(CallDraft draft, boolean captureStopped) {
        EnumSet<Finding> findings = EnumSet.noneOf(Finding.class);
        if (draft.conflicting) {
            findings.add(Finding.CONFLICTING_SEGMENTS);
        }
        if (!draft.requestSeen) {
            return findings;
        }
        if (draft.cloud != null) {
            findings.add(Finding.OTHER_CLOUD_PROBE);
        } else if (draft.version == ImdsVersion.V1) {
            addForV1(draft, findings);
        }
        if (draft.operation == Operation.TOKEN
                || (draft.cloud == null && draft.isTokenRequest() && draft.status >= 400)) {
            addForToken(draft, captureStopped, findings);
        } else if (draft.tokenPresent && draft.status == 401) {
            findings.add(Finding.TOKEN_INVALID);
        }
        if (draft.status == 429 || draft.status == 503) {
            findings.add(Finding.THROTTLED);
        }
        if (draft.anomaly != null || draft.version == ImdsVersion.UNKNOWN) {
            findings.add(Finding.MALFORMED_REQUEST);
        }
        return findings;
    }

    private static void addForV1(CallDraft draft, EnumSet<Finding> findings) {
        if (draft.status == 401) {
            findings.add(Finding.IMDSV1_REJECTED);
        } else if (draft.status != 403 && draft.category != Category.TOKEN) {
            // A GET of the token's path gets a 405 and never anything of worth: it keeps nobody from requiring IMDSv2.
            findings.add(Finding.IMDSV1_REQUEST);
        }
    }

    private static void addForToken(CallDraft draft, boolean captureStopped, EnumSet<Finding> findings) {
        if (draft.status == 403) {
            findings.add(Finding.TOKEN_FORBIDDEN);
        } else if (refused(draft)) {
            findings.add(Finding.TOKEN_REFUSED);
        }
        if (responseDropped(draft)) {
            findings.add(Finding.TOKEN_RESPONSE_DROPPED);
        } else if (responseStopped(draft) || (unanswered(draft.end) && !captureStopped)) {
            findings.add(Finding.TOKEN_UNANSWERED);
        }
    }

    /** An answer, but no token: a token is a body of plain text. */
    private static boolean refused(CallDraft draft) {
        if (draft.status == 0 || draft.status == 429) {
            return false;
        }
        boolean empty = draft.end == Exchange.End.ANSWERED && draft.responseBodyBytes == 0;
        return draft.status < 200 || draft.status >= 300 || empty || draft.foreignContent || draft.answerCut;
    }

    private static boolean unanswered(Exchange.@Nullable End end) {
        return end == Exchange.End.CLOSED_UNANSWERED || end == Exchange.End.TIMED_OUT;
    }

    /** Whether a token's answer that the caller did not get could still be told from one that it did. */
    static boolean mayNotArrive(CallDraft draft) {
        return draft.operation == Operation.TOKEN && draft.status == 200 && !draft.connection.responseAcknowledged();
    }

    /**
     * An answer died on its way inside the host. A low time to live alone proves nothing: with a hop limit of 1 every
     * program of the host itself gets its token so. What the caller acknowledged, it has.
     */
    static boolean responseDropped(CallDraft draft) {
        Connection connection = draft.connection;
        if (connection.responseAcknowledged()) {
            return false;
        }
        if (connection.timeExceededSeen()) {
            return true;
        }
        return sentAgain(draft) > 0 && lowTimeToLive(connection);
    }

    /** An answer came to the host with hops to spare, was sent again, and still did not reach the caller. */
    static boolean responseStopped(CallDraft draft) {
        return sentAgain(draft) > 0
                && !draft.connection.responseAcknowledged()
                && !draft.connection.timeExceededSeen()
                && !lowTimeToLive(draft.connection);
    }

    /**
     * Whether what is known suffices before the wait is over. One repetition may just have arrived; without the low time
     * to live there has to be a second one.
     */
    static boolean isSettled(CallDraft draft) {
        return hasArrived(draft) || responseDropped(draft) || (responseStopped(draft) && sentAgain(draft) > 1);
    }

    /** Whether the client has said that it has the answer: nothing is to be learned any more. */
    static boolean hasArrived(CallDraft draft) {
        return draft.end == Exchange.End.ANSWERED && draft.connection.responseAcknowledged();
    }

    /** How often a segment of a granted token's answer was sent another time. */
    private static int sentAgain(CallDraft draft) {
        return draft.responseSeen && draft.status == 200
                ? draft.connection.retransmissions(Direction.RESPONSE) - draft.earlierRetransmissions
                : 0;
    }

    private static boolean lowTimeToLive(Connection connection) {
        return connection.responseTimeToLive() >= 1 && connection.responseTimeToLive() <= LOW_TIME_TO_LIVE;
    }
}
