package dev.imdsanalyzer.process.packages;

import dev.imdsanalyzer.process.Caller;
import dev.imdsanalyzer.process.PathOrigin;

/**
 * On whose behalf databases are read: whoever makes that slow waits for it himself, whatever number of mount namespaces
 * and folders he calls his root.
 *
 * @param host whether the databases are the host's own, where no ordinary user writes one
 * @param containerId null outside containers
 * @param userId as the host numbers it; -1 where the container tells whose it is
 */
record Party(boolean host, String containerId, long userId) {
    static final Party HOST = new Party(true, null, -1);

    static Party of(Caller caller) {
        if (caller.provenance().path() == PathOrigin.HOST) {
            return HOST;
        }
        String container = caller.containerId() != null ? caller.containerId() : caller.podUid();
        return new Party(false, container, container != null ? -1 : caller.userId());
    }
}
