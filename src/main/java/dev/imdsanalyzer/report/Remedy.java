package dev.imdsanalyzer.report;

import dev.imdsanalyzer.imds.Finding;
import dev.imdsanalyzer.imds.advice.ClientAdvice;
import dev.imdsanalyzer.imds.advice.HopAdvice;
import dev.imdsanalyzer.imds.advice.TokenSnippet;
import dev.imdsanalyzer.imds.advice.WorkloadPlace;
import dev.imdsanalyzer.output.line.CloudFacts;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * What to change so that a caller stops using IMDSv1, step by step.
 *
 * @param summary one sentence
 * @param steps further sentences or command lines, in order
 * Source: EC2 User Guide, "Transition to using Instance Metadata Service Version 2" and "Access instance metadata";
 * AWS SDKs and Tools Reference Guide, "IMDS credential provider".
 */
public record Remedy(String summary, List<String> steps) {
    private static final TokenSnippet SHELL = TokenSnippet.ofFile("sh");
    private static final String SWITCH = "AWS_EC2_METADATA_V1_DISABLED=true";
    private static final int NAMED_INSTANCES = 3;
    // The line's own advice knows no verdict; where a stopgap is in place the steps say so.
    private static final Pattern STOPGAP = Pattern.compile("; as a stopgap: .*$");

    /** Whether a step is a line to copy rather than a sentence. */
    public static boolean isCommand(String step) {
        return step.startsWith("aws ") || TokenSnippet.isLine(step);
    }

    /**
     * The remedy for this caller; null if it needs none.
     *
     * @param broken whether it is there that IMDSv2 is required and breaks it today
     */
    static Remedy of(CallerGroup caller, Predicate<CallerGroup.OnInstance> broken) {
        if (caller.tally().v1InTheWay() == 0) {
            return withoutV1(caller);
        }
        List<String> steps = new ArrayList<>();
        String summary;
        if (caller.has(Finding.IMDSV1_FALLBACK) || caller.tally().fallbacks() > 0) {
            summary = "It knows IMDSv2 but got no token and fell back to IMDSv1: mend the cause, do not upgrade"
                    + ofWorkload(caller) + ".";
            addTokenCauses(caller, steps);
            steps.add(ClientAdvice.proofSentence(caller.userAgentName(), caller.userAgentVersion()));
        } else {
            summary = replacement(caller, steps);
        }
        if (caller.tally().v1Forbidden() > 0) {
            steps.add(
                    "Where it is answered 403 the endpoint is off, or the call is not allowed: that is not IMDSv2, and"
                            + " HttpTokens does not change it.");
        }
        if (caller.instances().stream().anyMatch(broken)) {
            steps.add("IMDSv2 is required already and breaks it. As a stopgap, until it is mended:");
            steps.add("Not everywhere: " + NextSteps.NO_WAY_BACK + ":");
            caller.instances().stream()
                    .filter(broken)
                    .map(on -> NextSteps.askForEnforcement(on.instance().place()))
                    .distinct()
                    .limit(NAMED_INSTANCES)
                    .forEach(steps::add);
            // A 401 comes from an endpoint that is on.
            addForInstances(caller, steps, broken, "--http-tokens optional");
        }
        return new Remedy(summary, steps);
    }

    private static Remedy withoutV1(CallerGroup caller) {
        List<String> steps = new ArrayList<>();
        addTokenCauses(caller, steps);
        return steps.isEmpty()
                ? null
                : new Remedy(
                        "It uses IMDSv2, and some of its requests for tokens fail" + ofWorkload(caller) + ".", steps);
    }

    /** For formats without the steps: what fits a container that its token does not reach; empty where none is known. */
    private static String ofWorkload(CallerGroup caller) {
        WorkloadPlace place = caller.workload().place();
        return caller.has(Finding.TOKEN_RESPONSE_DROPPED) && place.kind() != WorkloadPlace.Kind.UNKNOWN
                ? "; " + HopAdvice.remedy(place, caller.asked())
                : "";
    }

    private static String replacement(CallerGroup caller, List<String> steps) {
        PackagedSoftware packaged = PackagedSoftware.of(caller);
        String known = packaged == null ? null : packaged.known();
        known = known == null ? ofKnownProgram(caller) : known;
        if (known == null) {
            known = ClientAdvice.ofProduct(caller.userAgentName(), caller.userAgentVersion());
            known = packaged == null ? known : packaged.remedy(known);
        }
        if (known != null) {
            addJar(caller, steps);
            return known + ".";
        }
        TokenSnippet snippet = snippet(caller);
        if (snippet != null) {
            steps.addAll(snippet.lines());
            steps.add(
                    "Keep the check of the first answer: an error page or an empty token would make an IMDSv1 call again.");
            return "Fetch a token first, and send it with each request.";
        }
        if (caller.advice() != null) {
            return STOPGAP.matcher(caller.advice()).replaceFirst(".");
        }
        steps.add(
                "AWS SDKs of 2020 and later do so by themselves; those of 2024 and later can be kept from IMDSv1 with "
                        + SWITCH + ".");
        steps.addAll(SHELL.lines());
        return "Use an AWS SDK that knows IMDSv2, or fetch a token first and send it with each request.";
    }

    /** A Java program brings its SDK along, often shaded into one jar. */
    private static void addJar(CallerGroup caller, List<String> steps) {
        if (!"aws-sdk-java".equals(caller.userAgentName())) {
            return;
        }
        String jar = caller.scripts().sorted().stream()
                .map(TopTexts.Counted::text)
                .filter(script -> script.endsWith(".jar"))
                .map(script -> script.substring(script.lastIndexOf('/') + 1))
                .findFirst()
                .orElse("one of its jars");
        steps.add("The SDK is in " + jar
                + " or on its class path (for Hadoop and Spark aws-java-sdk-bundle or bundle, which"
                + " a newer release of theirs or of EMR brings): replace it there.");
    }

    /** By what it is on the host, as its own User-Agent is often that of a library; null where nothing is known of it. */
    private static String ofKnownProgram(CallerGroup caller) {
        for (TopTexts texts : List.of(caller.packages(), caller.executables(), caller.scripts())) {
            for (TopTexts.Counted text : texts.sorted()) {
                String name = text.text().substring(text.text().lastIndexOf('/') + 1);
                String known = ClientAdvice.ofProgram(name, caller.userAgentName(), caller.userAgentVersion());
                if (known != null) {
                    return known;
                }
            }
        }
        return null;
    }

    /** In the language of its library, else of its script, else of what runs it; null where nothing tells. */
    private static TokenSnippet snippet(CallerGroup caller) {
        TokenSnippet snippet = ClientAdvice.snippet(caller.userAgentName(), caller.userAgentVersion());
        for (TopTexts texts : List.of(caller.scripts(), caller.executables())) {
            for (TopTexts.Counted text : texts.sorted()) {
                snippet = snippet != null ? snippet : TokenSnippet.ofFile(text.text());
            }
        }
        boolean script =
                caller.userAgentName() == null && !caller.scripts().sorted().isEmpty();
        return snippet == null && script ? SHELL : snippet;
    }

    private static void addTokenCauses(CallerGroup caller, List<String> steps) {
        if (caller.has(Finding.TOKEN_RESPONSE_DROPPED)) {
            steps.add("The token does not reach its network namespace: " + towardsTheToken(caller));
            steps.add("Raising it " + HopAdvice.opens(caller.workload().place().kind()) + ".");
            steps.add("Only there: " + NextSteps.HOP_CHECKS + ".");
            addForInstances(
                    caller,
                    steps,
                    on -> on.instance().traits().behindHop(),
                    "--http-put-response-hop-limit 2 --http-endpoint enabled");
        }
        if (caller.has(Finding.TOKEN_UNANSWERED)) {
            steps.add("Its token request gets no answer: look at firewall rules (iptables owner match), routes, proxy"
                    + " variables (NO_PROXY=169.254.169.254) and the packet limit (ethtool -S IF | grep"
                    + " linklocal_allowance_exceeded).");
        }
        if (caller.has(Finding.TOKEN_FORBIDDEN)) {
            steps.add("Its token request is forbidden: the endpoint is off, the path is dated, or a proxy adds"
                    + " X-Forwarded-For.");
        }
        if (caller.has(Finding.TOKEN_INVALID)) {
            steps.add(
                    "It sends a token that IMDS does not take: expired, of another instance, or an error page taken for"
                            + " a token. Fetch a new one after a 401.");
        }
        if (caller.has(Finding.THROTTLED)) {
            steps.add("IMDS throttles it: keep token and credentials until they expire, and back off.");
        }
    }

    private static String towardsTheToken(CallerGroup caller) {
        WorkloadPlace place = caller.workload().place();
        return place.kind() == WorkloadPlace.Kind.UNKNOWN
                ? "raise the hop limit, or give the container its credentials and region without IMDS (IRSA, pod identity,"
                        + " task roles)."
                : HopAdvice.remedy(place, caller.asked()) + "; or raise the hop limit.";
    }

    private static void addForInstances(
            CallerGroup caller, List<String> steps, Predicate<CallerGroup.OnInstance> concerned, String options) {
        List<Instance> instances = caller.instances().stream()
                .filter(concerned)
                .map(CallerGroup.OnInstance::instance)
                .filter(instance -> InstanceIds.isValid(instance.id()))
                .toList();
        if (instances.isEmpty()) {
            steps.add(NextSteps.modify("INSTANCE-ID", CloudFacts.NONE, options));
        }
        instances.stream()
                .limit(NAMED_INSTANCES)
                .forEach(instance -> steps.add(NextSteps.modify(instance.id(), instance.place(), options)));
        if (instances.size() > NAMED_INSTANCES) {
            steps.add("… and the same for " + (instances.size() - NAMED_INSTANCES) + " more instances");
        }
    }
}
