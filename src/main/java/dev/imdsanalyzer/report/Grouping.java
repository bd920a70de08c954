package dev.imdsanalyzer.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** By what instances are told together: by where they are, or by what the inventory's tags say. */
public enum Grouping {
    /** Account and Region. */
    ACCOUNT("account and Region"),
    /** The value of an owner's tag. */
    OWNER("owner"),
    /** Of Auto Scaling. */
    GROUP("Auto Scaling group"),
    /** The AMI. */
    IMAGE("AMI"),
    /** The launch template. */
    TEMPLATE("launch template");

    private final String title;

    Grouping(String title) {
        this.title = title;
    }

    /** As the command line has it. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** For a heading. */
    public String title() {
        return title;
    }

    /** The name of the instance's group; null where it is not known. */
    public String of(Instance instance, Inventory inventory) {
        if (this == ACCOUNT) {
            return Place.title(instance.place());
        }
        Inventory.Host host = inventory == null ? null : inventory.get(instance.id());
        if (host == null) {
            return null;
        }
        return switch (this) {
            case ACCOUNT -> throw new IllegalStateException();
            case OWNER -> host.team();
            case GROUP -> host.group();
            case IMAGE -> host.image();
            case TEMPLATE -> host.template();
        };
    }

    /**
     * Instances of one group, the worst first.
     *
     * @param name null where it is not known
     */
    public record Group(String name, List<InstanceVerdict> instances) {
        /** The worst of its instances'. */
        public Verdict verdict() {
            return instances.stream()
                    .map(InstanceVerdict::verdict)
                    .max(Comparator.naturalOrder())
                    .orElseThrow();
        }

        /** How many of its instances have each verdict, the worst first. */
        public Map<Verdict, Integer> verdicts() {
            Map<Verdict, Integer> verdicts = new EnumMap<>(Verdict.class);
            instances.forEach(instance -> verdicts.merge(instance.verdict(), 1, Integer::sum));
            return verdicts;
        }
    }

    /**
     * The groups, the worst first, then the largest; what belongs to none that is known comes last.
     *
     * @param inventory null where it was not given
     */
    public List<Group> groups(List<InstanceVerdict> verdicts, Inventory inventory) {
        Map<String, List<InstanceVerdict>> byName = new LinkedHashMap<>();
        for (InstanceVerdict verdict : verdicts) {
            byName.computeIfAbsent(of(verdict.instance(), inventory), name -> new ArrayList<>())
                    .add(verdict);
        }
        List<Group> groups = new ArrayList<>();
        byName.forEach((name, instances) -> groups.add(new Group(name, List.copyOf(instances))));
        groups.sort(Comparator.comparing((Group group) -> group.name() == null)
                .thenComparing(Comparator.comparing(Group::verdict).reversed())
                .thenComparing(Comparator.comparingInt(
                                (Group group) -> group.instances().size())
                        .reversed())
                .thenComparing(group -> group.name() == null ? "" : group.name()));
        return List.copyOf(groups);
    }
}
