package dev.imdsanalyzer.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Pods as a kubelet has containerd make them: over CRI, and by ctr with the annotations and control groups of other makers. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class PodTests {
    private static final String POD_UID = "4f1d2c3b-5a69-4788-9d0e-1b2c3d4e5f60";
    private static final String CRI_UID = "5a2e3d4c-6b70-4899-ae1f-2c3d4e5f6071";
    private static final String CRI = "--annotation=io.kubernetes.cri.";

    private final RuntimeHost.Groups groups;
    private RuntimeScene scene;
    private Path folder;

    /** @param groups of the host that they run on */
    PodTests(RuntimeHost.Groups groups) {
        this.groups = groups;
    }

    @BeforeAll
    void setScene(@TempDir Path temporary) throws IOException {
        scene = RuntimeScene.start(groups, temporary);
        folder = temporary;
    }

    @AfterAll
    void close() {
        if (scene != null) {
            scene.close();
        }
    }

    /** Init container, two others, what is executed in one, and in the pause container itself. */
    @Test
    void namesPodsThatContainerdMakesOverItsRuntimeInterface() {
        List<String> ids = new CriPod("shop", "checkout-7d4f9c8b6d-z4kqb", CRI_UID)
                .container("migrate", RuntimeScene.call("cri-init"))
                .container("web", RuntimeScene.call("cri-web"))
                .container("sidecar", RuntimeScene.call("cri-sidecar"))
                .executing("worker", RuntimeScene.call("cri-exec"))
                .executing(CriPod.SANDBOX, RuntimeScene.call("cri-pause"))
                .run(scene.host(), folder, RuntimeHost.IMAGE, "DB_PASSWORD", RuntimeScene.SECRET);
        assertThat(ids).hasSize(5);
        assertContainer("cri-init", "migrate", ids.get(1));
        assertContainer("cri-web", "web", ids.get(2));
        assertContainer("cri-sidecar", "sidecar", ids.get(3));
        assertContainer("cri-exec", "worker", ids.get(4));
        scene.assertNamed(
                "cri-pause",
                "container.id=" + ids.get(0),
                "container.type=sandbox",
                "k8s.pod.name=checkout-7d4f9c8b6d-z4kqb",
                "caller.workload=shop/checkout (pause)");
    }

    private void assertContainer(String call, String container, String id) {
        scene.assertNamed(
                call,
                "container.id=" + id,
                "container.runtime=containerd",
                "k8s.pod.name=checkout-7d4f9c8b6d-z4kqb",
                "k8s.pod.uid=" + CRI_UID,
                "k8s.namespace.name=shop",
                "k8s.container.name=" + container,
                "container.image.name=registry.example.com/shop/web",
                "caller.workload=shop/checkout " + container,
                "caller.label=shop/checkout " + container + ": busybox (Wget)");
    }

    /** With annotations and control groups as the kubelet has containerd make them. */
    private void pod(String id, String type, String container, String name) {
        String whole = id.repeat(16);
        List<String> options = new ArrayList<>(List.of(
                "--cgroup=/kubepods/burstable/pod" + POD_UID + "/" + whole,
                CRI + "container-type=" + type,
                CRI + "sandbox-id=" + "3a3c".repeat(16),
                CRI + "sandbox-name=checkout-7d4f9c8b6d-x2kqp",
                CRI + "sandbox-namespace=shop",
                CRI + "sandbox-uid=" + POD_UID));
        if (container != null) {
            options.addAll(List.of(CRI + "container-name=" + container, CRI + "image-name=" + RuntimeHost.IMAGE));
        }
        scene.host().run(scene.commands().ctr("k8s.io", options, whole, RuntimeScene.call(name)));
    }

    @Test
    void namesEachContainerOfAPodAndTellsItsSandbox() {
        pod("a111", "container", "web", "pod-web");
        scene.assertNamed(
                "pod-web",
                "k8s.pod.name=checkout-7d4f9c8b6d-x2kqp",
                "k8s.pod.uid=" + POD_UID,
                "k8s.namespace.name=shop",
                "k8s.container.name=web",
                "container.name=web",
                "container.image.name=registry.example.com/shop/web",
                "container.image.tag/0=7",
                "caller.label=shop/checkout web: busybox (Wget)");
        pod("a222", "container", "sidecar", "pod-sidecar");
        scene.assertNamed("pod-sidecar", "caller.label=shop/checkout sidecar: busybox (Wget)");
        pod("3a3c", "sandbox", null, "pod-sandbox");
        scene.assertNamed(
                "pod-sandbox", "container.type=sandbox", "caller.label=shop/checkout (pause): busybox (Wget)");
    }
}
