package dev.imdsanalyzer.imds.advice;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.imds.Finding;
import dev.imdsanalyzer.imds.ImdsCall;
import dev.imdsanalyzer.imds.ImdsSettings;
import dev.imdsanalyzer.imds.advice.WorkloadPlace.Kind;
import dev.imdsanalyzer.imds.caller.FallbackMemory;
import dev.imdsanalyzer.imds.exchange.Exchanges;
import dev.imdsanalyzer.tcp.CloseReason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Kind of the workload × what it asked for × the remedy, and that raising the hop limit is never told without its cost. */
class HopAdviceTest {
    private static final String RAISE = "aws ec2 modify-instance-metadata-options --instance-id i-0123456789abcdef0"
            + " --http-put-response-hop-limit 2 --http-endpoint enabled";
    private static final Advice ADVICE = new Advice(new ImdsSettings("i-0123456789abcdef0"));

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            POD        | CREDENTIALS | give pod shop/web a role of its own (EKS Pod Identity or IRSA); | every pod of the node
            POD        | FACTS       | tell pod shop/web its region by its environment (AWS_REGION; the node's name by the downward API, spec.nodeName); | every pod of the node
            POD        | UNKNOWN     | (EKS Pod Identity or IRSA), and for anything else tell pod shop/web | every pod of the node
            NODE_AGENT | CREDENTIALS | give node agent shop/web a role of its own (EKS Pod Identity or IRSA), or run node agent shop/web with hostNetwork: true | every pod of the node
            NODE_AGENT | FACTS       | run node agent shop/web with hostNetwork: true, where the token reaches it as the hop limit is, or tell it | every pod of the node
            NODE_AGENT | UNKNOWN     | run node agent shop/web with hostNetwork: true | every pod of the node
            TASK       | CREDENTIALS | give task shop/web a task role (taskRoleArn; with network mode awsvpc | every task of the instance
            TASK       | FACTS       | $ECS_CONTAINER_METADATA_URI_V4/task | every task of the instance
            TASK       | UNKNOWN     | a task role (taskRoleArn | every task of the instance
            CONTAINER  | CREDENTIALS | run container shop/web with --network host | every container of the host
            CONTAINER  | FACTS       | (-e AWS_REGION=…), or run it with --network host | every container of the host
            CONTAINER  | UNKNOWN     | run container shop/web with --network host | every container of the host
            UNKNOWN    | CREDENTIALS | give container shop/web a role of its own (in a pod EKS Pod Identity or IRSA, on ECS a task role); | every container of the host
            UNKNOWN    | FACTS       | or run it in the host's network | every container of the host
            """)
    void fitsWhatTheWorkloadIsAndWhatItAskedFor(Kind kind, HopAdvice.Asked asked, String remedy, String opened) {
        String clause = HopAdvice.clause(new WorkloadPlace(kind, "shop/web"), asked, RAISE);

        assertThat(clause).contains(remedy).endsWith("opens the instance's role to " + opened + ": " + RAISE);
        assertThat(clause.contains("role of its own") || clause.contains("task role"))
                .isEqualTo(asked != HopAdvice.Asked.FACTS && kind != Kind.CONTAINER);
    }

    @ParameterizedTest
    @CsvSource({
        "kube-system, aws-node-x2kqp, aws-node, NODE_AGENT",
        "kube-system, coredns-7d4f9c8b6d-x2kqp, coredns, POD",
        "amazon-cloudwatch, anything-x2kqp, anything, NODE_AGENT",
        "tools, my-log-agent-x2kqp, my-log-agent, NODE_AGENT",
        "tools, fluent-bit-x2kqp, fluent-bit, NODE_AGENT",
        "shop, report-x2kqp, report, POD",
        "shop, agent-smith-7d4f9c8b6d-x2kqp, agent-smith, POD",
        "shop, agent-0, agent, POD",
        "shop, agent, agent, POD",
        "shop, agency-x2kqp, agency, POD"
    })
    void tellsAnAgentOfTheNodeByItsEndingAndItsName(String namespace, String pod, String controller, Kind kind) {
        assertThat(WorkloadPlace.ofPod(namespace, pod, controller, "name").kind())
                .isEqualTo(kind);
    }

    @Test
    void cutsNamesAndGoesWithoutThem() {
        assertThat(new WorkloadPlace(Kind.POD, "x".repeat(1000)).called()).hasSizeLessThan(140);
        assertThat(ADVICE.responseDropped(WorkloadPlace.UNKNOWN))
                .startsWith("Give the container a role of its own")
                .endsWith(RAISE + ".");
    }

    @Test
    void namesTheWorkloadOfADroppedAnswerAndOfTheFallbackThatFollows() {
        FallbackMemory memory = new FallbackMemory(new ImdsSettings("i-0123456789abcdef0"));
        WorkloadPlace pod = new WorkloadPlace(Kind.POD, "shop/checkout web");
        ImdsCall put = dropped();

        ImdsCall told = memory.review(put, "1@5", "box", pod);
        assertThat(told.findings()).isEqualTo(put.findings());
        assertThat(told.advice())
                .startsWith("Give pod shop/checkout web a role of its own (EKS Pod Identity or IRSA)")
                .contains("opens the instance's role to every pod of the node")
                .endsWith(RAISE + ".");
        ImdsCall credentials =
                new Exchanges().answered("GET /latest/meta-data/iam/security-credentials/ HTTP/1.1", "HTTP/1.1 200 OK");
        assertThat(memory.review(credentials, "1@5", "box", pod).advice())
                .startsWith("Do not upgrade but mend the token request of this caller, for its answer did not reach the"
                        + " caller's network namespace: give pod shop/checkout web a role of its own")
                .doesNotContain("AWS_REGION");
        ImdsCall region =
                new Exchanges().answered("GET /latest/meta-data/placement/region HTTP/1.1", "HTTP/1.1 200 OK");
        assertThat(memory.review(region, "1@5", "box", pod).advice())
                .contains("tell pod shop/checkout web its region by its environment")
                .doesNotContain("IRSA");
    }

    /** Another failure's advice is not the hop limit's. */
    @Test
    void leavesTheAdviceOfOtherFailuresAlone() {
        FallbackMemory memory = new FallbackMemory(new ImdsSettings(null));
        ImdsCall put = new Exchanges()
                .unanswered(
                        "PUT /latest/api/token HTTP/1.1\nX-aws-ec2-metadata-token-ttl-seconds: 300", CloseReason.RESET);
        assertThat(memory.review(put, "1@5", "box", new WorkloadPlace(Kind.POD, "shop/web")))
                .isSameAs(put);
    }

    private static ImdsCall dropped() {
        ImdsCall put = new Exchanges()
                .unanswered(
                        "PUT /latest/api/token HTTP/1.1\nX-aws-ec2-metadata-token-ttl-seconds: 300", CloseReason.RESET);
        return put.withFindings(java.util.Set.of(Finding.TOKEN_RESPONSE_DROPPED), put.advice());
    }
}
