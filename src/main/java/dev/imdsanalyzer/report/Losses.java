package dev.imdsanalyzer.report;

import dev.imdsanalyzer.status.Counter;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * What a run of the analyzer says in its summaries' {@code imds.counters} that it lost since it began: everything behind which
 * there may be a call without a line, or one without a name. Counters of later versions are told by how their names end.
 */
final class Losses {
    /** Stands for a counter that cannot be read; and none counts for more, so that no sum overflows. */
    static final long MAXIMUM = 1_000_000_000_000L;

    private static final JsonFactory JSON = new JsonFactory();
    // Told for each summary's own time elsewhere in it, and by gaps that say when.
    private static final Set<Counter> LOCATED = Set.of(
            Counter.KERNEL_DROPS, Counter.INTERFACE_DROPS, Counter.FRAMES_UNDECODABLE, Counter.FRAGMENTS_EXPIRED);
    private static final Map<String, Counter> COUNTERS = new HashMap<>();

    static {
        for (Counter counter : Counter.values()) {
            COUNTERS.put(counter.label(), counter);
        }
    }

    private final Map<Counter, Long> known = new EnumMap<>(Counter.class);
    private long others;

    /**
     * The sum of one summary's counters of losses; what is remembered of each is the largest seen.
     *
     * @param counters a JSON object of numbers
     * @param locatedToo whether those count too that a summary usually tells for its own time
     */
    long read(byte[] counters, boolean locatedToo) {
        long sum = 0;
        long sumOfOthers = 0;
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), counters)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = parser.currentName();
                long value = value(parser);
                Counter counter = COUNTERS.get(name);
                if (value == 0
                        || !Counter.isLoss(name)
                        || (!locatedToo && counter != null && LOCATED.contains(counter))) {
                    continue;
                }
                sum = Math.min(MAXIMUM, sum + value);
                if (counter == null) {
                    sumOfOthers = Math.min(MAXIMUM, sumOfOthers + value);
                } else {
                    known.merge(counter, value, Math::max);
                }
            }
        } catch (JacksonException e) {
            sum = MAXIMUM;
            sumOfOthers = MAXIMUM;
        }
        others = Math.max(others, sumOfOthers);
        return sum;
    }

    private static long value(JsonParser parser) {
        JsonToken token = parser.nextToken();
        if (token == JsonToken.VALUE_NUMBER_INT && parser.getNumberType() == JsonParser.NumberType.INT) {
            int value = parser.getIntValue();
            return value < 0 ? MAXIMUM : value;
        }
        if (token == JsonToken.VALUE_NUMBER_INT && parser.getNumberType() == JsonParser.NumberType.LONG) {
            long value = parser.getLongValue();
            return value < 0 ? MAXIMUM : Math.min(value, MAXIMUM);
        }
        parser.skipChildren();
        return MAXIMUM;
    }

    /** Adds what another run lost. */
    void add(Losses run) {
        run.known.forEach((counter, count) -> add(counter, count));
        others = Math.min(MAXIMUM, others + run.others);
    }

    void add(Counter counter, long count) {
        known.merge(counter, count, (one, other) -> Math.min(MAXIMUM, one + other));
    }

    /** By what was lost, in the order of its way through the analyzer. */
    Map<Counter, Long> byCounter() {
        return Collections.unmodifiableMap(known);
    }

    /** Losses of kinds that this version does not know, or cannot read. */
    long others() {
        return others;
    }
}
