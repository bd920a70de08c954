package dev.imdsanalyzer.live;

import dev.imdsanalyzer.output.line.LineValidator;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/** One container with the analyzer, whose standard output is its log. */
final class ImageContainer implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofMinutes(2);

    private final Process client;
    private final String id;
    private final Supplier<String> out;
    private final Supplier<String> err;
    private final Runnable stop;

    /**
     * @param client ends when the container has ended and was removed
     * @param id by which the runtime knows the container
     * @param stop asks the runtime to stop it
     */
    ImageContainer(Process client, String id, Supplier<String> out, Supplier<String> err, Runnable stop) {
        this.client = client;
        this.id = id;
        this.out = out;
        this.err = err;
        this.stop = stop;
    }

    /** Its first process, as containerd on that host knows it. */
    long pid(RuntimeHost host) {
        return host.run("ctr", "-n", "k8s.io", "tasks", "ls")
                .lines()
                .filter(line -> line.startsWith(id))
                .map(line -> Long.valueOf(line.split("\\s+", -1)[1]))
                .findFirst()
                .orElseThrow();
    }

    List<LogLine> lines() {
        String text = out.get();
        return text.substring(0, text.lastIndexOf('\n') + 1)
                .lines()
                .map(LogLine::of)
                .toList();
    }

    List<LogLine> action(String action) {
        return lines().stream()
                .filter(line -> line.text("event.action").filter(action::equals).isPresent())
                .toList();
    }

    /** Lines of requests whose target ends in this. */
    List<LogLine> requests(String mark) {
        return lines().stream()
                .filter(line -> line.isRequest() && line.target().endsWith(mark))
                .toList();
    }

    /** Everything on its standard error. */
    String diagnostics() {
        return err.get();
    }

    String said() {
        return err.get() + out.get();
    }

    void awaitStart() {
        Await.until(
                "it says that it started",
                LIMIT,
                () -> !action("analyzer-started").isEmpty(),
                this::said);
    }

    /** Stops it as its runtime does, and gives all lines, each checked against the schema. */
    List<LogLine> end() {
        stop.run();
        if (!Processes.exits(client, LIMIT)) {
            throw new AssertionError("it does not stop: " + said());
        }
        List<LogLine> lines = lines();
        lines.forEach(line -> LineValidator.check(line.raw()));
        return lines;
    }

    @Override
    public void close() {
        if (client.isAlive()) {
            stop.run();
            Processes.exits(client, LIMIT);
        }
        Processes.stop(client);
    }
}
