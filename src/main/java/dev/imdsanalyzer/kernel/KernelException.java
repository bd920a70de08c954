package dev.imdsanalyzer.kernel;

import java.io.IOException;

/** The kernel refused something; the message names the call and the error. */
public final class KernelException extends IOException {
    private static final long serialVersionUID = 1L;

    private final int errno;

    /** @param what the call and what it was for, as in "bpf(BPF_PROG_LOAD)" */
    public KernelException(String what, int errno) {
        super(what + ": " + Errno.name(errno));
        this.errno = errno;
    }

    /** One of {@link Errno}, or another positive number. */
    public int errno() {
        return errno;
    }
}
