package dev.imdsanalyzer.report;

import dev.imdsanalyzer.report.input.LineSource;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** Whether what is said about a host comes from that host, as far as the source of the lines tells. */
final class Provenance {
    private static final int NAMED_SOURCES = 3;

    private Provenance() {}

    /** Whether it comes from one source, which may be its own; says why not. */
    static boolean isSound(Instance instance, List<String> reasons) {
        LineSource foreign = instance.sourceOfAnother();
        if (foreign != null) {
            reasons.add("lines about it come from " + foreign.name()
                    + ", which bears another host's name: they prove nothing about this one");
        }
        if (instance.sources().size() > 1 || instance.hasMoreSources()) {
            reasons.add("lines about it come from several sources (" + named(instance)
                    + "): only what each of them proves counts, and one host has one log");
            return false;
        }
        return foreign == null;
    }

    private static String named(Instance instance) {
        List<LineSource> sources = instance.sources();
        return sources.stream().limit(NAMED_SOURCES).map(LineSource::name).collect(Collectors.joining(", "))
                + (sources.size() > NAMED_SOURCES || instance.hasMoreSources() ? " …" : "");
    }

    /** Says what the verdict takes on trust, and what was lost. */
    static void addNotes(Instance instance, Set<LineSource> merged, List<String> reasons) {
        String losses = losses(instance);
        if (!losses.isEmpty()) {
            reasons.add("note: lost, and the time of it not counted as watched: " + losses);
        }
        for (LineSource source : instance.sources()) {
            if (merged.contains(source)) {
                reasons.add("note: " + source.name()
                        + " is taken at its word: nothing shows which host wrote which line of it");
                return;
            }
        }
    }

    private static String losses(Instance instance) {
        Losses losses = instance.losses();
        String told = losses.byCounter().entrySet().stream()
                .map(loss -> Amount.grouped(loss.getValue()) + " "
                        + loss.getKey().label().replace('_', ' ').toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(", "));
        if (losses.others() == 0) {
            return told;
        }
        return (told.isEmpty() ? "" : told + ", ") + Amount.grouped(losses.others()) + " of another kind";
    }
}
