package dev.imdsanalyzer.report;

import dev.imdsanalyzer.imds.advice.WorkloadPlace;
import dev.imdsanalyzer.output.line.caller.WorkloadName;
import dev.imdsanalyzer.report.input.EventLine;
import dev.imdsanalyzer.report.input.Field;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a caller's container is part of, the same on all hosts. Texts that are not known are null.
 *
 * @param place for an advice
 * @param namespace of Kubernetes
 * @param workload what has made the pod: its name without the generated ending
 * @param container its name in the pod or task, else the runtime's
 * @param family of a task of ECS
 * @param project of Docker Compose
 * @param service of Docker Compose
 * @param image without its tag
 */
public record ContainerWorkload(
        WorkloadPlace place,
        String namespace,
        String workload,
        String container,
        String family,
        String project,
        String service,
        String image) {
    /** Of what runs in no container, or in one that nobody could name. */
    static final ContainerWorkload NONE =
            new ContainerWorkload(WorkloadPlace.UNKNOWN, null, null, null, null, null, null, null);

    private static final int LONGEST = 256;

    static ContainerWorkload of(EventLine line) {
        boolean contained = line.has(Field.CONTAINER_ID) || line.has(Field.POD_UID) || line.has(Field.POD_NAME);
        if (!contained) {
            return NONE;
        }
        String pod = text(line, Field.POD_NAME);
        String controller = pod == null ? null : WorkloadName.withoutEnding(pod);
        String namespace = text(line, Field.NAMESPACE);
        String family = text(line, Field.ECS_FAMILY);
        String inPod = text(line, Field.POD_CONTAINER);
        String inTask = text(line, Field.ECS_CONTAINER);
        return new ContainerWorkload(
                place(line, namespace, pod, controller),
                namespace,
                controller,
                inPod != null ? inPod : inTask != null ? inTask : text(line, Field.CONTAINER_NAME),
                family,
                text(line, Field.COMPOSE_PROJECT),
                text(line, Field.COMPOSE_SERVICE),
                text(line, Field.IMAGE));
    }

    private static WorkloadPlace place(EventLine line, String namespace, String pod, String controller) {
        String name = text(line, Field.WORKLOAD);
        if (pod != null) {
            return WorkloadPlace.ofPod(namespace, pod, controller, name);
        }
        boolean task = line.has(Field.ECS_TASK_ID) || line.has(Field.ECS_FAMILY);
        return new WorkloadPlace(
                line.has(Field.POD_UID)
                        ? WorkloadPlace.Kind.POD
                        : task ? WorkloadPlace.Kind.TASK : WorkloadPlace.Kind.CONTAINER,
                name);
    }

    private static String text(EventLine line, Field field) {
        return line.has(field) ? TopTexts.shortened(line.text(field), LONGEST) : null;
    }

    /** What is known, in order, by what people call it. */
    public Map<String, String> parts() {
        Map<String, String> parts = new LinkedHashMap<>();
        put(parts, "namespace", namespace);
        put(parts, "workload", workload);
        put(parts, "task family", family);
        put(parts, "project", project);
        put(parts, "service", service);
        put(parts, "container", container);
        put(parts, "image", image);
        return parts;
    }

    private static void put(Map<String, String> parts, String name, String text) {
        if (text != null) {
            parts.put(name, text);
        }
    }
}
