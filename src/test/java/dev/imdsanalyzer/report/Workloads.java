package dev.imdsanalyzer.report;

import dev.imdsanalyzer.report.SampleLog.Program;
import java.time.Instant;

/** Calls from containers, as the analyzer logs them. */
public final class Workloads {
    public static final Program POD = new Program(
            "shop/checkout web: app.jar (aws-sdk-java 1.11.600)",
            "0a0a0a0a0a0a0a0a",
            "/usr/bin/java",
            "java -jar app.jar",
            "aws-sdk-java/1.11.600");
    public static final Program TASK =
            new Program("shop web: wget", "0b0b0b0b0b0b0b0b", "/usr/bin/wget", "wget -q", "Wget/1.21");
    public static final Program COMPOSE =
            new Program("shop/front: wget", "0c0c0c0c0c0c0c0c", "/usr/bin/wget", "wget -q", "Wget/1.21");

    private Workloads() {}

    /** One IMDSv1 call by {@link #POD} in a pod of that name. */
    public static SampleLog pod(SampleLog log, Instant time, String name) {
        return within(
                log.v1(time, POD),
                "\"container\":{\"id\":\"a486\",\"name\":\"web\",\"image\":{\"name\":\"registry.example.com/shop/web\"}},"
                        + "\"k8s\":{\"pod\":{\"uid\":\"4f1d2c3b\",\"name\":\"" + name
                        + "\"},\"namespace\":{\"name\":\"shop\"},\"container\":{\"name\":\"web\"}}",
                "shop/checkout web");
    }

    /** One by {@link #TASK}. */
    public static SampleLog task(SampleLog log, Instant time) {
        return within(
                log.v1(time, TASK),
                "\"container\":{\"id\":\"b486\",\"name\":\"ecs-shop-7-web-c0ffee\"},\"aws\":{\"ecs\":{\"task\":{\"id\":"
                        + "\"0123\",\"family\":\"shop\"},\"container\":{\"name\":\"web\"}}}",
                "shop web");
    }

    /** One by {@link #COMPOSE}. */
    public static SampleLog compose(SampleLog log, Instant time) {
        return within(
                log.v1(time, COMPOSE),
                "\"container\":{\"id\":\"c486\",\"name\":\"shop-front-1\",\"labels\":{\"com_docker_compose_project\":\"shop\","
                        + "\"com_docker_compose_service\":\"front\"}}",
                "shop/front");
    }

    private static SampleLog within(SampleLog log, String members, String workload) {
        return log.edit("\"caller\":{", members + ",\"caller\":{\"workload\":\"" + workload + "\",")
                .edit(",\"systemd\":{\"unit\":\"session-3.scope\"}", "");
    }
}
