package dev.imdsanalyzer.daemon;

/** The lines have nowhere to go. The message is one line that says what is wrong and what to do. */
public class OutputException extends Exception {
    private static final long serialVersionUID = 1L;

    public OutputException(String message, Throwable cause) {
        super(message, cause);
    }
}
