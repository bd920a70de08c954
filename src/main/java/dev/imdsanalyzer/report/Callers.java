package dev.imdsanalyzer.report;

import dev.imdsanalyzer.report.input.EventLine;
import dev.imdsanalyzer.report.input.Field;
import java.util.ArrayList;
import java.util.List;

/**
 * Calls by caller. Bounded: callers past the bound are added up as one, so no call is lost to a verdict, and those that call
 * IMDSv1 have room left where the others have none.
 */
final class Callers {
    private static final int MAXIMUM = 20_000;
    private static final int MAXIMUM_WITHOUT_V1 = MAXIMUM / 2;
    private static final int GROUP_BYTES = 2048;
    private static final long UNKNOWN = 0x756e6b6e6f776eL;

    private final Budget budget;
    private final LongTable<CallerGroup> groups = new LongTable<>();
    private CallerGroup others;

    Callers(Budget budget) {
        this.budget = budget;
    }

    /** Adds a call; returns whose it is. */
    CallerGroup add(EventLine line, Call call, Instance instance) {
        CallerGroup group = group(line, call);
        group.add(line, call, instance);
        return group;
    }

    private CallerGroup group(EventLine line, Call call) {
        boolean isKnown = line.has(Field.FINGERPRINT);
        long key = isKnown ? line.hash(Field.FINGERPRINT) : UNKNOWN;
        CallerGroup known = groups.get(key);
        if (known != null) {
            return known;
        }
        int maximum = call.isV1() ? MAXIMUM : MAXIMUM_WITHOUT_V1;
        if (groups.size() >= maximum || !budget.take(GROUP_BYTES, call.isV1() ? 0 : CallerGroup.RESERVE)) {
            if (others == null) {
                others = new CallerGroup("others", "other callers, past the first that there is room for", budget);
            }
            return others;
        }
        return groups.computeIfAbsent(
                key,
                () -> isKnown
                        ? new CallerGroup(line.text(Field.FINGERPRINT), label(line), budget)
                        : new CallerGroup("unknown", "unknown caller", budget));
    }

    private static String label(EventLine line) {
        for (Field field : new Field[] {Field.LABEL, Field.SCRIPT, Field.EXECUTABLE, Field.PROCESS_NAME}) {
            if (line.has(field)) {
                return line.text(field);
            }
        }
        return "unknown caller";
    }

    /** All of them; the last may stand for many. */
    List<CallerGroup> all() {
        List<CallerGroup> all = new ArrayList<>(groups.values());
        if (others != null) {
            all.add(others);
        }
        return all;
    }

    /** Calls by callers that there was no room for; null if there was room for all. */
    Tally ofOthers() {
        return others == null ? null : others.tally();
    }
}
