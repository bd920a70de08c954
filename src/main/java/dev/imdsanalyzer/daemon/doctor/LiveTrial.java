package dev.imdsanalyzer.daemon.doctor;

import dev.imdsanalyzer.config.Configuration;
import dev.imdsanalyzer.config.ConfigurationException;
import dev.imdsanalyzer.config.ConfigurationReader;
import dev.imdsanalyzer.config.Setting;
import dev.imdsanalyzer.daemon.LiveAnalyzer;
import dev.imdsanalyzer.daemon.host.HostFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The whole way once: a live analyzer that writes to a temporary folder, one {@link TokenRequest}, and its line read back.
 * Ends within {@link #READY_LIMIT} and {@link #LINE_LIMIT} together, and removes what it made.
 */
final class LiveTrial {
    private static final Duration READY_LIMIT = Duration.ofSeconds(10);

    /** Longer than a line waits for its answer and its caller's name by default. */
    private static final Duration LINE_LIMIT = Duration.ofSeconds(8);

    private static final Duration END_LIMIT = Duration.ofSeconds(5);
    private static final long POLL_MILLIS = 20;
    private static final JsonMapper JSON = new JsonMapper();

    private final ConfigurationReader reader;
    private final String version;

    /** @param reader with the configuration to be tried, without problems; its output is changed */
    LiveTrial(ConfigurationReader reader, String version) {
        this.reader = reader;
        this.version = version;
    }

    Check run() throws InterruptedException {
        try {
            Path folder = Files.createTempDirectory("imds-packet-analyzer-doctor");
            try {
                return runIn(folder);
            } finally {
                Files.deleteIfExists(ready(folder));
                Files.deleteIfExists(log(folder));
                Files.deleteIfExists(folder);
            }
        } catch (ConfigurationException e) {
            return failed(HostFile.reason(e));
        } catch (IOException e) {
            return failed("a temporary log cannot be written: " + HostFile.reason(e));
        }
    }

    private Check runIn(Path folder) throws ConfigurationException, InterruptedException {
        LiveAnalyzer analyzer = new LiveAnalyzer(
                new LiveAnalyzer.Request(configuration(folder), null, version, ready(folder), 0, 0, false, List.of()));
        FutureTask<Integer> capture = new FutureTask<>(analyzer::run);
        Thread thread = new Thread(capture, "doctor-capture");
        thread.setDaemon(true);
        thread.start();
        boolean ready = await(READY_LIMIT, () -> Files.exists(ready(folder)) || capture.isDone());
        if (!ready || capture.isDone()) {
            return failed(ready ? end(capture) : "the capture was not ready within " + READY_LIMIT.toSeconds() + " s");
        }
        TokenRequest request = TokenRequest.send();
        // Where nothing could be connected to there is no request, and so no line to wait for.
        if (request.answered()) {
            await(LINE_LIMIT, () -> ownLine(log(folder)) != null);
        }
        analyzer.stop("the trial is over");
        String failure = end(capture);
        return failure != null ? failed(failure) : LiveVerdict.of(request, ownLine(log(folder)), ownPid());
    }

    private Configuration configuration(Path folder) throws ConfigurationException {
        return reader.option("--live", Setting.OUTPUT_DESTINATION, log(folder).toString())
                .option("--live", Setting.OUTPUT_FORMAT, "json")
                .option("--live", Setting.OUTPUT_FOLD_SECONDS, "0")
                .read();
    }

    /** Why the capture failed; null if it did not. */
    private static String end(FutureTask<Integer> capture) throws InterruptedException {
        try {
            capture.get(END_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
            return null;
        } catch (ExecutionException e) {
            return HostFile.reason(e.getCause());
        } catch (TimeoutException e) {
            return "the capture did not end within " + END_LIMIT.toSeconds() + " s";
        }
    }

    private static Check failed(String reason) {
        return Check.missing(
                "live", "not tried: " + reason, "no call may be seen", "mend what is missing above, and try again");
    }

    /** The line of our own request; null as long as it is not there. A last line that is not whole is left for later. */
    private static JsonNode ownLine(Path log) {
        String text = HostFile.text(log);
        for (String line : text.substring(0, text.lastIndexOf('\n') + 1).lines().toList()) {
            if (line.contains(TokenRequest.USER_AGENT)) {
                JsonNode node = parse(line);
                if (node.at("/user_agent/original").asString("").equals(TokenRequest.USER_AGENT)) {
                    return node;
                }
            }
        }
        return null;
    }

    private static JsonNode parse(String line) {
        try {
            return JSON.readTree(line);
        } catch (JacksonException e) {
            return JSON.createObjectNode();
        }
    }

    private static boolean await(Duration limit, BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline >= 0) {
                return false;
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
        return true;
    }

    private static Path ready(Path folder) {
        return folder.resolve("ready");
    }

    private static Path log(Path folder) {
        return folder.resolve("trial.jsonl");
    }

    private static long ownPid() {
        return ProcessHandle.current().pid();
    }
}
