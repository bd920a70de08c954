package dev.imdsanalyzer.report.input;

/** Takes the events of all inputs, one after the other, on the reader's thread. */
@FunctionalInterface
public interface EventHandler {
    /** One of our lines, not seen before. The view is valid until this returns. */
    void onEvent(EventLine line);
}
