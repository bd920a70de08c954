package dev.imdsanalyzer.process.socket;

import dev.imdsanalyzer.kernel.ProcFileSystem;
import java.nio.charset.StandardCharsets;

/** Processes by age, the newest first: a caller that nobody knows has most likely just been started. */
final class NewestProcesses {
    private final ProcFileSystem proc;

    NewestProcesses(ProcFileSystem proc) {
        this.proc = proc;
    }

    /**
     * The numbers that the kernel gave out last, downwards; threads' and such as have ended are among them. Far cheaper
     * than a list of all processes.
     *
     * @return at most {@code count}; empty when the kernel does not say which was the last
     */
    int[] pids(int count) {
        int last = last();
        int[] pids = new int[Math.min(count, Math.max(0, last))];
        for (int i = 0; i < pids.length; i++) {
            pids[i] = last - i;
        }
        return pids;
    }

    /** All processes, downwards from the newest; numbers wrap around, so the eldest may be among the first. */
    int[] all() {
        int[] pids = proc.pids();
        int last = last();
        int newest = pids.length - 1;
        while (newest > 0 && pids[newest] > last) {
            newest--;
        }
        int[] ordered = new int[pids.length];
        for (int i = 0; i < pids.length; i++) {
            ordered[i] = pids[Math.floorMod(newest - i, pids.length)];
        }
        return ordered;
    }

    /** The last field of /proc/loadavg: the number given out last; proc_loadavg(5). */
    private int last() {
        byte[] content = proc.read("loadavg", 128);
        if (content == null) {
            return 0;
        }
        String text = new String(content, StandardCharsets.US_ASCII).trim();
        try {
            return Integer.parseInt(text.substring(text.lastIndexOf(' ') + 1));
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}
