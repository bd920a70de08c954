package dev.imdsanalyzer.process;

import java.util.List;

/**
 * For whom a process called IMDS, as far as it is known.
 *
 * @param connects of those who may be the one behind, which this process may have passed on, the newest first; of one program
 *     where that is known, and none with {@link Certainty#NOBODY}
 */
public record Behind(Certainty certainty, List<UnseenConnect> connects) {
    /** How surely. */
    public enum Certainty {
        /** For itself, as far as anything tells. */
        NOBODY,
        /** The process holds the other end of the other program's connection. */
        PROVEN,
        /** It is a relay by what it holds, and nobody else's connect fits in time. */
        BY_TIME,
        /** It is a relay, and more than one connect fits, or none any more. */
        UNSURE
    }

    /** For itself. */
    public static final Behind NOBODY = new Behind(Certainty.NOBODY, List.of());

    public Behind {
        connects = List.copyOf(connects);
    }

    /** For somebody of whom nothing is known. */
    public static Behind unsure() {
        return new Behind(Certainty.UNSURE, List.of());
    }

    /** The program behind, where it is known. */
    public Caller caller() {
        return connects.get(0).caller();
    }
}
