package dev.imdsanalyzer.report.input;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;

/**
 * Reads all inputs and hands on every line of ours once.
 *
 * <p>Duplicates: the files of one host are read side by side in the order of time, so that two copies of a line come close
 * together, and the last 32 768 lines are remembered. Inputs that hold several hosts (exports) are read first, and up to
 * 262 144 of their lines are remembered throughout. So memory is fixed; past these bounds a line may count twice, and
 * {@link InputCounts#duplicatesUncertain} says so.
 */
public final class LogReader {
    private static final int REMEMBERED_EXPORT_LINES = 262_144;
    // No analyzer folds so many calls into a line. Sums of numbers below it cannot overflow before 9 000 million lines.
    private static final long MAXIMUM_REPEATS = 1_000_000_000L;
    private static final int MAXIMUM_OPEN = 32;
    /** Where all hosts' files are read side by side; a process may have 1024 files open, as a rule. */
    private static final int MAXIMUM_OPEN_HOSTS = 512;

    private static final int ONE_INPUT_BUFFER = 256 * 1024;
    private static final int SHARED_BUFFER = 64 * 1024;

    private final EventHandler handler;
    private final Progress progress;
    private final boolean digests;
    private final InputCounts counts = new InputCounts();
    private final RecentLines recent = new RecentLines();
    private final Identities exported = new Identities(REMEMBERED_EXPORT_LINES);
    private final Map<Path, Set<Long>> hostsByFolder = new HashMap<>();
    private final LineSources lineSources = new LineSources();
    private boolean inExports;
    private boolean othersFollow;
    private boolean inOrder;
    private boolean severalHosts;

    public LogReader(EventHandler handler, Progress progress) {
        this(handler, progress, false);
    }

    /** @param digests whether to digest the inputs as stored while they are read: {@link InputCounts#stored} */
    public LogReader(EventHandler handler, Progress progress, boolean digests) {
        this.handler = handler;
        this.progress = progress;
        this.digests = digests;
    }

    /**
     * Makes {@link #read} go over all inputs together in the order of time, as far as each is in order itself and no more than
     * {@value #MAXIMUM_OPEN_HOSTS} hosts log at a time; otherwise it goes host by host.
     */
    public LogReader inOrderOfTime() {
        inOrder = true;
        return this;
    }

    /** Whether there are inputs of several hosts, by their first lines; known once lines come, and not of one export of many. */
    public boolean hasSeveralHosts() {
        return severalHosts;
    }

    /** What was read so far. */
    public InputCounts counts() {
        return counts;
    }

    /** Whether {@link #read} would read this file, given these arguments. */
    public static boolean reads(List<String> arguments, Path file) {
        return LogSources.include(arguments, file);
    }

    /**
     * Reads the files, folders and pipes ({@code -} for standard input) to their ends. What is damaged or may not be read is
     * counted, and what came before the damage is used.
     *
     * @throws java.nio.file.NoSuchFileException if an argument names nothing
     * @throws NotALogException if an argument is a capture
     */
    public void read(List<String> arguments, InputStream standardInput) throws IOException {
        List<LogSource> sources = LogSources.find(arguments, standardInput, counts);
        progress.expect(sources.stream().mapToLong(LogSource::size).sum());
        List<SourceProbe> exports = new ArrayList<>();
        Map<Long, List<SourceProbe>> hosts = new LinkedHashMap<>();
        for (LogSource source : sources) {
            counts.addInput();
            if (digests) {
                source.digest();
            }
            try {
                SourceProbe probe = SourceProbe.of(source);
                List<SourceProbe> group =
                        probe.isOfOneHost() ? hosts.computeIfAbsent(probe.host(), host -> new ArrayList<>()) : exports;
                group.add(probe);
                addToFolder(probe);
            } catch (NotALogException e) {
                // In a folder it may lie beside logs; who names it takes it for one.
                if (source.file() == null || arguments.contains(source.name())) {
                    throw e;
                }
                addUnread(source, e);
            } catch (IOException e) {
                addUnread(source, e);
            }
        }
        severalHosts = hosts.size() > 1 || (!exports.isEmpty() && exports.size() + hosts.size() > 1);
        if (inOrder) {
            List<SourceProbe> all = new ArrayList<>(exports);
            hosts.values().forEach(all::addAll);
            exports = all;
            hosts.clear();
        }
        inExports = true;
        othersFollow = !hosts.isEmpty();
        readGroup(exports);
        inExports = false;
        for (List<SourceProbe> files : hosts.values()) {
            readGroup(files);
        }
        progress.done();
        if (digests) {
            sources.forEach(source -> counts.addStored(source.stored(StoredInput.Kind.LOG)));
        }
    }

    /** Keeps in mind which hosts the files of a folder are of. */
    private void addToFolder(SourceProbe probe) {
        Path file = probe.source().file();
        if (file != null && probe.host() != SourceProbe.NO_HOST) {
            hostsByFolder
                    .computeIfAbsent(LineSources.folder(file), folder -> new HashSet<>())
                    .add(probe.host());
        }
    }

    private LineSource lineSource(LogSource source) {
        Path file = source.file();
        if (file == null) {
            return lineSources.ofPipe(source.name());
        }
        return lineSources.ofFile(
                file,
                hostsByFolder.getOrDefault(LineSources.folder(file), Set.of()).size() > 1);
    }

    private void readGroup(List<SourceProbe> probes) {
        recent.clear();
        if (probes.size() == 1) {
            Input input = open(probes.get(0), 0, ONE_INPUT_BUFFER);
            while (input != null && advance(input)) {
                emit(input);
            }
            return;
        }
        List<SourceProbe> sorted = new ArrayList<>(probes);
        sorted.sort(Comparator.comparingLong(SourceProbe::firstMicros));
        merge(new ArrayDeque<>(sorted));
    }

    private void merge(Deque<SourceProbe> waiting) {
        PriorityQueue<Input> open = new PriorityQueue<>();
        int order = 0;
        while (!waiting.isEmpty() || !open.isEmpty()) {
            while (!waiting.isEmpty() && (open.isEmpty() || waiting.peek().firstMicros() <= open.peek().time)) {
                if (open.size() >= (inOrder ? MAXIMUM_OPEN_HOSTS : MAXIMUM_OPEN)) {
                    counts.setDuplicatesUncertain();
                    break;
                }
                Input input = open(waiting.poll(), order++, SHARED_BUFFER);
                if (input != null && advance(input)) {
                    open.add(input);
                }
            }
            Input earliest = open.poll();
            if (earliest != null) {
                emit(earliest);
                if (advance(earliest)) {
                    open.add(earliest);
                }
            }
        }
    }

    private Input open(SourceProbe probe, int order, int bufferSize) {
        try {
            return new Input(
                    probe.source(), probe.open(counts, this::onBytes, bufferSize), lineSource(probe.source()), order);
        } catch (IOException e) {
            addUnread(probe.source(), e);
            return null;
        }
    }

    private void onBytes(long count) {
        counts.addBytes(count);
        progress.advance(count);
    }

    private boolean advance(Input input) {
        try {
            long before = counts.broken();
            if (input.advance()) {
                input.brokenBefore += counts.broken() - before;
                return true;
            }
            long behind = counts.broken() - before + input.brokenBefore;
            if (behind > 0 && input.lastSource != null) {
                handler.onBrokenEnd(input.lastSource, behind, input.time);
            }
            input.cursor.close();
        } catch (IOException e) {
            addUnread(input.origin, e);
            try {
                input.cursor.close();
            } catch (IOException ignored) {
                // The damage is told already.
            }
        }
        return false;
    }

    private void emit(Input input) {
        EventLine line = input.cursor.line();
        boolean forged = line.number(Field.REPEAT_COUNT, 1) > MAXIMUM_REPEATS;
        if (forged) {
            counts.addBroken();
            input.brokenBefore++;
        }
        String stream = input.cursor.stream();
        LineSource source = stream == null ? input.source : lineSources.ofStream(input.source, stream);
        input.lastSource = source;
        if (input.brokenBefore > 0) {
            handler.onBroken(line, source, input.brokenBefore, input.time);
            input.brokenBefore = 0;
        }
        if (forged) {
            return;
        }
        long identity = line.identity();
        if (recent.seenBefore(identity) || exported.contains(identity)) {
            counts.addDuplicate();
            return;
        }
        if (inExports && othersFollow) {
            if (exported.isFull()) {
                counts.setDuplicatesUncertain();
            }
            exported.add(identity);
        }
        counts.addEvent();
        handler.onEvent(line, source);
    }

    private void addUnread(LogSource source, IOException e) {
        String name = source.name();
        source.setDamaged();
        if (e instanceof AccessDeniedException) {
            counts.addDenied(name);
        } else if (e instanceof ForeignFormException) {
            counts.addForeignForm(name, e.getMessage());
        } else {
            counts.addDamaged(name, reason(e));
        }
    }

    static String reason(IOException e) {
        if (e instanceof EOFException) {
            return "cut short";
        }
        if (e instanceof NotALogException notALog) {
            return notALog.reason();
        }
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }

    /** An open input with its place in time: the latest time seen in it, so that a clock that jumps back does not matter. */
    private static final class Input implements Comparable<Input> {
        private final LogSource origin;
        private final LogCursor cursor;
        private final LineSource source;
        private final int order;
        private long time = Long.MIN_VALUE;
        private long taken;
        private long brokenBefore;
        /** Of its newest line; null before the first. */
        private LineSource lastSource;

        Input(LogSource origin, LogCursor cursor, LineSource source, int order) {
            this.origin = origin;
            this.cursor = cursor;
            this.source = source;
            this.order = order;
        }

        boolean advance() throws IOException {
            if (!cursor.next()) {
                return false;
            }
            time = Math.max(time, cursor.line().time());
            taken++;
            origin.addLine();
            return true;
        }

        // Two copies of a file have equal times throughout; the count keeps them in step.
        @Override
        public int compareTo(Input other) {
            int byTime = Long.compare(time, other.time);
            if (byTime != 0) {
                return byTime;
            }
            int byCount = Long.compare(taken, other.taken);
            return byCount != 0 ? byCount : Integer.compare(order, other.order);
        }

        @Override
        public boolean equals(Object other) {
            return this == other;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(this);
        }
    }
}
