package dev.imdsanalyzer.live;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Shows a person the main job on real traffic: an emulated IMDS, real clients in both versions on a host and in its
 * containers, the analyzer's line for each of their calls, and its report. Leaves the report as a page in the build's folder
 * and nothing else, also when interrupted.
 */
public final class Demo {
    private static final Duration CLIENT_LIMIT = Duration.ofSeconds(20);
    private static final Duration LINE_LIMIT = Duration.ofSeconds(10);
    private static final Duration REPORT_LIMIT = Duration.ofSeconds(20);

    /** What only the demo's script asks for. */
    private static final String SCRIPTS_PATH = "/latest/meta-data/iam/security-credentials/demo-role";

    private static final String SCRIPT = "backup.sh";

    private final Path folder;
    private final Topology topology;
    private final ImdsEmulator emulator;
    private final Analyzer analyzer;
    private final TextOutput text;
    private final Style style;

    private Demo(
            Path folder, Topology topology, ImdsEmulator emulator, Analyzer analyzer, TextOutput text, Style style) {
        this.folder = folder;
        this.topology = topology;
        this.emulator = emulator;
        this.analyzer = analyzer;
        this.text = text;
        this.style = style;
    }

    /** Arguments: {@code --colour} for a terminal. */
    public static void main(String[] arguments) throws IOException {
        Style style = new Style(List.of(arguments).contains("--colour"));
        Path folder = Files.createTempDirectory("imds-demo");
        AtomicBoolean ended = new AtomicBoolean();
        AtomicBoolean stopping = new AtomicBoolean();
        // Runs at the end and on Ctrl-C alike.
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            stopping.set(true);
            Processes.stopAll();
            DemoUnit.closeAll();
            delete(folder);
            if (!ended.get()) {
                System.out.println("\nInterrupted: the namespaces, the processes and the files are removed.");
            }
        }));
        try {
            play(folder, style);
        } catch (RuntimeException failure) {
            // What fails while everything is being removed is no news.
            if (!stopping.get()) {
                throw failure;
            }
        } finally {
            ended.set(!stopping.get());
        }
    }

    private static void play(Path folder, Style style) throws IOException {
        System.out.println(
                style.bold("\nimds-packet-analyzer: who on this host calls the Instance Metadata Service?\n"));
        System.out.println("All of this happens in private network namespaces: one is an EC2 host, one plays IMDS,\n"
                + "two are containers behind the host's bridge and NAT. Nothing leaves them.");
        Path page = Checkout.file("target/demo/report.html");
        Files.writeString(folder.resolve(SCRIPT), "#!/bin/sh\n" + script(), StandardCharsets.UTF_8);
        Files.setPosixFilePermissions(folder.resolve(SCRIPT), PosixFilePermissions.fromString("rwxr-xr-x"));
        try (Topology topology = Topology.create(2);
                ImdsEmulator emulator = ImdsEmulator.start(topology.imds(), folder.resolve("truth.jsonl"));
                Analyzer analyzer = Analyzer.start(topology.host(), folder);
                TextOutput text = TextOutput.start(topology.host(), folder, style.colour())) {
            Demo demo = new Demo(folder, topology, emulator, analyzer, text, style);
            demo.showCallers();
            analyzer.stop();
            demo.showReport();
            demo.writePage(page);
            demo.tally();
        }
        System.out.println(style.dim(
                "\nThe namespaces, the processes and the files of this demo are removed, but for one page.\n"));
        whatNext(page).forEach(System.out::println);
    }

    /** Where to look, and what to do, a line each. */
    static List<String> whatNext(Path page) {
        return List.of(
                "Look:    open " + page + " in a browser: the same report as a page",
                "Install: ./dev package builds a DEB and an RPM; its service starts to watch by itself (docs/install.md)",
                "Decide:  after 14 days imds-packet-analyzer report /var/log/imds-packet-analyzer (docs/deciding.md)");
    }

    private static String script() {
        return "curl -s http://169.254.169.254" + SCRIPTS_PATH + " >/dev/null\n:\n";
    }

    private void showCallers() {
        NetworkNamespace host = topology.host();
        act(
                "A script asks for credentials the old way, IMDSv1",
                host,
                folder.resolve(SCRIPT).toString());
        act("The two lines of AWS's documents, IMDSv2", host, "sh", "-c", withToken());
        act("A Python program, IMDSv2", host, Python.PROGRAM, ClientPrograms.python("urllib_client.py"));
        showUnit(host);
        act("wget over IPv6", host, "wget", "-qO", "/dev/null", "http://[fd00:ec2::254]/latest/user-data");
        act(
                "A container behind NAT: its packets cross three interfaces, its call is one line",
                topology.container(0),
                "curl",
                "-s",
                "-o",
                "/dev/null",
                "http://169.254.169.254/latest/meta-data/placement/region");
        act(
                "A container that asks for a token, with the hop limit at 1: the answer never gets there",
                topology.container(1),
                "curl",
                "-s",
                "--max-time",
                "1",
                "-X",
                "PUT",
                "-H",
                "X-aws-ec2-metadata-token-ttl-seconds: 21600",
                "http://169.254.169.254/latest/api/token");
        act(
                "A caller that is gone before its answer comes",
                host,
                "bash",
                "-c",
                "exec 3<>/dev/tcp/169.254.169.254/80; printf 'GET /latest/meta-data/mac HTTP/1.0\\r\\n\\r\\n' >&3");
        emulator.set("tokens", "required");
        act(
                "IMDSv2 is required now: whoever still speaks IMDSv1 is refused",
                host,
                folder.resolve(SCRIPT).toString());
    }

    private void showUnit(NetworkNamespace host) {
        List<String> program = List.of(
                Python.PROGRAM,
                "-c",
                "import urllib.request as u; u.urlopen('http://169.254.169.254/latest/meta-data/instance-id').read()");
        DemoUnit.create("imds-demo.service").ifPresent(unit -> {
            try (unit) {
                act("A service of systemd's", host, program, unit.inside(program));
            }
        });
    }

    private static String withToken() {
        return "TOKEN=$(curl -s -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 21600' "
                + "http://169.254.169.254/latest/api/token); "
                + "curl -s -o /dev/null -H \"X-aws-ec2-metadata-token: $TOKEN\" "
                + "http://169.254.169.254/latest/meta-data/instance-id; :";
    }

    private void act(String title, NetworkNamespace namespace, String... command) {
        act(title, namespace, List.of(command), List.of(command));
    }

    /** Runs one client, and waits until its calls are told. */
    private void act(String title, NetworkNamespace namespace, List<String> shown, List<String> command) {
        int before = emulator.truth().size();
        System.out.println("\n" + style.bold(title));
        System.out.println(style.dim("$ " + String.join(" ", shown)));
        Process process = Processes.start(namespace
                .command(command)
                .redirectErrorStream(true)
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD));
        if (!Processes.exits(process, CLIENT_LIMIT)) {
            process.destroyForcibly();
        }
        // A client may be gone before IMDS has read its request.
        Await.holds(LINE_LIMIT, () -> emulator.truth().size() > before);
        int expected = emulator.truth().size();
        boolean told =
                Await.holds(LINE_LIMIT, () -> analyzer.requests().size() >= expected && text.count() >= expected);
        text.print();
        if (!told) {
            System.out.println(style.bold("not every call was told: " + analyzer.diagnostics()));
        }
    }

    private void showReport() {
        System.out.println("\n" + style.bold("The report on these calls") + "\n"
                + style.dim("$ imds-packet-analyzer report imds.jsonl"));
        ProcessBuilder report = new ProcessBuilder(
                Checkout.application().resolve("bin/imds-packet-analyzer").toString(),
                "report",
                folder.resolve("imds.jsonl").toString());
        // Its exit code tells the verdict, so any may come.
        System.out.println(Processes.output(report, REPORT_LIMIT));
    }

    private void writePage(Path page) throws IOException {
        Files.createDirectories(page.getParent());
        Files.deleteIfExists(page);
        String complaint = Processes.output(
                new ProcessBuilder(
                        Checkout.application()
                                .resolve("bin/imds-packet-analyzer")
                                .toString(),
                        "report",
                        "--format",
                        "html",
                        "--output",
                        page.toString(),
                        folder.resolve("imds.jsonl").toString()),
                REPORT_LIMIT);
        if (!Files.exists(page)) {
            System.out.println(style.bold("the page was not written: " + complaint));
        }
    }

    private void tally() {
        List<LogLine> lines = analyzer.requests();
        long named = lines.stream()
                .filter(line -> line.text("process.pid").isPresent())
                .count();
        System.out.println(
                style.bold("The emulated IMDS saw " + emulator.truth().size() + " calls; the log has " + lines.size()
                        + ", and names the program of " + named + "."));
        List<LogLine> scripts = lines.stream()
                .filter(line -> line.target().equals(SCRIPTS_PATH))
                .toList();
        long labelled = scripts.stream()
                .filter(line -> line.text("caller.label").orElse("").contains(SCRIPT))
                .count();
        System.out.println("Of the " + scripts.size() + " calls of " + SCRIPT + ", which itself runs curl, " + labelled
                + " bear its name.");
    }

    private static void delete(Path folder) {
        try (var paths = Files.walk(folder)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Bold and dim, on a terminal. */
    record Style(boolean colour) {
        String bold(String text) {
            return colour ? "\u001b[1m" + text + "\u001b[0m" : text;
        }

        String dim(String text) {
            return colour ? "\u001b[2m" + text + "\u001b[0m" : text;
        }
    }
}
