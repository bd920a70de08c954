package dev.imdsanalyzer.report.input;

import java.io.IOException;

/** An input that is no log at all; the message says what it is, and what to do. */
final class ForeignFormException extends IOException {
    private static final long serialVersionUID = 1L;

    ForeignFormException(String message) {
        super(message);
    }
}
