package dev.imdsanalyzer.imds;

import java.util.Set;

/**
 * One remedy for a call, one sentence; of several findings the one whose cause lies deepest speaks.
 *
 * <p>Source: EC2 User Guide (Configure the Instance Metadata Service options; Transition to using IMDSv2) and the AWS
 * SDKs and Tools Reference Guide (IMDS credential provider), 2026.
 */
final class Advice {
    private static final String PLACEHOLDER = "INSTANCE_ID";
    private static final String SWITCH = "AWS_EC2_METADATA_V1_DISABLED=true";

    private final String modifyOptions;

    /** @param instanceId null if it is not known; the commands then have a placeholder */
    Advice(String instanceId) {
        modifyOptions = "aws ec2 modify-instance-metadata-options --instance-id "
                + (instanceId == null ? PLACEHOLDER : instanceId);
    }

    /** Null where there is no finding. */
    String of(CallDraft draft, Set<Finding> findings) {
        if (findings.isEmpty()) {
            return null;
        }
        if (findings.contains(Finding.CONFLICTING_SEGMENTS)) {
            return conflicting();
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
        if (findings.contains(Finding.TOKEN_UNANSWERED)) {
            return unanswered();
        }
        if (findings.contains(Finding.TOKEN_INVALID)) {
            return invalid(draft);
        }
        if (findings.contains(Finding.IMDSV1_REQUEST)) {
            return request(draft);
        }
        return findings.contains(Finding.IMDSV1_REJECTED) ? rejected(draft.userAgent) : malformed(draft);
    }

    private static String malformed(CallDraft draft) {
        return draft.method == null
                ? "Find out why this program sends something else than HTTP to the IMDS port."
                : "Find out why this program sends requests to IMDS that servers read in more than one way.";
    }

    private static String conflicting() {
        return "Find out who sends two contents for the same bytes of a request: no network stack does so by itself.";
    }

    private String responseDropped() {
        return "Raise the hop limit so that the token reaches the container: " + modifyOptions
                + " --http-put-response-hop-limit 2 --http-endpoint enabled; or keep the container off IMDS with a role"
                + " of its own (IRSA, pod identity, task role).";
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
        if (draft.target != null && !draft.target.path().contains("latest")) {
            return "Ask for the token at /latest/api/token; IMDS refuses a PUT to a dated path.";
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

    private String rejected(UserAgent userAgent) {
        return upgradeOr(userAgent, "Make this caller use IMDSv2") + "; as a stopgap: " + modifyOptions
                + " --http-tokens optional --http-endpoint enabled.";
    }

    private static String request(CallDraft draft) {
        UserAgent userAgent = draft.userAgent;
        if (userAgent.olderThan() == null && isShellTool(userAgent.name())) {
            return "Let the script get a token first: TOKEN=$(curl -sf -X PUT http://169.254.169.254/latest/api/token -H"
                    + " \"X-aws-ec2-metadata-token-ttl-seconds: 21600\") || exit 1, and send it with each request: -H"
                    + " \"X-aws-ec2-metadata-token: $TOKEN\".";
        }
        return upgradeOr(
                        userAgent,
                        "Make this program ask for a token first (PUT /latest/api/token) and send it with each"
                                + " request")
                + ".";
    }

    private static boolean isShellTool(String name) {
        return "curl".equals(name) || "Wget".equals(name);
    }

    private static String upgradeOr(UserAgent userAgent, String otherwise) {
        SdkMinimums.Row sdk = userAgent.sdk();
        if (sdk == null) {
            return otherwise;
        }
        String minimum = userAgent.olderThan();
        if (minimum != null) {
            return "Upgrade " + sdk.sdk() + " from " + userAgent.version() + " to " + best(sdk) + switchClause(sdk);
        }
        if (sdk.minimum().equals("never")) {
            return "Replace " + sdk.sdk() + " by software that knows IMDSv2";
        }
        String known = sdk.minimum().isEmpty() ? "" : ", which knows IMDSv2,";
        return "Find why " + sdk.sdk() + known + " went without a token" + proof(sdk);
    }

    /** How to make sure that it does not happen again. */
    private static String proof(SdkMinimums.Row sdk) {
        if (hasSwitch(sdk)) {
            return "; then set " + SWITCH;
        }
        return neverFallsBack(sdk) || sdk.option().isEmpty() ? "" : "; then set " + sdk.option();
    }

    private static boolean hasSwitch(SdkMinimums.Row sdk) {
        return sdk.option().startsWith("AWS_EC2_METADATA_V1_DISABLED");
    }

    private static boolean neverFallsBack(SdkMinimums.Row sdk) {
        return sdk.option().startsWith("none needed");
    }

    /** The version that can also be kept from falling back, where it is known. */
    private static String best(SdkMinimums.Row sdk) {
        boolean known = ProductVersion.major(sdk.minimumOption()) >= 0
                && ProductVersion.compare(sdk.minimumOption(), sdk.minimum()) > 0;
        return known
                ? sdk.minimumOption() + " or newer (IMDSv2 since " + sdk.minimum() + ")"
                : sdk.minimum() + " or newer";
    }

    private static String switchClause(SdkMinimums.Row sdk) {
        if (hasSwitch(sdk)) {
            return ", and set " + SWITCH + " there to switch the fallback off";
        }
        return neverFallsBack(sdk) ? ", which does not fall back to IMDSv1" : "";
    }

    String fallback(Cause cause) {
        String remedy = switch (cause) {
            case DROPPED ->
                "its answer did not reach the caller's network namespace: " + modifyOptions
                        + " --http-put-response-hop-limit 2 --http-endpoint enabled";
            case UNANSWERED -> "it got no answer: look at firewall rules, route, proxy variables and the packet limit";
            case FORBIDDEN ->
                "it was refused with 403: look at the endpoint option, a proxy that adds"
                        + " X-Forwarded-For, or a dated path";
            case THROTTLED -> "IMDS was overloaded: cache tokens and back off";
            case REFUSED -> "it was refused: look at that request's status";
        };
        return "Do not upgrade but mend the token request of this caller, for " + remedy + "; then set " + SWITCH
                + " to prove it.";
    }

    static String unexpected() {
        return "If this program may have the instance's credentials, add it to policy.credentials.allow; otherwise find"
                + " out why it asked and change the role's keys if it is a stranger.";
    }

    /** Why a process has no token. */
    enum Cause {
        DROPPED,
        UNANSWERED,
        FORBIDDEN,
        THROTTLED,
        REFUSED
    }
}
