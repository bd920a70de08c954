package dev.imdsanalyzer.daemon.calls;

import dev.imdsanalyzer.imds.caller.CallerNames;
import dev.imdsanalyzer.process.Caller;
import dev.imdsanalyzer.process.PathOrigin;
import dev.imdsanalyzer.process.Provenance;
import dev.imdsanalyzer.process.Workload;

/** What of a caller's names opens a rule: what neither it nor a user or container behind it could choose. */
final class CheckedNames {
    private CheckedNames() {}

    static CallerNames of(Caller caller) {
        Provenance provenance = caller.provenance();
        boolean path = provenance.provesPath();
        boolean contained = caller.containerId() != null || caller.podUid() != null;
        boolean container = contained && provenance.provesContainer();
        Workload.Pod pod = container ? caller.workload().pod() : null;
        // A container's root is not the host's, though they have one number.
        boolean user = provenance.hostUsers() && !contained && provenance.path() != PathOrigin.CONTAINER;
        return new CallerNames(
                path ? caller.executable() : null,
                provenance.rootsFile(),
                provenance.hostUnit() ? caller.systemdUnit() : null,
                container ? caller.containerId() : null,
                // An interpreter's script is what its arguments say, and those a process can rewrite.
                path && caller.script() == null ? caller.packageName() : null,
                container ? image(caller.workload()) : null,
                pod == null ? null : pod.namespace(),
                pod == null ? null : pod.name(),
                container ? caller.podUid() : null,
                container && caller.workload().task() != null
                        ? task(caller.workload().task())
                        : null,
                user ? caller.userName() : null,
                user && caller.userId() >= 0 ? Long.toString(caller.userId()) : null);
    }

    private static String image(Workload workload) {
        return workload.image() == null || workload.tag() == null
                ? workload.image()
                : workload.image() + ":" + workload.tag();
    }

    private static String task(Workload.Task task) {
        return task.arn() != null ? task.arn() : task.id();
    }
}
