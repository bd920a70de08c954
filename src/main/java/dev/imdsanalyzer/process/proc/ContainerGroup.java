package dev.imdsanalyzer.process.proc;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A container as its control group names it.
 *
 * @param depth the group's place in its path, cut at its slashes
 */
record ContainerGroup(String id, String runtime, int depth) {
    /**
     * docker-ID.scope, cri-containerd-ID.scope, crio-ID, libpod-ID.scope, nerdctl-ID.scope … and libpod-payload-ID within
     * the service that podman --cgroups=split, as of a Quadlet, runs in.
     */
    private static final Pattern PREFIXED = Pattern.compile(
            "(docker|cri-containerd|containerd|nerdctl|crio|libpod)(?:-payload)?-([0-9a-f]{12,64})(?:\\.scope)?");

    /** kubepods-burstable-podUID.slice:cri-containerd:ID, where runc was told of systemd and did not use it. */
    private static final Pattern COLON_SEPARATED = Pattern.compile(".*:([a-z-]+):([0-9a-f]{64})");

    /** What an image is built in: executor/oci of BuildKit, which Docker has within it. */
    private static final Pattern BUILD = Pattern.compile("(docker-)?([0-9a-z]{25})(\\.scope)?");

    private static final Pattern IDENTIFIER = Pattern.compile("[0-9a-f]{64}");

    /** ECS on Fargate: the task's identifier and a number. */
    private static final Pattern FARGATE = Pattern.compile("[0-9a-f]{32}-[0-9]+");

    /** {@code ecstasks-TASKID.slice} or {@code TASKID}; agent/api/task/task_linux.go of the ECS agent. */
    private static final Pattern TASK =
            Pattern.compile("(?:ecstasks-)?([0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?:\\.slice)?");

    private static final Pattern MACHINE = Pattern.compile("machine-(.+)\\.scope|systemd-nspawn@(.+)\\.service");

    private static final Pattern ESCAPED = Pattern.compile("\\\\x([0-9a-f]{2})");

    /** The innermost container of a path, cut at its slashes; null when there is none. */
    static ContainerGroup find(String[] groups) {
        return outside(groups, groups.length);
    }

    /** The innermost one among the groups above that place; null when there is none. */
    static ContainerGroup outside(String[] groups, int depth) {
        for (int i = depth - 1; i >= 0; i--) {
            ContainerGroup container = at(groups, i);
            if (container != null) {
                return container;
            }
        }
        return null;
    }

    private static ContainerGroup at(String[] groups, int index) {
        String group = groups[index];
        Matcher matcher = PREFIXED.matcher(group);
        if (matcher.matches()) {
            return new ContainerGroup(matcher.group(2), below(groups, index, runtime(matcher.group(1))), index);
        }
        matcher = COLON_SEPARATED.matcher(group);
        if (matcher.matches()) {
            return new ContainerGroup(matcher.group(2), runtime(matcher.group(1)), index);
        }
        matcher = BUILD.matcher(group);
        if (matcher.matches() && (matcher.group(1) != null || (index > 0 && groups[index - 1].equals("buildkit")))) {
            return new ContainerGroup(matcher.group(2), "docker", index);
        }
        if (IDENTIFIER.matcher(group).matches()) {
            return new ContainerGroup(group, below(groups, index, null), index);
        }
        if (FARGATE.matcher(group).matches() && "ecs".equals(below(groups, index, null))) {
            return new ContainerGroup(group, "ecs", index);
        }
        matcher = MACHINE.matcher(group);
        if (matcher.matches()) {
            String machine = unescaped(matcher.group(1) != null ? matcher.group(1) : matcher.group(2));
            // libvirt registers virtual machines in the same way; the process there is the emulator.
            return machine.startsWith("qemu-") ? null : new ContainerGroup(machine, "systemd-nspawn", index);
        }
        return lxc(groups, index);
    }

    /** The identifier of its task in ECS, from the group above it; null for none. */
    String ecsTask(String[] groups) {
        Matcher task = TASK.matcher(depth > 0 && "ecs".equals(runtime) ? groups[depth - 1] : "");
        return task.matches() ? task.group(1) : null;
    }

    private static ContainerGroup lxc(String[] groups, int index) {
        String group = groups[index];
        if (group.startsWith("lxc.payload.")) {
            return new ContainerGroup(group.substring("lxc.payload.".length()), "lxc", index);
        }
        boolean insideLxc = index > 0 && (groups[index - 1].equals("lxc") || groups[index - 1].equals("lxc.payload"));
        return insideLxc && !group.isEmpty() ? new ContainerGroup(group, "lxc", index) : null;
    }

    /** The runtime that the groups above the container tell of, or else the given one. */
    private static String below(String[] groups, int index, String otherwise) {
        for (int i = 0; i < index; i++) {
            String group = groups[i];
            if (group.equals("ecs") || group.startsWith("ecstasks")) {
                return "ecs";
            }
        }
        String parent = index > 0 ? groups[index - 1] : "";
        return switch (otherwise == null ? parent : "") {
            case "docker", "buildkit" -> "docker";
            case "containerd", "k8s.io", "default" -> "containerd";
            case "libpod", "libpod_parent" -> "podman";
            default -> otherwise;
        };
    }

    private static String runtime(String prefix) {
        return switch (prefix) {
            case "docker" -> "docker";
            case "cri-containerd", "containerd", "nerdctl" -> "containerd";
            case "crio" -> "cri-o";
            case "libpod" -> "podman";
            default -> null;
        };
    }

    /** Undoes what systemd-escape(1) did to a hyphen, or another character that can be seen, in a name. */
    private static String unescaped(String name) {
        return ESCAPED.matcher(name).replaceAll(escape -> {
            char character = (char) Integer.parseInt(escape.group(1), 16);
            boolean visible = character > ' ' && character < 0x7F && character != '/';
            return Matcher.quoteReplacement(visible ? String.valueOf(character) : escape.group());
        });
    }
}
