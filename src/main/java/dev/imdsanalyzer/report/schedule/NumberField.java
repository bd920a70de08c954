package dev.imdsanalyzer.report.schedule;

import java.util.List;
import java.util.Locale;

/** One field of a crontab or of OnCalendar as a set of bits: stars, lists, ranges, steps, names. */
final class NumberField {
    /** What no field can be. */
    static final long BAD = 0;

    private final int lowest;
    private final int highest;
    private final List<String> names;
    private final String range;
    private final boolean openSteps;

    /**
     * @param names of the numbers from {@code lowest} on; empty for none
     * @param range what stands between the ends of a range, a regular expression
     * @param openSteps whether a number with a step stands for itself and all after it, as in OnCalendar
     */
    NumberField(int lowest, int highest, List<String> names, String range, boolean openSteps) {
        this.lowest = lowest;
        this.highest = highest;
        this.names = names;
        this.range = range;
        this.openSteps = openSteps;
    }

    /** The numbers; {@link #BAD} for what is not understood. */
    long bits(String text) {
        long bits = 0;
        for (String part : text.split(",", -1)) {
            long some = part(part);
            if (some == BAD) {
                return BAD;
            }
            bits |= some;
        }
        return bits;
    }

    private long part(String part) {
        int slash = part.indexOf('/');
        String numbers = slash < 0 ? part : part.substring(0, slash);
        int step = slash < 0 ? 1 : number(part.substring(slash + 1));
        int from = lowest;
        int to = highest;
        if (!numbers.equals("*")) {
            String[] ends = numbers.split(range, -1);
            from = ends.length > 2 ? -1 : value(ends[0]);
            to = ends.length == 2 ? value(ends[1]) : slash >= 0 && openSteps ? highest : from;
        }
        if (step < 1 || from < lowest || to < lowest || from > highest || to > highest) {
            return BAD;
        }
        long bits = 0;
        // A range may go over the end: Fri to Mon.
        int length = to >= from ? to - from : to - from + highest - lowest + 1;
        for (int i = 0; i <= length; i += step) {
            bits |= 1L << (lowest + (from - lowest + i) % (highest - lowest + 1));
        }
        return bits;
    }

    private int value(String text) {
        String word = text.toLowerCase(Locale.ROOT);
        for (int i = 0; i < names.size(); i++) {
            if (word.length() >= 3 && names.get(i).startsWith(word)) {
                return lowest + i;
            }
        }
        return number(text);
    }

    /** -1 for no number. */
    private static int number(String text) {
        boolean digits = !text.isEmpty() && text.length() <= 4 && text.chars().allMatch(c -> c >= '0' && c <= '9');
        return digits ? Integer.parseInt(text) : -1;
    }
}
