package dev.imdsanalyzer.unpack;

import java.io.IOException;

/** Packed data that cannot be unpacked, or not any further. The message is a clause to stand behind the input's name. */
public final class UnpackException extends IOException {
    private static final long serialVersionUID = 1L;

    UnpackException(String message) {
        super(message);
    }

    UnpackException(String message, Throwable cause) {
        super(message, cause);
    }
}
