package dev.imdsanalyzer.imds.advice;

import dev.imdsanalyzer.imds.Category;

/**
 * What to do where a token does not get through the last hop to its container: who needs IMDS there at all, and what raising
 * the hop limit opens.
 *
 * <p>Source: EKS User Guide, Restrict access to the instance profile, Pod Identity, IAM roles for service accounts; EKS Best
 * Practices, Identity and access management; ECS Developer Guide, Task IAM role, Amazon ECS container agent configuration
 * (ECS_AWSVPC_BLOCK_IMDS), Task metadata endpoint version 4; Kubernetes, Downward API; 2026.
 */
public final class HopAdvice {
    private HopAdvice() {}

    /** What the caller wants of IMDS. */
    public enum Asked {
        CREDENTIALS,
        /** Region, zone, instance and the like. */
        FACTS,
        /** A token so far. */
        UNKNOWN;

        static Asked of(Category category) {
            return category == Category.TOKEN ? UNKNOWN : category == Category.CREDENTIALS ? CREDENTIALS : FACTS;
        }
    }

    /**
     * The remedies in their order, and what the hop limit would open: a clause that begins in lower case.
     *
     * @param command that raises the hop limit to 2
     */
    static String clause(WorkloadPlace place, Asked asked, String command) {
        return remedy(place, asked) + "; or raise the hop limit, which " + opens(place.kind()) + ": " + command;
    }

    /**
     * What fits this workload better than another hop limit: a clause that begins in lower case.
     *
     * @return as in {@code give pod shop/web a role of its own (EKS Pod Identity or IRSA)}
     */
    public static String remedy(WorkloadPlace place, Asked asked) {
        String called = place.called();
        return switch (place.kind()) {
            case NODE_AGENT -> nodeAgent(called, asked);
            case POD ->
                both(
                        asked,
                        "give " + called + " a role of its own (EKS Pod Identity or IRSA)",
                        facts(called) + " (AWS_REGION; the node's name by the downward API, spec.nodeName)");
            case TASK ->
                both(
                        asked,
                        "give " + called + " a task role (taskRoleArn; with network mode awsvpc and"
                                + " ECS_AWSVPC_BLOCK_IMDS it needs nothing else)",
                        facts(called) + " (AWS_REGION) and its zone from $ECS_CONTAINER_METADATA_URI_V4/task");
            case CONTAINER ->
                asked == Asked.FACTS
                        ? facts(called) + " (-e AWS_REGION=…), or run it with --network host"
                        : "run " + called + " with --network host, where the token reaches it as the hop limit is";
            case UNKNOWN ->
                both(
                        asked,
                        "give " + called + " a role of its own (in a pod EKS Pod Identity or IRSA, on ECS a"
                                + " task role)",
                        facts(called) + " (AWS_REGION), or run it in the host's network");
        };
    }

    /** One that knows the node only from IMDS stays on the node's network, as EKS's CNI does. */
    private static String nodeAgent(String called, Asked asked) {
        String host = "run " + called + " with hostNetwork: true, where the token reaches it as the hop limit is";
        return switch (asked) {
            case CREDENTIALS ->
                "give " + called + " a role of its own (EKS Pod Identity or IRSA), or r" + host.substring(1);
            case FACTS ->
                host + ", or tell it by its environment (AWS_REGION; the node's name by the downward API,"
                        + " spec.nodeName)";
            case UNKNOWN -> host + ", or, for credentials alone, give it a role of its own (EKS Pod Identity or IRSA)";
        };
    }

    private static String both(Asked asked, String credentials, String facts) {
        return switch (asked) {
            case CREDENTIALS -> credentials;
            case FACTS -> facts;
            case UNKNOWN -> credentials + ", and for anything else " + facts;
        };
    }

    private static String facts(String called) {
        return "tell " + called + " its region by its environment";
    }

    /** What raising the hop limit costs: {@code opens the instance's role to every pod of the node}. */
    public static String opens(WorkloadPlace.Kind kind) {
        return "opens the instance's role to "
                + switch (kind) {
                    case NODE_AGENT, POD -> "every pod of the node";
                    case TASK -> "every task of the instance";
                    case CONTAINER, UNKNOWN -> "every container of the host";
                };
    }
}
