package dev.imdsanalyzer.kernel.bpf;

/** Kernel functions that programs may call; numbers from include/uapi/linux/bpf.h, bpf-helpers(7). */
enum Helper {
    MAP_LOOKUP_ELEM(1),
    MAP_UPDATE_ELEM(2),
    MAP_DELETE_ELEM(3),
    /** Reads kernel memory, and on most machines user memory too. */
    PROBE_READ(4),
    KTIME_GET_NS(5),
    GET_CURRENT_PID_TGID(14),
    GET_CURRENT_UID_GID(15),
    GET_CURRENT_COMM(16),
    PERF_EVENT_OUTPUT(25),
    GET_CURRENT_TASK(35),
    PROBE_READ_STR(45),
    /** Since Linux 4.18. */
    GET_CURRENT_CGROUP_ID(80),
    /** Since Linux 5.5, as are the next two. */
    PROBE_READ_USER(112),
    PROBE_READ_KERNEL(113),
    PROBE_READ_KERNEL_STR(115),
    /** Since Linux 5.8. */
    RINGBUF_OUTPUT(130),
    /** Since Linux 5.8. */
    RINGBUF_QUERY(134);

    private final int number;

    Helper(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }
}
