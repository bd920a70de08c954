package dev.imdsanalyzer.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Containers of Docker, ECS, Compose, podman and ctr, named by the analyzer as root and as an ordinary user. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class RuntimeTests {
    private static final String TASK = "0123456789abcdef0123456789abcdef";
    private static final String NAMELESS = "b333".repeat(16);
    private static final String ECS = "--label=com.amazonaws.ecs.";

    private final RuntimeHost.Groups groups;
    private RuntimeScene scene;

    /** @param groups of the host that they run on */
    RuntimeTests(RuntimeHost.Groups groups) {
        this.groups = groups;
    }

    @BeforeAll
    void setScene(@TempDir Path temporary) throws IOException {
        scene = RuntimeScene.start(groups, temporary);
    }

    @AfterAll
    void close() {
        if (scene != null) {
            scene.close();
        }
    }

    private void run(String... command) {
        scene.host().run(command);
    }

    private String[] podman(String command, String... arguments) {
        List<String> words = new ArrayList<>(scene.host().podman());
        words.add(command);
        return RuntimeCommands.words(words, arguments);
    }

    @Test
    void namesATaskWhoseContainerNobodyNames() {
        run(scene.commands()
                .ctr(
                        "default",
                        List.of("--cgroup=/ecs/" + TASK + "/" + NAMELESS),
                        NAMELESS,
                        RuntimeScene.call("nameless-task")));
        scene.assertNamed(
                "nameless-task", "aws.ecs.task.id=" + TASK, "container.id=" + NAMELESS, "container.runtime=ecs");
    }

    @Test
    void namesAContainerOfDocker() {
        run(scene.commands().docker(List.of("--name=shop-once"), RuntimeScene.call("docker-rm")));
        scene.assertNamed(
                "docker-rm",
                "container.name=shop-once",
                "container.runtime=docker",
                "container.image.name=registry.example.com/shop/web",
                "container.image.tag/0=7",
                "caller.label=shop-once: busybox (Wget)");
    }

    @Test
    void namesContainersOfDockerThatAreRenamed() {
        run("docker", "run", "-d", "--name=before", "--network=host", RuntimeHost.IMAGE);
        run(RuntimeCommands.words(List.of("docker", "exec", "before"), RuntimeScene.call("docker-exec")));
        scene.assertNamed("docker-exec", "container.name=before");
        run("docker", "rename", "before", "after");
        assertRenamed("docker-renamed-", "docker", "exec", "after");
    }

    private void assertRenamed(String call, String... execute) {
        Await.until(
                "the new name is told",
                RuntimeScene.LOG_LIMIT,
                () -> {
                    String name = call + System.nanoTime();
                    run(RuntimeCommands.words(List.of(execute), RuntimeScene.call(name)));
                    return scene.lines(name).stream()
                            .allMatch(line -> line.text("container.name").equals(Optional.of("after")));
                },
                () -> "");
    }

    /** Named by its labels, its task also by its control group; one that loops as well as one that is gone at once. */
    @Test
    void namesATaskOfEcs() {
        String arn = "arn:aws:ecs:eu-west-1:111122223333:task/prod/" + TASK;
        List<String> labels = List.of(
                "--name=ecs-shop-7-web-c0ffee",
                "--cgroup-parent=/ecs/" + TASK,
                ECS + "cluster=prod",
                ECS + "container-name=web",
                ECS + "task-arn=" + arn,
                ECS + "task-definition-family=shop",
                ECS + "task-definition-version=7");
        run(scene.commands().docker(labels, RuntimeScene.call("ecs")));
        String twice = "for i in 1 2; do wget -q -O - '" + RuntimeScene.url("ecs-") + "'$i; sleep 1; done";
        run(scene.commands().docker(labels, "sh", "-c", twice));
        for (String call : List.of("ecs", "ecs-1", "ecs-2")) {
            scene.assertNamed(
                    call,
                    "container.name=ecs-shop-7-web-c0ffee",
                    "container.runtime=ecs",
                    "aws.ecs.cluster.name=prod",
                    "aws.ecs.container.name=web",
                    "aws.ecs.task.arn=" + arn,
                    "aws.ecs.task.id=" + TASK,
                    "aws.ecs.task.family=shop",
                    "aws.ecs.task.revision=7",
                    "caller.workload=shop web",
                    "caller.label=shop web: busybox (Wget)");
        }
    }

    @Test
    void tellsThePauseContainerOfATask() {
        run(scene.commands()
                .docker(
                        List.of(
                                "--cgroup-parent=/ecs/" + TASK,
                                ECS + "container-name=~internal~ecs~pause",
                                ECS + "task-definition-family=shop"),
                        RuntimeScene.call("ecs-pause")));
        scene.assertNamed("ecs-pause", "container.type=sandbox", "aws.ecs.task.id=" + TASK);
    }

    @Test
    void namesAServiceOfCompose() {
        List<String> labels = List.of(
                "--name=shop-front-2",
                "--label=com.docker.compose.project=shop",
                "--label=com.docker.compose.service=front");
        run(scene.commands().docker(labels, RuntimeScene.call("compose")));
        scene.assertNamed("compose", "container.name=shop-front-2", "caller.label=shop/front: busybox (Wget)");
    }

    @Test
    void namesContainersOfPodman() {
        run(scene.commands().podman(List.of("--name=shop-api"), RuntimeScene.call("podman-rm")));
        scene.assertNamed(
                "podman-rm",
                "container.name=shop-api",
                "container.runtime=podman",
                "container.image.name=registry.example.com/shop/web",
                "container.image.tag/0=7",
                "caller.label=shop-api: busybox (Wget)");
    }

    @Test
    void namesContainersOfPodmanThatAreRenamed() {
        List<String> detached = List.of("-d", "--name=shop-worker", RuntimeHost.IMAGE);
        run(podman("run", RuntimeCommands.words(RuntimeHost.PODMAN_RUN, detached.toArray(String[]::new))));
        run(podman("exec", RuntimeCommands.words(List.of("shop-worker"), RuntimeScene.call("podman-exec"))));
        scene.assertNamed("podman-exec", "container.name=shop-worker");
        run(podman("rename", "shop-worker", "after"));
        assertRenamed("podman-renamed-", podman("exec", "after"));
    }

    @Test
    void namesContainersOfCtr() {
        run(scene.commands().ctr("default", List.of("--label=team=billing"), "batch-job", RuntimeScene.call("ctr")));
        scene.assertNamed("ctr", "container.name=batch-job", "container.runtime=containerd");
        assertThat(scene.lines("ctr"))
                .allMatch(line -> line.text("container.image.name").isEmpty());
    }

    /** A user's own, who is root there: told as his, whatever his files call it. One stays for a while, the other does not. */
    @Test
    void namesContainersOfAnOrdinaryUsersPodman() {
        String stays = "wget -q -O - '" + RuntimeScene.url("rootless") + "'; sleep 1";
        run(RuntimeCommands.usersPodman(List.of("--name=mine"), "sh", "-c", stays));
        run(RuntimeCommands.usersPodman(List.of("--name=mine-once"), RuntimeScene.call("rootless-once")));
        assertMine("rootless", "mine");
        assertMine("rootless-once", "mine-once");
    }

    private void assertMine(String call, String name) {
        scene.assertNamed(
                call,
                "container.name=" + name,
                "container.runtime=podman",
                "container.image.name=registry.example.com/shop/web",
                "container.image.tag/0=7",
                "user.id=1234");
        assertThat(scene.lines(call)).allSatisfy(line -> {
            assertThat(line.text("caller.label").orElse("")).startsWith("rootless podman " + name + ": ");
            assertThat(line.text("attribution.reason").orElse("")).contains("the container is user 1234's own");
        });
    }
}
