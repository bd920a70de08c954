package dev.imdsanalyzer.imds.exchange;

import dev.imdsanalyzer.imds.ImdsVersion;
import dev.imdsanalyzer.imds.request.CallDraft;

/**
 * Which version of IMDS a call spoke. The token field decides; where servers differ in whether it was sent, what this one
 * answered does: IMDS puts the token's remaining time on an answer to a good token, and refuses with 401 what came without
 * one where it requires one. What stays open is unknown, never the sender's choice.
 */
final class VersionRule {
    private VersionRule() {}

    static ImdsVersion of(CallDraft draft) {
        if (!draft.requestSeen || draft.method == null) {
            return ImdsVersion.UNKNOWN;
        }
        boolean served = draft.status >= 200 && draft.status < 300 && draft.answerWhole;
        boolean granted = draft.tokenTtlGrantedSeconds >= 0 && draft.status < 400;
        if (draft.tokenPresent) {
            return ofToken(draft, served, granted);
        }
        if (draft.isTokenRequest() && (draft.headSeen || draft.ttlAsked)) {
            return ImdsVersion.V2;
        }
        if (draft.tokenDoubtful) {
            return granted ? ImdsVersion.V2 : (served || draft.status == 401 ? ImdsVersion.V1 : ImdsVersion.UNKNOWN);
        }
        if (!draft.headSeen) {
            return granted ? ImdsVersion.V2 : ImdsVersion.UNKNOWN;
        }
        boolean contradicted = granted && (draft.uncertain || draft.anomaly != null);
        return contradicted ? ImdsVersion.UNKNOWN : ImdsVersion.V1;
    }

    private static ImdsVersion ofToken(CallDraft draft, boolean served, boolean granted) {
        if (!served || granted) {
            return ImdsVersion.V2;
        }
        if (!draft.tokenGiven) {
            // An empty token is IMDSv2 meant; this answer was given as to a request without one.
            return ImdsVersion.V1;
        }
        return draft.uncertain ? ImdsVersion.UNKNOWN : ImdsVersion.V2;
    }
}
