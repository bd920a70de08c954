package dev.imdsanalyzer.secrets;

import java.util.Arrays;

/** Which parts of one text are secret: found in any order, perhaps more than once. For one thread. */
final class Spans {
    /** Stands in a secret's place. */
    static final String MARK = "REDACTED";

    private long[] spans = new long[4];
    private int count;

    /** Nothing is added where the end is not behind the start. */
    void add(int start, int end) {
        if (end <= start) {
            return;
        }
        if (count == spans.length) {
            spans = Arrays.copyOf(spans, 2 * count);
        }
        spans[count++] = (long) start << Integer.SIZE | end;
    }

    /** Adds what was found in a text that was decoded from this one. */
    void addAll(Spans others, DecodedText decoded) {
        for (int i = 0; i < others.count; i++) {
            add(decoded.start(start(others.spans[i])), decoded.end(end(others.spans[i])));
        }
    }

    void addAll(Spans others) {
        for (int i = 0; i < others.count; i++) {
            add(start(others.spans[i]), end(others.spans[i]));
        }
    }

    /** The text with a mark for each of its secrets; the same object where there is none. */
    String replacedIn(String text) {
        if (count == 0) {
            return text;
        }
        Arrays.sort(spans, 0, count);
        StringBuilder result = new StringBuilder(text.length());
        int copied = 0;
        int i = 0;
        while (i < count) {
            int start = start(spans[i]);
            int end = end(spans[i]);
            while (++i < count && start(spans[i]) <= end) {
                end = Math.max(end, end(spans[i]));
            }
            result.append(text, copied, start).append(MARK);
            copied = end;
        }
        return result.append(text, copied, text.length()).toString();
    }

    private static int start(long span) {
        return (int) (span >>> Integer.SIZE);
    }

    private static int end(long span) {
        return (int) span;
    }
}
