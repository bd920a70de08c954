package dev.imdsanalyzer.output.line;

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
    })
    void takesTheImageWhereTheNameWasMadeUp(String name, String expected) {
        assertThat(WorkloadName.of(new Workload(name, "registry/shop/api", "2", null, null, null, null, false)))
                .isEqualTo(expected);
    }
}
