package dev.imdsanalyzer.imds.caller;

import dev.imdsanalyzer.imds.Category;
import dev.imdsanalyzer.imds.Finding;
import dev.imdsanalyzer.imds.FindingSets;
import dev.imdsanalyzer.imds.ImdsCall;
import dev.imdsanalyzer.imds.advice.Advice;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who may ask for credentials. An entry is one name, of an executable, a systemd unit or a container, or names of
 * several kinds that must all hold; each is a {@link Glob}. An empty list allows everybody.
 *
 * <p>Only what a caller could not choose for itself counts ({@link CallerNames}). A pattern without a slash is also tried
 * on the last part of an executable's path, where the file is root's: {@code amazon-ssm-agent} allows
 * {@code /usr/bin/amazon-ssm-agent}, and not the file of that name that a user has put into his home. A unit of a user's
 * manager has a slash in its name, and matches only a pattern that has one, too.
 */
public final class AllowList {
    private final List<Entry> entries;

    /**
     * One entry.
     *
     * @param anyName null where there are parts
     * @param parts patterns by what they are of: unit, package, image, namespace, pod, task, user, path
     */
    public record Entry(String anyName, Map<String, String> parts) {}

    public AllowList(List<Entry> entries) {
        this.entries = List.copyOf(entries);
    }

    /**
     * Marks a call for credentials by somebody who is not allowed.
     *
     * @return the same call, or one with {@link Finding#UNEXPECTED_CALLER}
     */
    public ImdsCall review(ImdsCall call, CallerNames caller) {
        if (entries.isEmpty() || call.category() != Category.CREDENTIALS || allows(caller)) {
            return call;
        }
        String advice = call.advice() == null ? Advice.unexpected() : call.advice();
        return call.withFindings(FindingSets.with(call.findings(), Finding.UNEXPECTED_CALLER), advice);
    }

    private boolean allows(CallerNames caller) {
        for (Entry entry : entries) {
            if (entry.anyName() != null ? isNamed(entry.anyName(), caller) : hold(entry.parts(), caller)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isNamed(String pattern, CallerNames caller) {
        return isPath(pattern, caller) || isUnit(pattern, caller.unit()) || is(pattern, caller.containerId());
    }

    private static boolean hold(Map<String, String> parts, CallerNames caller) {
        for (Map.Entry<String, String> part : parts.entrySet()) {
            if (!holds(part.getKey(), part.getValue(), caller)) {
                return false;
            }
        }
        return !parts.isEmpty();
    }

    private static boolean holds(String kind, String pattern, CallerNames caller) {
        return switch (kind) {
            case "unit" -> isUnit(pattern, caller.unit());
            case "package" -> is(pattern, caller.packageName());
            case "image" -> isImage(pattern, caller.image());
            case "namespace" -> is(pattern, caller.namespace());
            case "pod" -> is(pattern, caller.pod()) || is(pattern, caller.podUid());
            case "task" -> isTask(pattern, caller.task());
            case "user" -> is(pattern, caller.userName()) || is(pattern, caller.userId());
            case "path" -> isPath(pattern, caller);
            default -> false;
        };
    }

    private static boolean is(String pattern, @Nullable String name) {
        return name != null && Glob.matches(pattern, name);
    }

    private static boolean isPath(String pattern, CallerNames caller) {
        String path = caller.path();
        if (path == null) {
            return false;
        }
        if (pattern.indexOf('/') >= 0) {
            return Glob.matches(pattern, path);
        }
        return caller.rootsFile()
                && (Glob.matches(pattern, path) || Glob.matches(pattern, path.substring(path.lastIndexOf('/') + 1)));
    }

    private static boolean isUnit(String pattern, @Nullable String unit) {
        return unit != null && (unit.indexOf('/') < 0 || pattern.indexOf('/') >= 0) && Glob.matches(pattern, unit);
    }

    /** With its tag or digest, or without. */
    private static boolean isImage(String pattern, @Nullable String image) {
        if (image == null) {
            return false;
        }
        int digest = image.indexOf('@');
        String name = digest < 0 ? image : image.substring(0, digest);
        int tag = name.indexOf(':', name.lastIndexOf('/') + 1);
        return Glob.matches(pattern, image) || Glob.matches(pattern, tag < 0 ? name : name.substring(0, tag));
    }

    /** By its ARN, or by what follows the last slash. */
    private static boolean isTask(String pattern, @Nullable String task) {
        return task != null
                && (Glob.matches(pattern, task) || Glob.matches(pattern, task.substring(task.lastIndexOf('/') + 1)));
    }
}
