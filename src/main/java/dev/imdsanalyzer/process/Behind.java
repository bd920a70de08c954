package dev.imdsanalyzer.process;

/**
 * For whom a process called IMDS, as far as it is known.
 *
 * @param connect the other program's own connect, which this process passed on; null with {@link Certainty#NOBODY}, and
 *     perhaps with {@link Certainty#UNSURE}
 */
public record Behind(Certainty certainty, UnseenConnect connect) {
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
    public static final Behind NOBODY = new Behind(Certainty.NOBODY, null);

    /** @param one of those that fit, or null: as many calls of a relay are for as many connects */
    public static Behind unsure(UnseenConnect one) {
        return new Behind(Certainty.UNSURE, one);
    }
}
