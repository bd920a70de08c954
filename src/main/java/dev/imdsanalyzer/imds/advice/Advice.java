package dev.imdsanalyzer.imds.advice;

import dev.imdsanalyzer.http.Anomaly;
import dev.imdsanalyzer.imds.Finding;
import dev.imdsanalyzer.imds.ImdsCall;
import dev.imdsanalyzer.imds.ImdsSettings;
import dev.imdsanalyzer.imds.request.CallDraft;
import dev.imdsanalyzer.imds.request.SdkMinimums;
import dev.imdsanalyzer.imds.request.UserAgent;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One remedy for a call, one sentence; of several findings the one whose cause lies deepest speaks.
 *
 * <p>Source: EC2 User Guide (Configure the Instance Metadata Service options; Transition to using IMDSv2) and the AWS
 * SDKs and Tools Reference Guide (IMDS credential provider), 2026.
 */
public final class Advice {
    static final String TOKEN_PATH = "/latest/api/token";
    /** As transcripts of real answers have it. */
    private static final String IMDS_SERVER = "EC2ws";

    private static final String PLACEHOLDER = "INSTANCE_ID";
    private final String modifyOptions;

    /** @param settings where they do not say the instance the commands have a placeholder */
    public Advice(ImdsSettings settings) {
        modifyOptions = "aws ec2 modify-instance-metadata-options --instance-id "
                + (settings.instanceId() == null ? PLACEHOLDER : settings.instanceId())
                + (settings.region() == null ? "" : " --region " + settings.region());
    }

    /** Null where there is no finding. */
    @Nullable
    public String of(CallDraft draft, Set<Finding> findings) {
        if (findings.isEmpty()) {
            return null;
        }
        if (findings.contains(Finding.CONFLICTING_SEGMENTS)) {
            return conflicting();
        }
        if (draft.cloud != null && findings.contains(Finding.OTHER_CLOUD_PROBE)) {
            return draft.cloud.advice();
        }
        if (findings.contains(Finding.TOKEN_RESPONSE_DROPPED)) {
            return responseDropped();
        }
        if (findings.contains(Finding.THROTTLED)) {
            return throttled();
        }
        if (findings.contains(Finding.TOKEN_FORBIDDEN)) {
            return forbidden(draft);
        }
        if (findings.contains(Finding.TOKEN_REFUSED)) {
            return TokenAdvice.refused(draft);
        }
        if (findings.contains(Finding.TOKEN_UNANSWERED)) {
            return unanswered();
        }
        if (findings.contains(Finding.TOKEN_INVALID)) {
            return invalid(draft);
        }
        if (findings.contains(Finding.IMDSV1_REQUEST)) {
            return request(draft);
        }
        return findings.contains(Finding.IMDSV1_REJECTED) ? rejected(draft) : malformed(draft);
    }

    private static String malformed(CallDraft draft) {
        if (draft.anomaly == Anomaly.HEAD_INCOMPLETE) {
            return "Find out whether this program never sent the rest of its request, or the capture has not got it (packets"
                    + " cut short: capture with -s 0).";
        }
        return draft.method == null
                ? "Find out why this program sends something else than HTTP to the IMDS port."
                : "Find out why this program sends requests to IMDS that servers read in more than one way.";
    }

    private static String conflicting() {
        return "Find out who sends two contents for the same bytes of a request: no network stack does so by itself.";
    }

    private String responseDropped() {
        return responseDropped(WorkloadPlace.UNKNOWN);
    }

    /** The same once it is known where the token had to go. */
    public String responseDropped(WorkloadPlace place) {
        String clause = HopAdvice.clause(place, HopAdvice.Asked.UNKNOWN, raiseHopLimit());
        return Character.toUpperCase(clause.charAt(0)) + clause.substring(1) + ".";
    }

    private String raiseHopLimit() {
        return modifyOptions + " --http-put-response-hop-limit 2 --http-endpoint enabled";
    }

    private static String throttled() {
        return "Cache the token and the credentials and back off exponentially; IMDS limits requests and connections of an"
                + " instance.";
    }

    private String forbidden(CallDraft draft) {
        if (draft.forwarded) {
            return "Take this caller off the proxy (NO_PROXY=169.254.169.254,fd00:ec2::254): IMDS gives no token to a"
                    + " request with X-Forwarded-For.";
        }
        String path = draft.target == null ? TOKEN_PATH : draft.target.path();
        if (path.startsWith(TOKEN_PATH) && path.endsWith("/")) {
            return "Ask for the token at " + TOKEN_PATH + " without a slash at the end; IMDS refuses the PUT with one.";
        }
        if (!path.contains("latest")) {
            return "Ask for the token at " + TOKEN_PATH + "; IMDS refuses a PUT to a dated path.";
        }
        if (!path.equals(TOKEN_PATH)) {
            return TokenAdvice.otherPath();
        }
        if (draft.server != null && !draft.server.startsWith(IMDS_SERVER)) {
            return "Look at what answered in the place of IMDS, as its Server field names other software: a proxy, a"
                    + " sidecar or a credential helper refused the token; let this caller reach IMDS itself"
                    + " (NO_PROXY=169.254.169.254,fd00:ec2::254).";
        }
        return "If this instance is meant to use IMDS, switch its endpoint on: " + modifyOptions
                + " --http-endpoint enabled.";
    }

    private static String unanswered() {
        return "Look for what keeps the answer away: local firewall rules (iptables owner match), the route, proxy"
                + " variables (NO_PROXY=169.254.169.254), or the packet limit (ethtool -S IF | grep"
                + " linklocal_allowance_exceeded).";
    }

    private static String invalid(CallDraft draft) {
        if (draft.tokenProbe) {
            return "Nothing to mend: this is how Fluent Bit finds out the IMDS version, with a token that is meant to be"
                    + " bad.";
        }
        return "Let the program get a new token: the one it sent has expired, is another instance's, or is an error page"
                + " that it took for a token.";
    }

    private String rejected(CallDraft draft) {
        if (draft.isBareProbe()) {
            return bareProbe();
        }
        return clientOr(draft.userAgent, "Make this caller use IMDSv2") + "; as a stopgap: " + modifyOptions
                + " --http-tokens optional --http-endpoint enabled (refused where the account enforces IMDSv2).";
    }

    private static String request(CallDraft draft) {
        if (draft.isBareProbe()) {
            return bareProbe();
        }
        UserAgent userAgent = draft.userAgent;
        if ("curl".equals(userAgent.name())) {
            return "Let the script get a token first: TOKEN=$(curl -sf -X PUT http://169.254.169.254/latest/api/token -H"
                    + " \"X-aws-ec2-metadata-token-ttl-seconds: 21600\") || exit 1, and send it with each request: -H"
                    + " \"X-aws-ec2-metadata-token: $TOKEN\".";
        }
        TokenSnippet snippet = ClientAdvice.snippet(userAgent.name(), userAgent.version());
        if (snippet != null) {
            return "Let this " + snippet.language() + " program ask for a token first and send it with each request"
                    + hint(snippet.language(), draft) + ": " + snippet.inOneLine();
        }
        return clientOr(
                        userAgent,
                        "Make this program ask for a token first (PUT /latest/api/token) and send it with each"
                                + " request")
                + ".";
    }

    private static String bareProbe() {
        return "Nothing to mend if this program takes a 401 for an answer, too: it only asks whether anything answers.";
    }

    /** What may do it without a line of code. */
    private static String hint(String language, CallDraft draft) {
        // Google's libraries ask for the role without the slash that AWS's SDKs put behind it.
        boolean workloadIdentity = draft.target != null && draft.target.path().endsWith("/iam/security-credentials");
        if (workloadIdentity) {
            return " (for Google's library and a workload identity pool, set imdsv2_session_token_url in its credential"
                    + " file instead)";
        }
        return switch (language) {
            case "Python" -> " (or let botocore do it)";
            case "Python 2" -> " (or, if it is boto 2 that asks, replace that by boto3)";
            default -> "";
        };
    }

    private static String clientOr(UserAgent userAgent, String otherwise) {
        SdkMinimums.Row client = userAgent.sdk();
        return client == null || client.isLibrary() ? otherwise : ClientAdvice.clause(client, userAgent.version());
    }

    /**
     * For a caller that has no token.
     *
     * @param call the IMDSv1 request, whose product tells whether it can be kept from falling back
     */
    public String fallback(Cause cause, ImdsCall call, WorkloadPlace place) {
        String remedy = switch (cause) {
            case DROPPED ->
                "its answer did not reach the caller's network namespace: "
                        + HopAdvice.clause(place, HopAdvice.Asked.of(call.category()), raiseHopLimit());
            case UNANSWERED -> "it got no answer: look at firewall rules, route, proxy variables and the packet limit";
            case FORBIDDEN ->
                "it was refused with 403: look at the endpoint option, a proxy that adds"
                        + " X-Forwarded-For, or a dated path";
            case THROTTLED -> "IMDS was overloaded: cache tokens and back off";
            case REFUSED -> "it was refused: look at that request's status";
        };
        return "Do not upgrade but mend the token request of this caller, for " + remedy
                + ClientAdvice.proof(call.userAgentName(), call.userAgentVersion()) + ".";
    }

    public static String recovers() {
        return "Nothing to mend: this program asked for a token as soon as it was refused without one.";
    }

    public static String unexpected() {
        return "If this program may have the instance's credentials, add it to policy.credentials.allow; otherwise find"
                + " out why it asked and change the role's keys if it is a stranger.";
    }

    /** Why a process has no token. */
    public enum Cause {
        DROPPED,
        UNANSWERED,
        FORBIDDEN,
        THROTTLED,
        REFUSED
    }
}
