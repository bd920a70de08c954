package dev.imdsanalyzer.kernel.bpf;

/** So many connect records of one owner that were not written, since the start. */
public record ConnectLoss(ConnectOwner owner, long records) {}
