package dev.imdsanalyzer.daemon.doctor;

import tools.jackson.databind.JsonNode;

/** What the trial's own request and its line together say. */
final class LiveVerdict {
    private static final int OK = 200;

    private LiveVerdict() {}

    /**
     * @param line as it was read back; null if there was none
     * @param ownPid who sent the request
     */
    static Check of(TokenRequest request, JsonNode line, long ownPid) {
        String answer = request.answered()
                ? "IMDS answered " + request.status() + " in " + request.milliseconds() + " ms"
                : "no answer from IMDS: " + request.failure();
        if (line == null) {
            return request.answered() ? unseen(answer) : unanswered(answer);
        }
        long pid = line.at("/process/pid").asLong(-1);
        String method = line.at("/attribution/method").asString("none");
        if (pid != ownPid) {
            return Check.weak(
                    "live",
                    answer + "; the line names " + (pid < 0 ? "nobody" : "pid " + pid) + ", not pid " + ownPid + ": "
                            + line.at("/attribution/reason").asString("no reason given"),
                    "callers may not be named",
                    "mend what is weak above; pids are the host's own, which differ inside a container");
        }
        String found = answer + "; seen in the capture, attributed to itself by " + method + ", written and read back";
        if (request.status() == OK) {
            return Check.ok("live", found);
        }
        return Check.weak(
                "live",
                found,
                "programs on this host get no token either",
                "look at the instance's metadata options (HttpEndpoint, HttpPutResponseHopLimit)");
    }

    private static Check unanswered(String answer) {
        return Check.missing(
                "live",
                answer,
                "the real path could not be tried",
                "run it where IMDS can be reached: on an EC2 instance with HttpEndpoint enabled, and with a route");
    }

    private static Check unseen(String answer) {
        return Check.missing(
                "live",
                answer + ", but the call did not come to the log",
                "calls are made that are not seen",
                "capture on any, and see whether a filter or an offload between this host and IMDS hides packets");
    }
}
