package dev.imdsanalyzer.config;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What values a setting takes, and how they are written. */
public interface ValueType {
    ValueType TEXT = text -> {
        if (text.isBlank()) {
            throw new IllegalArgumentException("must not be empty");
        }
        return text;
    };

    /** The absolute path of a folder. */
    ValueType FOLDER = text -> {
        if (!text.startsWith("/")) {
            throw new IllegalArgumentException("must be an absolute path, not \"" + text + "\"");
        }
        return text;
    };

    ValueType BOOLEAN = text -> switch (text) {
        case "true" -> true;
        case "false" -> false;
        default -> throw new IllegalArgumentException("must be true or false, not \"" + text + "\"");
    };

    /** Texts separated by commas. */
    ValueType LIST = text -> text.isBlank()
            ? List.of()
            : Arrays.stream(text.split(",", -1)).map(String::strip).toList();

    /**
     * The value that a text stands for.
     *
     * @throws IllegalArgumentException whose message completes the sentence "KEY …"
     */
    Object parse(String text);

    static ValueType integer(long least, long most) {
        return text -> {
            long value;
            try {
                value = Long.parseLong(text);
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException("must be a whole number, not \"" + text + "\"", e);
            }
            if (value < least || value > most) {
                throw new IllegalArgumentException("must be from " + least + " to " + most + ", not " + value);
            }
            return value;
        };
    }

    /** A number of bytes, plain or with the unit KiB, MiB, GiB or TiB. */
    static ValueType size(long least, long most) {
        return text -> {
            Matcher matcher = SizePattern.SIZE.matcher(text);
            if (!matcher.matches()) {
                throw new IllegalArgumentException("must be a size such as 64KiB or 4MiB, not \"" + text + "\"");
            }
            int shift = matcher.group(2) == null ? 0 : 10 * (1 + "KMGT".indexOf(matcher.group(2)));
            long number = Long.parseLong(matcher.group(1));
            long value = number << shift;
            // Compared before the shift, which may overflow.
            if (number > most >> shift || value < least) {
                throw new IllegalArgumentException("must be from " + least + " to " + most + " bytes, not " + text);
            }
            return value;
        };
    }

    /**
     * A text of one form.
     *
     * @param expression what it must match
     * @param form the same in words
     */
    static ValueType matching(String expression, String form) {
        return text -> {
            if (!text.matches(expression)) {
                throw new IllegalArgumentException("must be " + form + ", not \"" + text + "\"");
            }
            return text;
        };
    }

    static ValueType oneOf(String... words) {
        return text -> {
            String word = text.toLowerCase(Locale.ROOT);
            if (!Arrays.asList(words).contains(word)) {
                throw new IllegalArgumentException("must be " + String.join(" or ", words) + ", not \"" + text + "\"");
            }
            return word;
        };
    }

    /** Kept apart because an interface has no private fields. */
    final class SizePattern {
        private static final Pattern SIZE = Pattern.compile("(\\d{1,18})(?:([KMGT])iB)?");

        private SizePattern() {}
    }
}
