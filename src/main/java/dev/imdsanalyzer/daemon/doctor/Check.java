package dev.imdsanalyzer.daemon.doctor;

import java.util.Locale;

/**
 * What came of one check.
 *
 * @param name of what was checked, one word, stable
 * @param found one sentence
 * @param cost what the lack does to the result; null when nothing is lacking
 * @param mend what to do about it; null when nothing is lacking
 */
public record Check(String name, State state, String found, String cost, String mend) {
    /** How much of it is there. */
    public enum State {
        /** As it should be. */
        OK,
        /** The analyzer works, but tells less. */
        WEAK,
        /** The analyzer cannot work without. */
        MISSING;

        /** As written: ok, weak, missing. */
        public String code() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    static Check ok(String name, String found) {
        return new Check(name, State.OK, found, null, null);
    }

    static Check weak(String name, String found, String cost, String mend) {
        return new Check(name, State.WEAK, found, cost, mend);
    }

    static Check missing(String name, String found, String cost, String mend) {
        return new Check(name, State.MISSING, found, cost, mend);
    }
}
