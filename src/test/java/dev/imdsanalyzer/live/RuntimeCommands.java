package dev.imdsanalyzer.live;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Command lines that run a container to its end, of the image that each runtime has, on the host's network. */
final class RuntimeCommands {
    private static final String SECRET = "--env=DB_PASSWORD=" + RuntimeScene.SECRET;

    private final RuntimeHost host;

    RuntimeCommands(RuntimeHost host) {
        this.host = host;
    }

    static String[] words(List<String> first, String... more) {
        List<String> words = new ArrayList<>(first);
        words.addAll(Arrays.asList(more));
        return words.toArray(String[]::new);
    }

    private static String[] run(List<String> runtime, List<String> options, String... command) {
        List<String> words = new ArrayList<>(runtime);
        words.addAll(options);
        words.add(RuntimeHost.IMAGE);
        return words(words, command);
    }

    /** {@code docker run --rm}, the options before the image. */
    String[] docker(List<String> options, String... command) {
        return run(List.of("docker", "run", "--rm", "--network=host", SECRET), options, command);
    }

    /** {@code podman run --rm}. */
    String[] podman(List<String> options, String... command) {
        List<String> runtime = new ArrayList<>(host.podman());
        runtime.add("run");
        runtime.addAll(RuntimeHost.PODMAN_RUN);
        runtime.addAll(List.of("--rm", SECRET));
        return run(runtime, options, command);
    }

    /** {@code podman run --rm} of an ordinary user. */
    static String[] usersPodman(List<String> options, String... command) {
        List<String> runtime = new ArrayList<>(RuntimeHost.usersPodman());
        runtime.addAll(List.of("run", "--rm", "--pids-limit=0", "--network=host", SECRET));
        return run(runtime, options, command);
    }

    /** {@code ctr run --rm}; what a container is called is its identifier. */
    String[] ctr(String namespace, List<String> options, String id, String... command) {
        List<String> runtime = new ArrayList<>(
                List.of("ctr", "-n", namespace, "run", "--rm", "--net-host", "--snapshotter=native", SECRET));
        runtime.addAll(host.ctrOptions());
        List<String> named = new ArrayList<>(List.of(id));
        named.addAll(Arrays.asList(command));
        return run(runtime, options, named.toArray(String[]::new));
    }
}
