package dev.imdsanalyzer.report;

import java.util.Locale;

/** Numbers as a person reads them. */
public final class Amount {
    private Amount() {}

    /** In groups of three, as 12 345. */
    public static String grouped(long number) {
        return String.format(Locale.ROOT, "%,d", number).replace(',', ' ');
    }

    /** A number and a noun in the right number: 1 line, 2 lines. */
    public static String of(long number, String noun) {
        return grouped(number) + " " + noun + (number == 1 ? "" : "s");
    }
}
