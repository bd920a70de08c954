package dev.imdsanalyzer.kernel.bpf;

/** What differs between kernels. */
record KernelFeatures(boolean ringBuffer, boolean separateReads, boolean cgroupId, KernelLayout layout) {
    Helper readKernel() {
        return separateReads ? Helper.PROBE_READ_KERNEL : Helper.PROBE_READ;
    }

    Helper readKernelString() {
        return separateReads ? Helper.PROBE_READ_KERNEL_STR : Helper.PROBE_READ_STR;
    }

    Helper readUser() {
        return separateReads ? Helper.PROBE_READ_USER : Helper.PROBE_READ;
    }
}
