package dev.imdsanalyzer.live;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.UUID;

/**
 * Containers of a shop that call IMDS and have ended then: as the kubelet has containerd make them, and as the ECS agent has docker.
 *
 * @param folder is seen by the host under its own path, too
 */
record ShopContainers(RuntimeHost host, Path folder) {
    private static final String V1 = "wget -q -O - " + ImdsScene.url("/latest/meta-data/ami-id?");
    /** busybox's wget knows no PUT. */
    private static final String V2 =
            "TOKEN=$(printf 'PUT /latest/api/token HTTP/1.0\\r\\nX-aws-ec2-metadata-token-ttl-seconds: 60"
                    + "\\r\\n\\r\\n' | busybox nc " + Topology.IMDS_IPV4
                    + " 80 | busybox tail -n 1); wget -q -O - --header"
                    + " \"X-aws-ec2-metadata-token: $TOKEN\" " + ImdsScene.url("/latest/meta-data/instance-id?");

    /** The last part of such a call's target. */
    static String mark(String name, String version, int number) {
        return name + "-" + version + "." + number;
    }

    /** A pod of the deployment checkout: its container web calls in version 1, its container api in version 2. */
    void pod(String name, int number) {
        String uid = UUID.nameUUIDFromBytes((name + number).getBytes(StandardCharsets.UTF_8))
                .toString();
        new CriPod("shop", podName(number), uid)
                .container("web", "sh", "-c", V1 + mark(name, "v1", number))
                .container("api", "sh", "-c", V2 + mark(name, "v2", number))
                .run(host, folder, RuntimeHost.IMAGE, "LANG", "C");
    }

    /** The five last letters are of those that Kubernetes makes names of (apimachinery's rand.String). */
    static String podName(int number) {
        return "checkout-7d4f9c8b6d-x2kq" + "bcdfghjk".charAt(number);
    }

    /** Two tasks of the family shop, one for each version. */
    void tasks(String name, int number) {
        docker(V1 + mark(name, "v1", number));
        docker(V2 + mark(name, "v2", number));
    }

    private void docker(String script) {
        String label = "--label=com.amazonaws.ecs.";
        host.run(
                "docker",
                "run",
                "--rm",
                "--network=host",
                label + "cluster=prod",
                label + "container-name=web",
                label + "task-definition-family=shop",
                label + "task-definition-version=7",
                label + "task-arn=arn:aws:ecs:eu-west-1:111122223333:task/prod/0123456789abcdef0123456789abcdef",
                RuntimeHost.IMAGE,
                "sh",
                "-c",
                script);
    }
}
