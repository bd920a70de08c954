package dev.imdsanalyzer.report.input;

import java.io.Closeable;
import java.io.IOException;

/** Walks over the events of one input. */
interface LogCursor extends Closeable {
    /** Goes to the next event of ours; false at the end. What lies between is counted. */
    boolean next() throws IOException;

    /** The event; valid until the next call of {@link #next}. */
    EventLine line();

    /** The stream of CloudWatch Logs that the event is of; null where the input does not say. */
    String stream();
}
