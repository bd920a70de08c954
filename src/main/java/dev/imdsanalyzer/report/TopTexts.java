package dev.imdsanalyzer.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;

/** Texts with the number of calls that carried them: the first {@value #MAXIMUM} distinct ones, and the rest as a sum. */
public final class TopTexts {
    private static final int MAXIMUM = 40;

    private final LongTable<Entry> entries = new LongTable<>();
    private long others;

    /**
     * One text.
     *
     * @param count calls that carried it
     * @param urgent whether it belongs before the others: a path of credentials
     */
    public record Counted(String text, long count, boolean urgent) {}

    void add(long hash, long count, boolean urgent, Supplier<String> text) {
        Entry entry = entries.get(hash);
        if (entry == null) {
            if (entries.size() >= MAXIMUM) {
                others += count;
                return;
            }
            entry = entries.computeIfAbsent(hash, () -> new Entry(text.get(), urgent));
        }
        entry.count += count;
    }

    /** Urgent ones first, then by count. */
    public List<Counted> sorted() {
        List<Counted> sorted = new ArrayList<>();
        for (Entry entry : entries.values()) {
            sorted.add(new Counted(entry.text, entry.count, entry.urgent));
        }
        sorted.sort(Comparator.comparing(Counted::urgent)
                .reversed()
                .thenComparing(Comparator.comparingLong(Counted::count).reversed())
                .thenComparing(Counted::text));
        return sorted;
    }

    /** Calls that carried a text past the first {@value #MAXIMUM}. */
    public long others() {
        return others;
    }

    private static final class Entry {
        private final String text;
        private final boolean urgent;
        private long count;

        Entry(String text, boolean urgent) {
            this.text = text;
            this.urgent = urgent;
        }
    }
}
