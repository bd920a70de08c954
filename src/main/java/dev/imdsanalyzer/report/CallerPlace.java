package dev.imdsanalyzer.report;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Where a caller is and who it is, in words for the person who has to find it: instances, account, the inventory's owner and
 * groups, script, unit, package, pod, task, image and user. The texts may hold what a log says; formats escape them.
 */
public final class CallerPlace {
    private static final int NAMED = 3;
    private static final int LONGEST_SCRIPT = 240;

    private final CallerGroup caller;
    private final List<Instance> instances;
    private final Inventory inventory;

    private CallerPlace(CallerGroup caller, Inventory inventory) {
        this.caller = caller;
        this.inventory = inventory;
        boolean v1 = caller.tally().v1() > 0;
        this.instances = caller.instances().stream()
                .filter(on -> !v1 || on.tally().v1() > 0)
                .sorted(Comparator.comparingLong((CallerGroup.OnInstance on) ->
                                v1 ? on.tally().v1() : on.tally().total())
                        .reversed())
                .map(CallerGroup.OnInstance::instance)
                .toList();
    }

    /** Of a caller that uses IMDSv1 only the instances on which it does. */
    public static CallerPlace of(CallerGroup caller, ReportData data) {
        return new CallerPlace(caller, data.inventory());
    }

    /** Each kind with what is known of it, in the order in which a person looks; kinds of which nothing is known are left out. */
    public Map<String, String> parts() {
        Map<String, String> parts = new LinkedHashMap<>();
        parts.put("on", on());
        put(parts, "account", distinct(instance -> Place.title(instance.place())));
        if (inventory != null) {
            put(parts, "owner", ofInventory(Inventory.Host::team));
            put(parts, "group", ofInventory(Inventory.Host::group));
            put(parts, "AMI", ofInventory(Inventory.Host::image));
            put(parts, "launch", ofInventory(Inventory.Host::template));
        }
        String script = script();
        put(parts, "script", script == null ? List.of() : List.of(script));
        put(parts, "unit", texts(caller.units()));
        put(parts, "package", texts(caller.packageVersions()));
        put(parts, "pod", texts(caller.pods()));
        put(parts, "task", texts(caller.tasks()));
        put(parts, "image", texts(caller.images()));
        put(parts, "user", texts(caller.users()));
        put(parts, "login", texts(caller.logins()));
        put(parts, "through", texts(caller.proxies()));
        return parts;
    }

    /** Three instances by id and host name, those with most calls first, and how many more: {@code i-0a (web-1), … +6}. */
    public String on() {
        return named(instances.stream().map(CallerPlace::title).toList());
    }

    /** The id with the host's name beside it, as far as they are known. */
    public static String title(Instance instance) {
        return instance.id() != null && instance.name() != null
                ? instance.title() + " (" + instance.name() + ")"
                : instance.title();
    }

    /** Path of the script that the label names, with its arguments, from the example of its chain; null where none is known. */
    public String script() {
        for (ChainLink link : caller.chain()) {
            String[] words = link.commandLine() == null
                    ? new String[0]
                    : link.commandLine().split(" ", -1);
            int offset = 0;
            for (int i = 0; i < words.length; i++) {
                if (i > 0 && isNamedByLabel(words[i])) {
                    return TopTexts.shortened(link.commandLine().substring(offset), LONGEST_SCRIPT);
                }
                offset += words[i].length() + 1;
            }
        }
        return caller.scripts().sorted().stream()
                .map(TopTexts.Counted::text)
                .findFirst()
                .orElse(null);
    }

    private boolean isNamedByLabel(String word) {
        String name = word.substring(word.lastIndexOf('/') + 1);
        return name.length() > 1
                && !word.startsWith("-")
                && !word.contains("://")
                && (word.indexOf('/') >= 0 || name.indexOf('.') > 0)
                && caller.label().contains(name);
    }

    private List<String> ofInventory(Function<Inventory.Host, String> what) {
        return distinct(instance -> {
            Inventory.Host host = inventory.get(instance.id());
            return host == null ? null : what.apply(host);
        });
    }

    private List<String> distinct(Function<Instance, String> what) {
        return instances.stream()
                .map(what)
                .filter(Objects::nonNull)
                .distinct()
                .sorted()
                .toList();
    }

    private static List<String> texts(TopTexts texts) {
        return texts.sorted().stream().map(TopTexts.Counted::text).toList();
    }

    private static void put(Map<String, String> parts, String kind, List<String> names) {
        if (!names.isEmpty()) {
            parts.put(kind, named(names));
        }
    }

    private static String named(List<String> names) {
        return names.stream().limit(NAMED).collect(Collectors.joining(", "))
                + (names.size() > NAMED ? " +" + Amount.grouped(names.size() - NAMED) : "");
    }
}
