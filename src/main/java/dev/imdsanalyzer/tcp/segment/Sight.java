package dev.imdsanalyzer.tcp.segment;

/** Under what a segment is seen; told from others by its identity. */
public interface Sight {}
