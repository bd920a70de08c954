package dev.imdsanalyzer.kernel.bpf;

import java.io.IOException;

/** A program that the kernel would not take, with what its verifier said. */
public final class BpfException extends IOException {
    private static final long serialVersionUID = 1;

    private final String verifierLog;

    BpfException(String message, String verifierLog, Throwable cause) {
        super(message, cause);
        this.verifierLog = verifierLog;
    }

    /** The verifier's words, line by line; empty where it never came to read the program. */
    public String verifierLog() {
        return verifierLog;
    }
}
