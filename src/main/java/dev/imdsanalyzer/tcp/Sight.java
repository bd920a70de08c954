package dev.imdsanalyzer.tcp;

/** Under what a segment is seen; told from others by its identity. */
interface Sight {}
