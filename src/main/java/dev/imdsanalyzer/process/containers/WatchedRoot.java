package dev.imdsanalyzer.process.containers;

/** Below which containers of one kind lie. */
record WatchedRoot(RuntimeLayout layout, String path) {}
