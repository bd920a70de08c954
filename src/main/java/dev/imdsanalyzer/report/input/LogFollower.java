package dev.imdsanalyzer.report.input;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;

/**
 * Hands on the lines of logs that are still being written: of named files, of every file of named folders (a dated file that is
 * new there too), or of standard input. A line is taken once it is whole.
 *
 * <p>A file is told from others by its inode where there is one, so that one that is renamed is not read again; one that
 * became shorter is read from its start. Packed files do not grow: they are read once.
 */
public final class LogFollower {
    private static final long PAUSE_MILLIS = 250;
    private static final int CHUNK_BYTES = 1024 * 1024;

    private static final Pattern NUMBER = Pattern.compile("\\d+");

    private final EventHandler handler;
    private final Runnable afterPass;
    private final InputCounts counts = new InputCounts();
    private final LineSources sources = new LineSources();
    private final Map<Object, Long> offsets = new HashMap<>();
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final CompletableFuture<Void> pipeEnded = new CompletableFuture<>();

    /** @param afterPass called when nothing more is there for the moment */
    public LogFollower(EventHandler handler, Runnable afterPass) {
        this.handler = handler;
        this.afterPass = afterPass;
    }

    /**
     * Reads what is there, and then what comes, until {@link #stop} or {@code over}; standard input to its end.
     *
     * @param over asked after each pass whether nobody reads any more
     * @throws java.nio.file.NoSuchFileException if an argument names nothing at the start
     */
    public InputCounts follow(List<String> arguments, InputStream standardInput, BooleanSupplier over)
            throws IOException, InterruptedException {
        boolean piped = arguments.equals(List.of("-"));
        for (LogSource source : LogSources.find(arguments, standardInput, counts)) {
            if (!piped && arguments.contains(source.name())) {
                SourceProbe.of(source);
            }
        }
        if (piped) {
            followPipe(new LineCursor(standardInput, counts, CHUNK_BYTES));
            return counts;
        }
        do {
            pass(arguments, standardInput);
            afterPass.run();
        } while (!over.getAsBoolean() && !stopped.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS));
        return counts;
    }

    /** Ends {@link #follow} after its pass, or while it waits for standard input; any thread. */
    public void stop() {
        stopped.countDown();
        pipeEnded.complete(null);
    }

    /** A read of a pipe or terminal cannot be ended from outside, so it has a thread that may be left behind in it. */
    private void followPipe(LineCursor cursor) throws IOException, InterruptedException {
        Thread reading = new Thread(
                () -> {
                    try {
                        drain(cursor, sources.ofPipe("standard input"));
                        pipeEnded.complete(null);
                    } catch (IOException | RuntimeException e) {
                        pipeEnded.completeExceptionally(e);
                    }
                },
                "standard input");
        reading.setDaemon(true);
        reading.start();
        try {
            pipeEnded.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException failure) {
                throw failure;
            }
            throw new IllegalStateException("standard input", e.getCause());
        } finally {
            stopped.countDown();
            synchronized (this) {
                // From here on no line is handed on.
                afterPass.run();
            }
        }
    }

    private void pass(List<String> arguments, InputStream standardInput) {
        Set<Object> seen = new HashSet<>();
        for (String argument : arguments) {
            try {
                List<LogSource> found = LogSources.find(List.of(argument), standardInput, new InputCounts());
                found.sort(Comparator.comparing(LogFollower::order));
                for (LogSource source : found) {
                    if (source.file() != null) {
                        seen.add(take(source));
                    }
                }
            } catch (IOException e) {
                // What went away may come again under its name.
            }
        }
        // Bounded by what the folders hold.
        offsets.keySet().retainAll(seen);
    }

    /** Dated files in the order in which they were begun: the tenth of a day after the second. */
    private static String order(LogSource source) {
        return NUMBER.matcher(source.name())
                .replaceAll(number -> "0".repeat(Math.max(0, 12 - number.group().length())) + number.group());
    }

    private Object take(LogSource source) throws IOException {
        Path file = source.file();
        Object key = Files.readAttributes(file, BasicFileAttributes.class).fileKey();
        Object identity = key == null ? file : key;
        long offset = offsets.getOrDefault(identity, 0L);
        if (offset < 0) {
            return identity;
        }
        if (offset == 0 && source.isPacked()) {
            SourceProbe probe = SourceProbe.of(source);
            drain(probe.open(counts, count -> {}, CHUNK_BYTES), sources.ofFile(file, false));
            offsets.put(identity, -1L);
            return identity;
        }
        offsets.put(identity, read(file, offset > Files.size(file) ? 0 : offset));
        return identity;
    }

    /** Reads whole lines from an offset on; gives where the rest begins. */
    private long read(Path file, long from) throws IOException {
        long offset = from;
        byte[] chunk = new byte[CHUNK_BYTES];
        try (RandomAccessFile opened = new RandomAccessFile(file.toFile(), "r")) {
            while (stopped.getCount() > 0) {
                opened.seek(offset);
                int count = opened.read(chunk, 0, chunk.length);
                int whole = count;
                while (whole > 0 && chunk[whole - 1] != '\n') {
                    whole--;
                }
                if (whole <= 0 && count < chunk.length) {
                    return offset;
                }
                // No line of ours is so long: what has no end is passed over.
                int taken = whole > 0 ? whole : count;
                drain(
                        new LineCursor(new ByteArrayInputStream(chunk, 0, taken), counts, taken),
                        sources.ofFile(file, false));
                offset += taken;
            }
        }
        return offset;
    }

    private void drain(LogCursor cursor, LineSource source) throws IOException {
        while (stopped.getCount() > 0 && cursor.next()) {
            synchronized (this) {
                if (stopped.getCount() == 0) {
                    return;
                }
                counts.addEvent();
                handler.onEvent(cursor.line(), source);
                if (source.kind() == LineSource.Kind.PIPE) {
                    afterPass.run();
                }
            }
        }
    }
}
