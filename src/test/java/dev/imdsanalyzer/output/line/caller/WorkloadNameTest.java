package dev.imdsanalyzer.output.line.caller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.process.Workload;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a person would call a workload. */
class WorkloadNameTest {
    @ParameterizedTest
    @CsvSource({
        "checkout-7d4f9-x2kqp, checkout",
        "checkout-7d4f9c8b6d-x2kqp, checkout",
        "aws-node-x2kqp, aws-node",
        "checkout-v2-5f6b8d9c7f-zk2vx, checkout-v2",
        "web-0, web",
        "web-12, web",
        "report-28912345-x2kqp, report",
        "report-1732963200-x2kqp, report",
        "kube-proxy-ip-10-0-1-5.eu-west-1.compute.internal, kube-proxy",
        "svc-bcdfg-7d4f9c8b6d-x2kqp, svc-bcdfg",
        "db-bcdfg-0, db-bcdfg",
        "proxy-https-x2kqp, proxy-https",
        "web-2-5f6b8d9c7f-zk2vx, web-2",
        "web-1732963200-x2kqp, web",
        "kafka-2-0, kafka-2",
        "train-3-x2kqp, train",
        "train-28912345-3-x2kqp, train",
        "deploymentconfig-12-x2kqp, deploymentconfig",
        "etcd-i-0123456789abcdef0, etcd",
        "kube-proxy-i-0123456789abcdef0.eu-west-1.compute.internal, kube-proxy",
        "batch-fargate-ip-10-0-1-5.eu-west-1.compute.internal, batch",
        "payment-reconciliation-worker-for-the-european-market-7d4fx2kqp, payment-reconciliation-worker-for-the-european-market",
        "payment-reconciliation-worker-for-the-european-markets-to-x2kqp, payment-reconciliation-worker-for-the-european-markets-to",
        "report-27891234-abcde, report",
        "checkout-7d4f9c8b6d-abcde, checkout",
        "nginx-1564180365-khku8, nginx",
        "rollout-6d4cf56db6-x7k2p, rollout",
        "hello-00012-deployment-5f6b8d9c7f-zk2vx, hello",
        "nightly-xk2p9-1234567890, nightly",
        "nightly-xk2p9-fetch-data-1234567890, nightly-fetch-data",
        "build-shop-x2kqp-pod, build-shop",
        "spark-pi-d8b2c48f1a2b3c4d-driver, spark-pi-driver",
        "spark-pi-d8b2c48f1a2b3c4d-exec-12, spark-pi-exec",
        "gha-rs-x8k2p-runner-4xk9z, gha-rs-runner",
        "node-shell-6f1d2c3b-5a69-4788-9d0e-1b2c3d4e5f60, node-shell",
        "kube-proxy-ip-10-0-0-1.ec2.internal, kube-proxy",
        "proxy-https, proxy-https",
        "web-http2, web-http2",
        "disk-tmpfs, disk-tmpfs",
        "app-12345, app-12345",
        "web-007, web-007",
        "nightly-001-x2kqp, nightly-001",
        "api-v2, api-v2",
        "build-pod, build-pod",
        "kube-apiserver-kind-control-plane, kube-apiserver-kind-control-plane",
        "coredns-5d78c9869d, coredns-5d78c9869d",
        "test-vowel, test-vowel",
        "my-nginx, my-nginx",
        "redis, redis",
        "web-proxy, web-proxy",
    })
    void leavesOutWhatControllersAppend(String pod, String name) {
        assertThat(WorkloadName.withoutEnding(pod)).isEqualTo(name);
        Workload.Pod its = new Workload.Pod("uid", pod, "shop", "web");
        assertThat(WorkloadName.of(new Workload("web", "image", "7", its, null, null, null, false)))
                .isEqualTo("shop/" + name + " web");
    }

    @Test
    void tellsTasksProjectsAndPauseContainers() {
        Workload.Task task = new Workload.Task("arn", "0123", "shop", "7", "prod", "web");
        assertThat(WorkloadName.of(new Workload("ecs-shop-7-web-c0", "image", "7", null, task, null, null, false)))
                .isEqualTo("shop web");
        assertThat(WorkloadName.of(new Workload("shop_web_1", "image", "7", null, null, "shop", "web", false)))
                .isEqualTo("shop/web");
        Workload.Pod pod = new Workload.Pod("uid", "web-0", "shop", null);
        assertThat(WorkloadName.of(new Workload(null, "pause", "3", pod, null, null, null, true)))
                .isEqualTo("shop/web (pause)");
        assertThat(WorkloadName.of(Workload.NONE)).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "shop-api, shop-api",
        "eager_kepler, registry/shop/api",
        "eager_kepler3, registry/shop/api",
        "my_app, my_app",
        "api-3f1c0, registry/shop/api",
        "api-worker, api-worker",
        "shop_web.1.y5z8q1w2e3r4t5y6u7i8o9p0a, shop_web",
        "agent.x1c2v3b4n5m6a7s8d9f0g1h2j.y5z8q1w2e3r4t5y6u7i8o9p0a, agent",
        "web-6f1d2c3b-5a69-4788-9d0e-1b2c3d4e5f60, web",
        "web.1, web.1",
    })
    void takesTheImageWhereTheNameWasMadeUp(String name, String expected) {
        assertThat(WorkloadName.of(new Workload(name, "registry/shop/api", "2", null, null, null, null, false)))
                .isEqualTo(expected);
    }

    /** It would be another one in each run. */
    @Test
    void takesNoMadeUpNameWhereTheImageIsNotKnown() {
        assertThat(WorkloadName.of(new Workload("eager_kepler", null, null, null, null, null, null, false)))
                .isNull();
    }
}
