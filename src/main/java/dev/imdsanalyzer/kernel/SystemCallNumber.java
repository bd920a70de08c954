package dev.imdsanalyzer.kernel;

import java.util.Locale;

/**
 * Numbers of the system calls that the oldest supported C library (glibc 2.26) has no function for. They differ by
 * machine: arch/x86/entry/syscalls/syscall_64.tbl and include/uapi/asm-generic/unistd.h (arm64).
 */
public enum SystemCallNumber {
    CAPGET(125, 90),
    CAPSET(126, 91),
    GETDENTS64(217, 61),
    PERF_EVENT_OPEN(298, 241),
    OPEN_BY_HANDLE_AT(304, 265),
    BPF(321, 280),
    STATX(332, 291),
    PIDFD_OPEN(434, 434),
    OPENAT2(437, 437);

    private final int x86;
    private final int arm;

    SystemCallNumber(int x86, int arm) {
        this.x86 = x86;
        this.arm = arm;
    }

    /**
     * The number on this machine.
     *
     * @throws UnsupportedOperationException on any machine but x86-64 and arm64
     */
    public int value() {
        return value(System.getProperty("os.arch"));
    }

    /** The number on the named machine, named as in the system property {@code os.arch}. */
    int value(String architecture) {
        return switch (architecture.toLowerCase(Locale.ROOT)) {
            case "amd64", "x86_64" -> x86;
            case "aarch64" -> arm;
            default -> throw new UnsupportedOperationException("no system call numbers for " + architecture);
        };
    }
}
