package dev.imdsanalyzer.output.file;

/** The place where lines are to go cannot be written to. The message is for the person who chose it. */
public final class DestinationException extends Exception {
    private static final long serialVersionUID = 1L;

    /** @param clause why, or what to do, for a person */
    public DestinationException(Destination destination, String clause) {
        super("cannot write to " + (destination.path() == null ? "standard output" : destination.path()) + ": "
                + clause);
    }
}
