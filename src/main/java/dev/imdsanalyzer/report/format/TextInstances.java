package dev.imdsanalyzer.report.format;

import dev.imdsanalyzer.report.Amount;
import dev.imdsanalyzer.report.Grouping;
import dev.imdsanalyzer.report.InstanceVerdict;
import dev.imdsanalyzer.report.ReportData;
import dev.imdsanalyzer.report.Tally;
import dev.imdsanalyzer.report.Verdict;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The instances in the report for a terminal: verdicts added up, by groups, and of the worst their reasons. */
final class TextInstances {
    private static final int NAMED_INSTANCES = 20;
    private static final int NAMED_GROUPS = 8;

    private final ReportData data;
    private final TextStyle style;
    private final Consumer<String> line;

    /** @param line takes one line; it may break it */
    TextInstances(ReportData data, TextStyle style, Consumer<String> line) {
        this.data = data;
        this.style = style;
        this.line = line;
    }

    void write() {
        for (Verdict verdict : Verdict.values()) {
            if (data.count(verdict) > 0 && data.instances().size() > 1) {
                line.accept("  " + style.verdict(verdict, verdict.title()) + "  " + data.count(verdict));
            }
        }
        for (Grouping grouping : Grouping.values()) {
            groups(grouping);
        }
        List<InstanceVerdict> instances = data.instancesByGroup();
        for (InstanceVerdict instance : instances.subList(0, Math.min(NAMED_INSTANCES, instances.size()))) {
            instance(instance);
        }
        if (instances.size() > NAMED_INSTANCES) {
            line.accept("  … and " + Amount.grouped(instances.size() - NAMED_INSTANCES)
                    + " more: --format csv or html has them all");
        }
    }

    private void instance(InstanceVerdict instance) {
        String name = instance.instance().id() != null && instance.instance().name() != null
                ? " (" + safe(instance.instance().name()) + ")"
                : "";
        String place = Stream.of(Grouping.ACCOUNT, Grouping.OWNER, Grouping.GROUP)
                .map(grouping -> grouping.of(instance.instance(), data.inventory()))
                .filter(Objects::nonNull)
                .collect(Collectors.joining(", "));
        line.accept("  " + style.bold(safe(instance.instance().title())) + name + "  "
                + style.verdict(instance.verdict(), instance.verdict().title())
                + (place.isEmpty() ? "" : style.dim("  " + safe(place))));
        for (String reason : instance.reasons()) {
            line.accept("      " + safe(reason));
        }
        if (instance.forecast() != Tally.NEVER) {
            line.accept("      " + data.forecastSentence(instance.forecast()));
        }
        if (instance.aboutSilence() != null) {
            line.accept("      " + instance.aboutSilence());
        }
        instance.witnesses().forEach(witness -> line.accept("      witness " + safe(witness.sentence())));
    }

    /** Verdicts by one kind of group, where there are several; of many the worst. */
    private void groups(Grouping grouping) {
        List<Grouping.Group> groups = grouping.groups(data.instances(), data.inventory());
        boolean known = groups.stream().anyMatch(group -> group.name() != null);
        if (!known || groups.size() < 2) {
            return;
        }
        line.accept("  by " + grouping.title());
        for (Grouping.Group group : groups.subList(0, Math.min(NAMED_GROUPS, groups.size()))) {
            line.accept("      " + style.bold(group.name() == null ? "not known" : safe(group.name())) + "  "
                    + group.verdicts().entrySet().stream()
                            .sorted(Map.Entry.<Verdict, Integer>comparingByKey().reversed())
                            .map(count ->
                                    count.getValue() + " " + count.getKey().title())
                            .collect(Collectors.joining(", ")));
        }
        if (groups.size() > NAMED_GROUPS) {
            line.accept("      … and " + Amount.grouped(groups.size() - NAMED_GROUPS) + " more");
        }
    }

    private static String safe(String text) {
        return Escape.terminal(text);
    }
}
