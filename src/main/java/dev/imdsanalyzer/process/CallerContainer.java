package dev.imdsanalyzer.process;

import dev.imdsanalyzer.process.proc.Cmdline;

/**
 * The container in which a process is. Unknown texts are null.
 *
 * @param runtime docker, containerd, cri-o, podman, ecs, systemd-nspawn
 * @param podQos the pod's class of service
 * @param workload what the container is called; never null
 */
public record CallerContainer(String id, String runtime, String podUid, String podQos, Workload workload) {
    static final CallerContainer NONE = new CallerContainer(null, null, null, null, Workload.NONE);

    public CallerContainer {
        id = Cmdline.capped(id, CallerTexts.WORD_LIMIT);
    }
}
