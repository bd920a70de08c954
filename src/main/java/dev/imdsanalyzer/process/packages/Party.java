package dev.imdsanalyzer.process.packages;

import dev.imdsanalyzer.kernel.RootView;
import dev.imdsanalyzer.process.Caller;
import dev.imdsanalyzer.process.HostView;

/**
 * On whose behalf databases are read: whoever makes that slow waits for it himself, whatever number of mount namespaces
 * and folders he calls his root.
 *
 * @param host whether the file system is the host's own, where no ordinary user writes a database
 * @param containerId null outside containers
 * @param userId as the host numbers it; -1 where the container tells whose it is
 */
record Party(boolean host, String containerId, long userId) {
    static final Party HOST = new Party(true, null, -1);

    /**
     * Whose the caller is.
     *
     * @param view which files it sees; one that cannot be asked any more saw the host's if it was outside containers
     */
    static Party of(Caller caller, RootView view) {
        if (view == RootView.OWN || (view == RootView.UNKNOWN && HostView.isOf(caller))) {
            return HOST;
        }
        String container = caller.containerId() != null ? caller.containerId() : caller.podUid();
        return new Party(false, container, container != null ? -1 : caller.userId());
    }
}
