package dev.imdsanalyzer.report;

import java.io.IOException;

/** A file given beside the logs is not what it is to be. */
public final class BadInputException extends IOException {
    private static final long serialVersionUID = 1;

    /** @param message a sentence that names the file and what to give instead */
    public BadInputException(String message) {
        super(message);
    }
}
