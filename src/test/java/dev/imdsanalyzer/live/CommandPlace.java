package dev.imdsanalyzer.live;

import java.util.List;

/** Where a command runs: in which namespaces. */
interface CommandPlace {
    /** The command there; the process that is started is the command's own. */
    ProcessBuilder command(List<String> command);
}
