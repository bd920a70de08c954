package dev.imdsanalyzer.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Texts with the number of calls that carried them: the first {@value #MAXIMUM} distinct ones as far as there is room, and the
 * rest as a sum.
 */
public final class TopTexts {
    /** Characters; the analyzer cuts command lines at as many bytes. */
    static final int LONGEST = 4096;

    private static final long PRIME = 0x100000001b3L;
    private static final int MAXIMUM = 40;
    private static final int ENTRY_BYTES = 128;

    private final Budget budget;
    private LongTable<Entry> entries;
    private long others;

    TopTexts(Budget budget) {
        this.budget = budget;
    }

    /**
     * One text.
     *
     * @param count calls that carried it
     * @param urgent whether it belongs before the others: a path of credentials
     */
    public record Counted(String text, long count, boolean urgent) {}

    /** The text, cut with a mark where it is longer; null for null. */
    static String shortened(String text, int longest) {
        return text == null || text.length() <= longest ? text : text.substring(0, longest - 1) + "…";
    }

    /** How many calls carried a text of one of these. */
    static long calls(List<TopTexts> lists) {
        return lists.stream()
                .mapToLong(texts -> texts.others
                        + texts.sorted().stream().mapToLong(Counted::count).sum())
                .sum();
    }

    /** Adds a text that is one already. */
    void add(String text) {
        long hash = text.length();
        for (int i = 0; i < text.length(); i++) {
            hash = hash * PRIME + text.charAt(i);
        }
        add(hash, 1, false, () -> text);
    }

    void add(long hash, long count, boolean urgent, Supplier<String> text) {
        Entry entry = entries == null ? null : entries.get(hash);
        if (entry == null) {
            entry = create(hash, urgent, text);
        }
        if (entry == null) {
            others += count;
        } else {
            entry.count += count;
        }
    }

    /** A new entry; null where there is no room for it. */
    private Entry create(long hash, boolean urgent, Supplier<String> supplier) {
        if (entries != null && entries.size() >= MAXIMUM) {
            return null;
        }
        String text = shortened(supplier.get(), LONGEST);
        if (!budget.take(ENTRY_BYTES + 2L * text.length())) {
            return null;
        }
        entries = entries == null ? new LongTable<>() : entries;
        return entries.computeIfAbsent(hash, () -> new Entry(text, urgent));
    }

    /** Urgent ones first, then by count. */
    public List<Counted> sorted() {
        List<Counted> sorted = new ArrayList<>();
        for (Entry entry : entries == null ? List.<Entry>of() : entries.values()) {
            sorted.add(new Counted(entry.text, entry.count, entry.urgent));
        }
        sorted.sort(Comparator.comparing(Counted::urgent)
                .reversed()
                .thenComparing(Comparator.comparingLong(Counted::count).reversed())
                .thenComparing(Counted::text));
        return sorted;
    }

    /**
     * These and others, each of which may stand for one of these. Takes no room of the budget: it is made for a moment.
     *
     * @param meaning what some of the others stand for
     */
    TopTexts with(TopTexts more, Map<String, String> meaning) {
        Map<String, Entry> merged = new LinkedHashMap<>();
        for (TopTexts texts : List.of(this, more)) {
            for (Entry entry : texts.entries == null ? List.<Entry>of() : texts.entries.values()) {
                String text = texts == more ? meaning.getOrDefault(entry.text, entry.text) : entry.text;
                merged.computeIfAbsent(text, wanted -> new Entry(wanted, entry.urgent)).count += entry.count;
            }
        }
        TopTexts all = new TopTexts(budget);
        all.others = others + more.others;
        all.entries = new LongTable<>();
        for (Entry entry : merged.values()) {
            long key = all.entries.size();
            all.entries.computeIfAbsent(key, () -> entry);
        }
        return all;
    }

    /** Calls that carried a text that there was no room for. */
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
