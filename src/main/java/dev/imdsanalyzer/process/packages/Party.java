package dev.imdsanalyzer.process.packages;

import dev.imdsanalyzer.process.Caller;
import dev.imdsanalyzer.process.PathOrigin;

/**
 * On whose behalf databases are read: the host, or a container of a runtime that root runs. Whoever makes that slow waits
 * for it himself.
 *
 * @param containerId null for the host, where no ordinary user writes a database
 */
record Party(String containerId) {
    static final Party HOST = new Party(null);

    static Party of(Caller caller) {
        boolean host = caller.provenance().path() == PathOrigin.HOST;
        String container = caller.containerId() != null ? caller.containerId() : caller.podUid();
        return host ? HOST : new Party(container);
    }

    boolean host() {
        return containerId == null;
    }
}
