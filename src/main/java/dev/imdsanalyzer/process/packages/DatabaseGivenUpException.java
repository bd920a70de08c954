package dev.imdsanalyzer.process.packages;

/** A database that passes a bound: it names no package for this file. */
final class DatabaseGivenUpException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final boolean usedUp;

    private DatabaseGivenUpException(String message, boolean usedUp) {
        super(message, null, false, false);
        this.usedUp = usedUp;
    }

    /** The time or the work that a look-up may take is used up. */
    static DatabaseGivenUpException usedUp() {
        return new DatabaseGivenUpException("the look-up took too long", true);
    }

    /** Something is longer than it may be. */
    static DatabaseGivenUpException tooLong(String what) {
        return new DatabaseGivenUpException(what + " is longer than it may be", false);
    }

    /** Whether its next look-up would likely take as long. */
    boolean isUsedUp() {
        return usedUp;
    }
}
