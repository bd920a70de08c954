package dev.imdsanalyzer.live;

import java.util.List;

/**
 * What one client did, by the emulator, and what the log says of it.
 *
 * @param pid of the process that was started
 * @param namespace where it ran
 * @param exitCode of that process
 * @param output both of its streams
 */
record ClientRun(
        List<String> command,
        long pid,
        NetworkNamespace namespace,
        int exitCode,
        String output,
        List<TruthRecord> truth,
        List<LogLine> lines) {}
