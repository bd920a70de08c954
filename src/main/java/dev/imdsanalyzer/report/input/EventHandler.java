package dev.imdsanalyzer.report.input;

/** Takes the events of all inputs, one after the other, on the reader's thread. */
@FunctionalInterface
public interface EventHandler {
    /** One of our lines, not seen before. The view is valid until this returns. */
    void onEvent(EventLine line, LineSource source);

    /**
     * Lines that cannot be read, or not be believed, stood before this one in its input. Comes before {@link #onEvent}.
     *
     * @param count how many
     * @param latest the latest time of a line in that input so far, this one included: none of them can be much later
     */
    default void onBroken(EventLine line, LineSource source, long count, long latest) {}

    /**
     * Lines that cannot be read stood behind the last one of an input.
     *
     * @param count how many
     * @param latest the latest time of a line in that input
     */
    default void onBrokenEnd(LineSource source, long count, long latest) {}
}
