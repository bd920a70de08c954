package dev.imdsanalyzer.process;

import dev.imdsanalyzer.process.proc.Cmdline;

/**
 * What a caller's container is called, and what it is part of, as the runtime's files have it. Unknown texts are null. All
 * of them are words of whoever made the container; each is cut with a mark where it is longer than any such name.
 *
 * @param name as the runtime has it; for a pod's container its name in the pod
 * @param image without what follows the name: {@code registry:5000/shop/web}
 * @param tag of the image; null where it is named by digest or without one
 * @param pod null outside Kubernetes
 * @param task null outside ECS
 * @param project with {@code service}, what Docker Compose calls it
 * @param service of Docker Compose
 * @param sandbox whether it is no program of the workload's, but the pause container that holds a pod's or task's network
 */
public record Workload(
        String name, String image, String tag, Pod pod, Task task, String project, String service, boolean sandbox) {
    /** Nothing is known. */
    public static final Workload NONE = new Workload(null, null, null, null, null, null, null, false);

    /** Longest name of any of them, in bytes of UTF-8: a task's ARN, an image with its registry. */
    static final int WORD_LIMIT = 512;

    private static final int OWN_WEIGHT = 64;

    /**
     * A pod of Kubernetes.
     *
     * @param uid as its control group has it too
     * @param container its name in the pod; null for the pause container
     */
    public record Pod(String uid, String name, String namespace, String container) {
        public Pod {
            uid = Cmdline.capped(uid, WORD_LIMIT);
            name = Cmdline.capped(name, WORD_LIMIT);
            namespace = Cmdline.capped(namespace, WORD_LIMIT);
            container = Cmdline.capped(container, WORD_LIMIT);
        }
    }

    /**
     * A task of ECS.
     *
     * @param id the last part of its ARN
     * @param revision of its definition, a number
     * @param container its name in the definition
     */
    public record Task(String arn, String id, String family, String revision, String cluster, String container) {
        public Task {
            arn = Cmdline.capped(arn, WORD_LIMIT);
            id = Cmdline.capped(id, WORD_LIMIT);
            family = Cmdline.capped(family, WORD_LIMIT);
            revision = Cmdline.capped(revision, WORD_LIMIT);
            cluster = Cmdline.capped(cluster, WORD_LIMIT);
            container = Cmdline.capped(container, WORD_LIMIT);
        }
    }

    public Workload {
        name = Cmdline.capped(name, WORD_LIMIT);
        image = Cmdline.capped(image, WORD_LIMIT);
        tag = Cmdline.capped(tag, WORD_LIMIT);
        project = Cmdline.capped(project, WORD_LIMIT);
        service = Cmdline.capped(service, WORD_LIMIT);
    }

    /** What a container's control group alone tells: the task of ECS; nothing for null. */
    public static Workload ofTask(String id) {
        return NONE.within(id);
    }

    /** The same in this task, where it was not known in which; null for nothing. */
    public Workload within(String taskId) {
        if (taskId == null || taskId() != null) {
            return this;
        }
        Task within = task == null
                ? new Task(null, taskId, null, null, null, null)
                : new Task(task.arn(), taskId, task.family(), task.revision(), task.cluster(), task.container());
        return new Workload(name, image, tag, pod, within, project, service, sandbox);
    }

    /** The identifier of its task; null for none. */
    public String taskId() {
        return task == null ? null : task.id();
    }

    /** About how many bytes of memory it keeps. */
    public int weight() {
        int weight = OWN_WEIGHT
                + Ancestor.bytes(name)
                + Ancestor.bytes(image)
                + Ancestor.bytes(tag)
                + Ancestor.bytes(project)
                + Ancestor.bytes(service);
        if (pod != null) {
            weight += OWN_WEIGHT
                    + Ancestor.bytes(pod.uid())
                    + Ancestor.bytes(pod.name())
                    + Ancestor.bytes(pod.namespace())
                    + Ancestor.bytes(pod.container());
        }
        if (task != null) {
            weight += OWN_WEIGHT
                    + Ancestor.bytes(task.arn())
                    + Ancestor.bytes(task.id())
                    + Ancestor.bytes(task.family())
                    + Ancestor.bytes(task.revision())
                    + Ancestor.bytes(task.cluster())
                    + Ancestor.bytes(task.container());
        }
        return weight;
    }
}
