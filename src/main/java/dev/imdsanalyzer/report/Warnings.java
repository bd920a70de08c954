package dev.imdsanalyzer.report;

import dev.imdsanalyzer.report.input.InputCounts;
import dev.imdsanalyzer.report.input.LineSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Sentences on what the answer lacks. */
final class Warnings {
    private static final int NAMED_HOSTS = 5;

    /** Logs whose newest line is older than this when the report is made are old. */
    private static final long STALE_MICROS = 24 * 3_600_000_000L;

    private Warnings() {}

    static List<String> of(Analysis analysis, InputCounts input) {
        List<String> warnings = new ArrayList<>();
        for (String name : input.damagedNames()) {
            warnings.add("could not be read to its end: " + name);
        }
        analysis.instances().stream()
                .filter(host -> host.isSeveralHosts() && !host.isCollective())
                .limit(NAMED_HOSTS)
                .forEach(host -> warnings.add("several hosts are called " + host.title()
                        + " and none says its instance id: their lines are told as those of one"));
        add(warnings, input.damaged() - input.damagedNames().size(), "more input", " could not be read to the end");
        add(warnings, input.broken(), "half or malformed line", " left out");
        add(warnings, input.foreign(), "line", " from somebody else left out");
        add(warnings, input.duplicates(), "line", " seen twice, counted once");
        add(warnings, analysis.implausibleTimes(), "line", " with a time that cannot be believed");
        add(warnings, analysis.newerSchema(), "line", " in a newer format, read as far as known");
        analysis.instances().stream()
                .filter(Instance::isCollective)
                .forEach(host -> warnings.add(
                        "more hosts than there is room for: told together as " + host.title() + ", and never READY"));
        Tally others = analysis.callers().ofOthers();
        if (others != null) {
            warnings.add("more callers than there is room for: " + Amount.of(others.total(), "call") + ", "
                    + Amount.grouped(others.v1()) + " of them IMDSv1, told together as other callers");
        }
        if (input.duplicatesUncertain()) {
            warnings.add("many inputs overlap: a line given more than once may have been counted more than once");
        }
        if (input.events() == 0) {
            warnings.add("no line of this analyzer in the input");
        }
        return warnings;
    }

    private static void add(List<String> warnings, long count, String noun, String what) {
        if (count > 0) {
            warnings.add(Amount.of(count, noun) + what);
        }
    }

    static void addTrust(List<Instance> instances, Set<LineSource> merged, List<String> warnings) {
        merged.stream()
                .limit(NAMED_HOSTS)
                .forEach(source -> warnings.add(source.name()
                        + " is taken at its word: nothing shows which host wrote which line of it; a folder or log stream"
                        + " for each host does"));
        add(warnings, merged.size() - NAMED_HOSTS, "further source", " taken at their word");
        long several = instances.stream()
                .filter(instance -> instance.sources().size() > 1 || instance.hasMoreSources())
                .count();
        add(warnings, several, "instance", " with lines from several sources: none of them is proof for another");
    }

    /** A clause on how old the logs are; null where they are not. */
    static String staleness(long newest, long now) {
        return now - newest <= STALE_MICROS
                ? null
                : "the newest line is " + Times.length(now - newest) + " old (" + Times.minutes(newest)
                        + " UTC): the verdict holds for then and says nothing about what came after";
    }
}
