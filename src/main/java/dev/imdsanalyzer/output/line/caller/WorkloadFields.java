package dev.imdsanalyzer.output.line.caller;

import dev.imdsanalyzer.output.line.field.EventSchema;
import dev.imdsanalyzer.output.line.field.LineJson;
import dev.imdsanalyzer.output.text.SafeText;
import dev.imdsanalyzer.process.Caller;
import dev.imdsanalyzer.process.Workload;
import java.util.List;

/** The fields that say what the caller's container is called. */
final class WorkloadFields {
    private static final int MAX_WORD_BYTES = 256;
    /** An image with its registry, a task's ARN. */
    private static final int MAX_NAME_BYTES = 512;

    private static final Workload.Task NO_TASK = new Workload.Task(null, null, null, null, null, null);
    private static final Workload.Pod NO_POD = new Workload.Pod(null, null, null, null);

    private WorkloadFields() {}

    static void write(Caller caller, LineJson json) {
        Workload workload = caller.workload();
        json.text(EventSchema.CONTAINER_ID, caller.containerId(), MAX_WORD_BYTES);
        json.text(EventSchema.CONTAINER_NAME, workload.name(), MAX_WORD_BYTES);
        json.text(EventSchema.CONTAINER_RUNTIME, caller.containerRuntime(), MAX_WORD_BYTES);
        json.word(EventSchema.CONTAINER_TYPE, workload.sandbox() ? "sandbox" : null);
        json.text(EventSchema.CONTAINER_IMAGE_NAME, workload.image(), MAX_NAME_BYTES);
        if (workload.tag() != null) {
            json.words(EventSchema.CONTAINER_IMAGE_TAG, List.of(SafeText.of(workload.tag(), MAX_WORD_BYTES)));
        }
        json.text(EventSchema.CONTAINER_LABEL_PROJECT, workload.project(), MAX_WORD_BYTES);
        json.text(EventSchema.CONTAINER_LABEL_SERVICE, workload.service(), MAX_WORD_BYTES);
        Workload.Pod pod = workload.pod() == null ? NO_POD : workload.pod();
        json.text(EventSchema.K8S_POD_UID, caller.podUid(), MAX_WORD_BYTES);
        json.text(EventSchema.K8S_POD_NAME, pod.name(), MAX_WORD_BYTES);
        json.text(EventSchema.K8S_POD_QOS, caller.podQos(), MAX_WORD_BYTES);
        json.text(EventSchema.K8S_NAMESPACE_NAME, pod.namespace(), MAX_WORD_BYTES);
        json.text(EventSchema.K8S_CONTAINER_NAME, pod.container(), MAX_WORD_BYTES);
        Workload.Task task = workload.task() == null ? NO_TASK : workload.task();
        json.text(EventSchema.AWS_ECS_CLUSTER_NAME, task.cluster(), MAX_WORD_BYTES);
        json.text(EventSchema.AWS_ECS_TASK_ARN, task.arn(), MAX_NAME_BYTES);
        json.text(EventSchema.AWS_ECS_TASK_ID, task.id(), MAX_WORD_BYTES);
        json.text(EventSchema.AWS_ECS_TASK_FAMILY, task.family(), MAX_WORD_BYTES);
        json.text(EventSchema.AWS_ECS_TASK_REVISION, task.revision(), MAX_WORD_BYTES);
        json.text(EventSchema.AWS_ECS_CONTAINER_NAME, task.container(), MAX_WORD_BYTES);
    }
}
