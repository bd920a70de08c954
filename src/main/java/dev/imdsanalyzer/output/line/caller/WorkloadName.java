package dev.imdsanalyzer.output.line.caller;

import dev.imdsanalyzer.imds.advice.WorkloadPlace;
import dev.imdsanalyzer.process.Caller;
import dev.imdsanalyzer.process.Workload;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a person would call a workload, the same on each host that runs it: {@code shop/checkout web} for a container of a
 * pod, {@code shop web} for one of an ECS task, {@code project/service} for one of Docker Compose, else the container's
 * name, or its image where the name was made up.
 */
public final class WorkloadName {
    /**
     * Random characters of Kubernetes, letters and digits that spell no words, but for these: util/rand of
     * k8s.io/apimachinery.
     */
    private static final String RANDOM = "(?!(?:https|http2|html5|xhtml|tmpfs|btrfs)$)[bcdfghjklmnpqrstvwxz2456789]{5}";

    /** A template's hash, a decimal number whose ten digits were put into ten of those: SafeEncodeString, the same file. */
    private static final String HASH = "(?:[4-9bcdf]{5,10}|[0-9]{8,10})";

    /** So long it is one, whatever is behind it: before Kubernetes 1.8 random characters might spell words. */
    private static final String LONG_HASH = "(?:[4-9bcdf]{8,10}|[0-9]{8,10})";

    /** Of an indexed Job. */
    private static final String INDEX = "(?:-(?:0|[1-9][0-9]{0,4}))?";

    private static final String UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";

    /**
     * What controllers append to a pod's name: a Deployment its template's hash and five characters, a CronJob the minute, a
     * Job or DaemonSet five characters, an indexed Job a number before them, a StatefulSet a number; the kubelet the node to
     * a static pod's name, which EC2 has called by its address or its identifier.
     */
    private static final Pattern GENERATED = Pattern.compile("(.+?)(?:-" + HASH + INDEX + "-" + RANDOM
            + "|-" + LONG_HASH + INDEX + "-[0-9a-z]{5}"
            + "|" + INDEX + "-" + RANDOM + "|-(?:0|[1-9][0-9]{0,3})|-" + UUID
            + "|-(?:fargate-)?ip-[0-9]{1,3}-[0-9]{1,3}-[0-9]{1,3}-[0-9]{1,3}(?:\\..+)?|-i-[0-9a-f]{17}(?:\\..+)?)");

    /**
     * What others put into the middle of a pod's name: a run of Argo Workflows {@code RUN-STEP-HASH}, one of Tekton {@code
     * RUN-pod}, an application of Spark 16 digits.
     */
    private static final List<Pattern> WITHIN = List.of(
            Pattern.compile("(.+?)-" + RANDOM.replace("$", "-") + "(|-.+?)-[0-9]{8,10}"),
            Pattern.compile("(.+?)-" + RANDOM.replace("$", "-") + "()-pod"),
            Pattern.compile("(.+?)-[0-9a-f]{16}(-driver|-exec)(?:-[0-9]{1,6})?"));

    /** A revision of a service of Knative's, or a set of runners of GitHub Actions, as the Deployment's part of a pod's name. */
    private static final Pattern REVISION =
            Pattern.compile("(.+?)-(?:[0-9]{5}-deployment|" + RANDOM.replace("$", "-") + "(?=-runner$)(-runner))");

    /** Longer names are cut before the random characters are appended: then a part of the hash may be before those. */
    private static final int LONGEST_POD = 63;

    private static final Pattern CUT = Pattern.compile("(.+?)-?(?:[4-9bcdf]{1,10})?" + RANDOM);

    /**
     * A task of Docker Swarm: its service, which one of it or which node, and 25 characters of its own. An allocation of
     * Nomad: its task and a UUID.
     */
    private static final Pattern SCHEDULED =
            Pattern.compile("(.+?)(?:\\.(?:[0-9]{1,6}|[0-9a-z]{25})\\.[0-9a-z]{25}|-" + UUID + ")");

    /** An adjective, a person, and a digit where that was taken. */
    private static final Pattern MADE_UP = Pattern.compile("([a-z]+)_[a-z]+[0-9]?");

    /** The first halves of the names that Docker and podman make up. */
    private static final Set<String> ADJECTIVES = Set.of(
            ("admiring adoring affectionate agitated amazing angry awesome beautiful blissful bold boring brave busy charming"
                            + " clever cocky compassionate competent condescending confident cool cranky crazy dazzling"
                            + " determined distracted dreamy eager ecstatic elastic elated elegant eloquent epic exciting"
                            + " fervent festive flamboyant focused friendly frosty funny gallant gifted goofy gracious great"
                            + " happy hardcore heuristic hopeful hungry infallible inspiring intelligent interesting jolly"
                            + " jovial keen kind laughing loving lucid magical modest musing mystifying naughty nervous nice"
                            + " nifty nostalgic objective optimistic peaceful pedantic pensive practical priceless quirky"
                            + " quizzical recursing relaxed reverent romantic sad serene sharp silly sleepy stoic strange"
                            + " stupefied suspicious sweet tender thirsty trusting unruffled upbeat vibrant vigilant vigorous"
                            + " wizardly wonderful xenodochial youthful zealous zen")
                    .split(" ", -1));

    /** What nerdctl appends to an image's name. */
    private static final Pattern NERDCTL = Pattern.compile(".+-[0-9a-f]{5}");

    private WorkloadName() {}

    /** Null where nothing is known that is the same elsewhere. */
    static String of(Workload workload) {
        String place = place(workload);
        return place != null && workload.sandbox() ? place + " (pause)" : place;
    }

    private static String place(Workload workload) {
        Workload.Pod pod = workload.pod();
        if (pod != null && pod.name() != null) {
            String name = (pod.namespace() == null ? "" : pod.namespace() + "/") + withoutEnding(pod.name());
            return pod.container() == null ? name : name + " " + pod.container();
        }
        Workload.Task task = workload.task();
        if (task != null && task.family() != null) {
            return task.container() == null ? task.family() : task.family() + " " + task.container();
        }
        if (workload.service() != null) {
            return workload.project() == null ? workload.service() : workload.project() + "/" + workload.service();
        }
        String name = workload.name();
        if (name == null || isMadeUp(name, workload.image())) {
            return workload.image();
        }
        Matcher scheduled = SCHEDULED.matcher(name);
        return scheduled.matches() ? scheduled.group(1) : name;
    }

    /** Where a caller runs, for an advice. */
    public static WorkloadPlace placeOf(Caller caller) {
        Workload workload = caller.workload();
        String name = of(workload);
        Workload.Pod pod = workload.pod();
        if (pod != null && pod.name() != null) {
            return WorkloadPlace.ofPod(pod.namespace(), pod.name(), withoutEnding(pod.name()), name);
        }
        if (caller.podUid() != null) {
            return new WorkloadPlace(WorkloadPlace.Kind.POD, name);
        }
        if (workload.task() != null || "ecs".equals(caller.containerRuntime())) {
            return new WorkloadPlace(WorkloadPlace.Kind.TASK, name);
        }
        return caller.containerId() == null
                ? WorkloadPlace.UNKNOWN
                : new WorkloadPlace(WorkloadPlace.Kind.CONTAINER, name);
    }

    /** The name of what has made the pod. */
    public static String withoutEnding(String pod) {
        for (Pattern each : WITHIN) {
            Matcher within = each.matcher(pod);
            if (within.matches()) {
                return within.group(1) + within.group(2);
            }
        }
        Matcher generated = (pod.length() == LONGEST_POD ? CUT : GENERATED).matcher(pod);
        String maker = generated.matches() ? generated.group(1) : pod;
        Matcher revision = REVISION.matcher(maker);
        return revision.matches() ? revision.group(1) + Objects.requireNonNullElse(revision.group(2), "") : maker;
    }

    private static boolean isMadeUp(String name, String image) {
        Matcher madeUp = MADE_UP.matcher(name);
        if (madeUp.matches() && ADJECTIVES.contains(madeUp.group(1))) {
            return true;
        }
        String base =
                image == null ? "" : image.substring(image.lastIndexOf('/') + 1).toLowerCase(Locale.ROOT);
        return !base.isEmpty()
                && name.startsWith(base + "-")
                && NERDCTL.matcher(name).matches()
                && name.length() == base.length() + 6;
    }
}
