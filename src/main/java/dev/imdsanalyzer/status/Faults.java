package dev.imdsanalyzer.status;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/**
 * Failures that were survived: each distinct one once, by its type and stack, with how often it came and when; the model is
 * Agrona's DistinctErrorLog. Their messages are left out, as they may quote what a stranger sent. Any thread.
 *
 * <p>Bounded: {@link #MAX_KEPT} distinct ones of {@link #MAX_FRAMES} frames for each of {@link #MAX_CAUSES} causes; what
 * comes past that is counted.
 */
public final class Faults {
    /** About 300 KB of text at most. */
    public static final int MAX_KEPT = 64;

    static final int MAX_FRAMES = 24;
    static final int MAX_CAUSES = 3;

    /** A failure's type and where it came from; then those of its causes. */
    private record Part(String type, List<StackTraceElement> frames) {}

    private static final class Kept {
        final List<Part> parts;
        final long firstNanos;
        long lastNanos;
        long count;

        Kept(List<Part> parts, long nanos) {
            this.parts = parts;
            this.firstNanos = nanos;
        }
    }

    private final List<Kept> kept = new ArrayList<>();
    private long others;
    private long total;

    /** Keeps a failure, or counts it where it is known. */
    public void add(Throwable failure) {
        add(failure, WallClock.nanos());
    }

    synchronized void add(Throwable failure, long nanos) {
        total++;
        List<Part> parts = parts(failure);
        Kept known = null;
        for (Kept one : kept) {
            if (one.parts.equals(parts)) {
                known = one;
            }
        }
        if (known == null && kept.size() == MAX_KEPT) {
            others++;
            return;
        }
        if (known == null) {
            known = new Kept(parts, nanos);
            kept.add(known);
        }
        known.count++;
        known.lastNanos = nanos;
    }

    private static List<Part> parts(Throwable failure) {
        List<Part> parts = new ArrayList<>();
        for (Throwable part = failure; part != null && parts.size() <= MAX_CAUSES; part = part.getCause()) {
            StackTraceElement[] frames = part.getStackTrace();
            parts.add(new Part(
                    part.getClass().getName(),
                    List.copyOf(Arrays.asList(frames).subList(0, Math.min(MAX_FRAMES, frames.length)))));
        }
        return parts;
    }

    /** How many there were in all; grows whenever {@link #tell} has something new to say. */
    public synchronized long total() {
        return total;
    }

    /** Tells each in one line, the first that came first: how often, when, what and where. */
    public void tell(Consumer<String> lines) {
        texts().forEach(lines);
    }

    private synchronized List<String> texts() {
        List<String> texts = new ArrayList<>();
        for (Kept one : kept) {
            texts.add(text(one));
        }
        if (others > 0) {
            texts.add(others + " more, of other kinds than the first " + MAX_KEPT);
        }
        return texts;
    }

    private static String text(Kept fault) {
        StringBuilder text = new StringBuilder();
        text.append(fault.count).append(fault.count == 1 ? " time, " : " times, ");
        if (fault.count > 1) {
            text.append(time(fault.firstNanos)).append(" to ");
        }
        text.append(time(fault.lastNanos)).append(": ");
        String separator = "";
        for (Part part : fault.parts) {
            text.append(separator).append(part.type);
            part.frames.forEach(frame -> text.append(" at ").append(frame));
            separator = " caused by ";
        }
        return text.toString();
    }

    private static Instant time(long nanos) {
        return Instant.ofEpochSecond(0, nanos).truncatedTo(ChronoUnit.SECONDS);
    }
}
