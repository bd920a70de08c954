package dev.imdsanalyzer.live;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What {@code src/bench/container.sh} measures: the packaged program as the service's user, and the image in the DaemonSet's
 * pod, taking turns on one machine. From the start of the process to the line that says it is ready, and its memory after some
 * calls.
 */
final class ContainerFigures {
    private static final int ROUNDS = 5;
    private static final int CALLS = 20;
    private static final Duration LIMIT = Duration.ofSeconds(60);
    /** USER_HZ, in which /proc/PID/stat counts, on every architecture there is a package for. */
    private static final long TICKS_PER_SECOND = 100;

    private static final Path TREE =
            Checkout.file("target/package/native-amd64/root/opt/imds-packet-analyzer/bin/imds-packet-analyzer");

    /** In milliseconds and KiB. */
    private record Figures(long ready, long resident, long proportional, long anonymous) {}

    private ContainerFigures() {}

    public static void main(String[] arguments) throws IOException {
        Path folder = Files.createTempDirectory("imds-container-figures");
        // The service's user goes through it.
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        try (ImdsScene scene = ImdsScene.create(folder, 0);
                RuntimeHost host = RuntimeHost.start(scene.topology().host(), folder)) {
            ImageHost image = ImageHost.load(host, folder);
            List<Figures> services = new ArrayList<>();
            List<Figures> containers = new ArrayList<>();
            for (int round = 0; round < ROUNDS; round++) {
                services.add(service(scene, Files.createDirectory(folder.resolve("service" + round))));
                containers.add(container(scene, host, image, "pod" + round));
                System.out.printf("%s%n%s%n", services.get(round), containers.get(round));
            }
            print("service", services);
            print("container", containers);
        } finally {
            Processes.run(new ProcessBuilder("rm", "-rf", folder.toString()), "", LIMIT);
        }
    }

    private static Figures service(ImdsScene scene, Path folder) throws IOException {
        OrdinaryUser.own(folder);
        Path log = folder.resolve("imds.jsonl");
        List<String> command = new ArrayList<>(List.of(OrdinaryUser.without("").split(" ", -1)));
        command.addAll(List.of(TREE.toString(), "run", "--output", log.toString(), "--set", "output.fold_seconds=0"));
        Process process = Processes.start(scene.topology()
                .host()
                .command(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(folder.resolve("err").toFile()));
        try {
            return figures(scene, "service", process.pid(), () -> lines(log));
        } finally {
            Processes.stop(process);
        }
    }

    private static Figures container(ImdsScene scene, RuntimeHost host, ImageHost image, String name)
            throws IOException {
        try (ImageContainer container = image.startByManifest(name, PodManifest.shipped())) {
            container.awaitStart();
            return figures(scene, "container", container.pid(host), container::lines);
        }
    }

    private static Figures figures(ImdsScene scene, String name, long pid, Supplier<List<LogLine>> log)
            throws IOException {
        Await.until(
                "it is ready",
                LIMIT,
                () -> started(log.get()) != null,
                () -> log.get().toString());
        scene.calls(name, CALLS);
        String last = name + "." + CALLS;
        Await.until(
                "the calls are logged",
                LIMIT,
                () -> log.get().stream()
                        .anyMatch(line -> line.isRequest() && line.target().endsWith(last)),
                () -> log.get().toString());
        String memory = Files.readString(Path.of("/proc/" + pid + "/smaps_rollup"));
        return new Figures(
                Duration.between(processStart(pid), started(log.get())).toMillis(),
                kib(memory, "Rss"),
                kib(memory, "Pss"),
                kib(memory, "Anonymous"));
    }

    private static Instant started(List<LogLine> lines) {
        return lines.stream()
                .filter(line -> line.text("event.action")
                        .filter("analyzer-started"::equals)
                        .isPresent())
                .map(line -> Instant.parse(line.text("timestamp").orElseThrow()))
                .findFirst()
                .orElse(null);
    }

    /** By field 22 of /proc/PID/stat, proc_pid_stat(5), and btime, the time of the boot; to the hundredth of a second. */
    private static Instant processStart(long pid) throws IOException {
        String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
        long ticks = Long.parseLong(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[19]);
        double uptime =
                Double.parseDouble(Files.readString(Path.of("/proc/uptime")).split(" ", -1)[0]);
        Instant boot = Instant.now().minusMillis(Math.round(uptime * 1000));
        return boot.plusMillis(ticks * 1000 / TICKS_PER_SECOND);
    }

    private static long kib(String rollup, String name) {
        Matcher line = Pattern.compile("(?m)^" + name + ":\\s+(\\d+) kB").matcher(rollup);
        if (!line.find()) {
            throw new IllegalStateException(name + " is missing: " + rollup);
        }
        return Long.parseLong(line.group(1));
    }

    private static List<LogLine> lines(Path log) {
        try {
            String text = Files.exists(log) ? Files.readString(log) : "";
            return text.substring(0, text.lastIndexOf('\n') + 1)
                    .lines()
                    .map(LogLine::of)
                    .toList();
        } catch (IOException failure) {
            throw new java.io.UncheckedIOException(failure);
        }
    }

    private static void print(String name, List<Figures> figures) {
        for (Map.Entry<String, java.util.function.ToLongFunction<Figures>> each :
                Map.<String, java.util.function.ToLongFunction<Figures>>of(
                                "ready ms", Figures::ready,
                                "Rss KiB", Figures::resident,
                                "Pss KiB", Figures::proportional,
                                "anonymous KiB", Figures::anonymous)
                        .entrySet()) {
            long[] sorted = figures.stream().mapToLong(each.getValue()).sorted().toArray();
            System.out.printf(
                    "%-10s %-14s median %d, %d to %d%n",
                    name, each.getKey(), sorted[sorted.length / 2], sorted[0], sorted[sorted.length - 1]);
        }
    }
}
