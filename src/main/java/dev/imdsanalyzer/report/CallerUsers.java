package dev.imdsanalyzer.report;

import dev.imdsanalyzer.report.input.EventLine;
import dev.imdsanalyzer.report.input.Field;
import java.util.HashMap;
import java.util.Map;

/**
 * The users of a caller: by name, and by number where a line has no name. A number whose lines have one name elsewhere is
 * that user; one with several names, as hosts may differ, stays a number.
 */
final class CallerUsers {
    private static final int MAXIMUM = 40;
    private static final int ENTRY_BYTES = 160;
    private static final String SEVERAL = "";

    private final Budget budget;
    private final TopTexts named;
    private final TopTexts numbers;
    private final TopTexts unnamed;
    private final Map<Long, Name> names = new HashMap<>();

    private record Name(String number, String text, long hash) {}

    CallerUsers(Budget budget) {
        this.budget = budget;
        this.named = new TopTexts(budget);
        this.numbers = new TopTexts(budget);
        this.unnamed = new TopTexts(budget);
    }

    void add(EventLine line, long count) {
        boolean hasNumber = line.has(Field.USER_ID);
        if (hasNumber) {
            numbers.add(line.hash(Field.USER_ID), count, false, () -> line.text(Field.USER_ID));
        }
        if (line.has(Field.USER_NAME)) {
            named.add(line.hash(Field.USER_NAME), count, false, () -> line.text(Field.USER_NAME));
            if (hasNumber) {
                learn(line);
            }
        } else if (hasNumber) {
            unnamed.add(line.hash(Field.USER_ID), count, false, () -> line.text(Field.USER_ID));
        }
    }

    private void learn(EventLine line) {
        long number = line.hash(Field.USER_ID);
        long hash = line.hash(Field.USER_NAME);
        Name known = names.get(number);
        if (known == null) {
            if (names.size() < MAXIMUM && budget.take(ENTRY_BYTES)) {
                names.put(number, new Name(line.text(Field.USER_ID), line.text(Field.USER_NAME), hash));
            }
        } else if (known.hash != hash) {
            names.put(number, new Name(known.number, SEVERAL, 0));
        }
    }

    /** Each user once, with all its calls. */
    TopTexts users() {
        Map<String, String> nameOf = new HashMap<>();
        for (Name name : names.values()) {
            if (!name.text.equals(SEVERAL)) {
                nameOf.put(name.number, name.text);
            }
        }
        return named.with(unnamed, nameOf);
    }

    /** The users' numbers, as the host counts. */
    TopTexts numbers() {
        return numbers;
    }
}
