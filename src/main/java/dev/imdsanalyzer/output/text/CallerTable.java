package dev.imdsanalyzer.output.text;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** How many calls each caller made, told when all is over: refused ones first, then IMDSv1. One thread. */
final class CallerTable {
    /** Callers past it are told as one: names may be a stranger's. */
    static final int MAX_CALLERS = 1_000;

    /** Where the names begin. */
    static final int NAME_COLUMN = 31;

    private static final String OTHERS = "others";
    private static final int MAX_NAME_BYTES = 120;
    private static final String ROW = "%9s %9s %9s  %s%n";

    /** Calls of one caller. */
    private static final class Calls {
        private long v1;
        private long v2;
        private long refused;
        private long unknown;
    }

    private final Map<String, Calls> callers = new LinkedHashMap<>();

    void add(TextCall call) {
        String who = SafeText.of(call.who(), MAX_NAME_BYTES);
        String key = callers.size() >= MAX_CALLERS && !callers.containsKey(who) ? OTHERS : who;
        Calls calls = callers.computeIfAbsent(key, name -> new Calls());
        switch (call.version()) {
            case "v1" -> calls.v1 += call.count();
            case "v2" -> calls.v2 += call.count();
            default -> calls.unknown += call.count();
        }
        calls.refused += call.refused() ? call.count() : 0;
    }

    /** The table with its heading, a line end after each line; one sentence where there was no call. */
    String text() {
        if (callers.isEmpty()) {
            return "no call to IMDS was seen\n";
        }
        StringBuilder table = new StringBuilder(64 * (callers.size() + 1));
        table.append(String.format(Locale.ROOT, ROW, "IMDSv1", "IMDSv2", "refused", "who"));
        Comparator<Map.Entry<String, Calls>> order =
                Comparator.comparingLong(entry -> -(entry.getValue().refused > 0 ? entry.getValue().v1 : 0));
        List<Map.Entry<String, Calls>> sorted = callers.entrySet().stream()
                .sorted(order.thenComparingLong(entry -> -entry.getValue().v1)
                        .thenComparingLong(entry -> -entry.getValue().v2))
                .toList();
        for (Map.Entry<String, Calls> entry : sorted) {
            Calls calls = entry.getValue();
            String unknown = calls.unknown == 0 ? "" : " (" + calls.unknown + " of unknown version)";
            table.append(String.format(Locale.ROOT, ROW, calls.v1, calls.v2, calls.refused, entry.getKey() + unknown));
        }
        return table.toString();
    }
}
