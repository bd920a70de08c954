package dev.imdsanalyzer.process;

import dev.imdsanalyzer.process.proc.Cmdline;

/**
 * Which process it is.
 *
 * @param pid as the host sees it; -1 where it is not known
 * @param name the kernel's comm; null where it is not known
 * @param startNanos start of the process, ns since the epoch: with the number it tells processes apart; -1 where it is not known
 */
public record ProcessIdentity(int pid, String name, long startNanos) {
    static final ProcessIdentity UNKNOWN = new ProcessIdentity(-1, null, -1);

    public ProcessIdentity {
        name = Cmdline.capped(name, CallerTexts.WORD_LIMIT);
    }
}
