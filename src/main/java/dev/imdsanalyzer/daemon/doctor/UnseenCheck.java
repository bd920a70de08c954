package dev.imdsanalyzer.daemon.doctor;

import dev.imdsanalyzer.config.Configuration;
import dev.imdsanalyzer.daemon.OutputDestinations;
import dev.imdsanalyzer.daemon.host.HostFile;
import dev.imdsanalyzer.output.file.Destination;
import dev.imdsanalyzer.status.Counter;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Whether the capture shows all that connects to IMDS, as the newest lines of the log tell. */
final class UnseenCheck {
    private static final String NAME = "unseen";

    /** Of the newest file, from its end: some hundred lines. */
    private static final int TAIL_BYTES = 1 << 20;

    private static final Pattern COUNT = Pattern.compile("\"" + Counter.CONNECTS_UNSEEN.label() + "\":(\\d{1,18})");
    private static final String SUMMARY = "\"imds-summary\"";
    private static final String GAP = "\"capture-gap\"";
    private static final Pattern REASON = Pattern.compile("\"reason\":\"[^\"]*seen by the kernel[^\"]*: ([^\"]*)\"");

    private UnseenCheck() {}

    static Check of(Configuration configuration) {
        Destination destination = OutputDestinations.destination(configuration);
        if (destination.path() == null) {
            return Check.ok(NAME, "the log is on standard output: its summaries tell whether a connect was not shown");
        }
        try {
            Path file = newest(destination.path());
            return file == null ? Check.ok(NAME, "no line was written yet") : of(tail(file));
        } catch (IOException e) {
            return Check.ok(NAME, "the log may not be read by this user: " + HostFile.reason(e));
        }
    }

    /** @param lines the newest, as they stand in the log */
    static Check of(String lines) {
        long unseen = 0;
        String whose = "";
        boolean any = false;
        for (String line : lines.split("\n", -1)) {
            Matcher count = COUNT.matcher(line);
            if (line.contains(SUMMARY) && count.find()) {
                any = true;
                unseen = Long.parseLong(count.group(1));
            }
            Matcher reason = REASON.matcher(line);
            if (line.contains(GAP) && reason.find()) {
                whose = ", lately " + reason.group(1);
            }
        }
        if (unseen == 0) {
            return Check.ok(
                    NAME,
                    any
                            ? "the capture has shown each connect to IMDS since the analyzer's start"
                            : "no summary was written yet");
        }
        return Check.weak(
                NAME,
                unseen + " connects to IMDS since the analyzer's start whose packets the capture does not show" + whose,
                "what they asked is not in the log, and the report does not say READY while there are any",
                "a proxy in that container or pod takes them (look at its nft or iptables rules), or it has a network device"
                        + " of its own (macvlan, ipvlan, another interface): capture there, or take the proxy away");
    }

    /** The file itself, or the newest one in the folder; null where there is none. */
    private static Path newest(Path place) throws IOException {
        if (!Files.isDirectory(place)) {
            return Files.isRegularFile(place) ? place : null;
        }
        try (Stream<Path> files = Files.list(place)) {
            Optional<Path> newest = files.filter(
                            file -> file.getFileName().toString().endsWith(".jsonl") && Files.isRegularFile(file))
                    .max(Comparator.comparingLong(file -> file.toFile().lastModified()));
            return newest.orElse(null);
        }
    }

    private static String tail(Path file) throws IOException {
        try (RandomAccessFile opened = new RandomAccessFile(file.toFile(), "r")) {
            long from = Math.max(0, opened.length() - TAIL_BYTES);
            byte[] bytes = new byte[(int) Math.min(TAIL_BYTES, opened.length() - from)];
            opened.seek(from);
            opened.readFully(bytes);
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }
}
