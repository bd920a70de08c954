package dev.imdsanalyzer.report;

import dev.imdsanalyzer.report.input.EventLine;
import dev.imdsanalyzer.report.input.Field;
import dev.imdsanalyzer.report.schedule.Schedule;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/** Reads what hosts run by the clock from their summaries; hosts of one image share an entry. Bounded. */
final class Schedules {
    /** The analyzer names 64 at most. */
    static final int MAXIMUM = 64;

    private static final int MAXIMUM_DISTINCT = 100_000;
    private static final int LONGEST = 256;
    private static final int ENTRY_BYTES = 256;
    private static final JsonFactory JSON = new JsonFactory();

    private final Map<String, Schedule> known = new HashMap<>();
    private final Budget budget;

    Schedules(Budget budget) {
        this.budget = budget;
    }

    /** The line's; null where it says nothing of them, or there is no room. */
    List<Schedule> of(EventLine line) {
        byte[] json = line.json(Field.SCHEDULES);
        if (json == null) {
            return null;
        }
        List<Schedule> schedules = new ArrayList<>();
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), json)) {
            if (parser.nextToken() != JsonToken.START_ARRAY) {
                return null;
            }
            while (parser.nextToken() == JsonToken.VALUE_STRING && schedules.size() < MAXIMUM) {
                Schedule schedule = schedule(TopTexts.shortened(parser.getString(), LONGEST));
                if (schedule != null) {
                    schedules.add(schedule);
                }
            }
        } catch (JacksonException e) {
            // What stood before the fault is as good as the rest.
        }
        return budget.take(8L * schedules.size() + 64) ? List.copyOf(schedules) : null;
    }

    private Schedule schedule(String text) {
        Schedule schedule = known.get(text);
        if (schedule == null && known.size() < MAXIMUM_DISTINCT && budget.take(ENTRY_BYTES + 2L * text.length())) {
            schedule = Schedule.of(text);
            known.put(text, schedule);
        }
        return schedule;
    }
}
