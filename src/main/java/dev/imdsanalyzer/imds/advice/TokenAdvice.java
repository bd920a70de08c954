package dev.imdsanalyzer.imds.advice;

import dev.imdsanalyzer.imds.request.CallDraft;

/**
 * What to do about a token request that was refused, by what was sent and who answered.
 *
 * <p>Source: EC2 User Guide, Use the Instance Metadata Service (PUT with a time to live of 1 to 21600 seconds, answer in
 * {@code text/plain}); public transcripts, in which IMDS calls itself {@code EC2ws}.
 */
final class TokenAdvice {
    private static final String IMDS_SERVER = "EC2ws";
    /** Its name is in the line, and is a stranger's word. */
    private static final String STRANGER = "a server that is not EC2's (imds.server)";

    private TokenAdvice() {}

    static String otherPath() {
        return "Ask for the token at " + Advice.TOKEN_PATH
                + ", written just so: this program asks at another path (url.path).";
    }

    static String refused(CallDraft draft) {
        String answer = draft.status < 300 ? "with " + draft.status + " and no token" : "with " + draft.status;
        if (draft.server != null && !draft.server.equals(IMDS_SERVER)) {
            return "Look at what stands between this program and IMDS: " + STRANGER + " answered its token request "
                    + answer
                    + "; take the caller off the proxy (NO_PROXY=169.254.169.254,fd00:ec2::254) or let that pass"
                    + " PUT /latest/api/token.";
        }
        if (draft.status < 500 && draft.target != null && !draft.target.path().equals(Advice.TOKEN_PATH)) {
            return otherPath();
        }
        if (draft.status == 400) {
            return "Mend this program's token request, which was answered with 400: PUT /latest/api/token without a body, with"
                    + " Host and X-aws-ec2-metadata-token-ttl-seconds of 1 to 21600.";
        }
        if (draft.status >= 500) {
            return "Let this program ask for its token again, after a pause: the request was answered " + answer + ".";
        }
        return "Find out what answers in the place of IMDS: this program's token request was answered " + answer + ".";
    }
}
