package dev.imdsanalyzer.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.function.Supplier;

/**
 * Runs a parser over one input whole, split at every offset, and byte by byte; each time in another array at another
 * offset, with poison behind the last byte. All ways must agree.
 */
final class HeadDriver {
    /** Bytes that a parser which reads past the end would take for something. */
    private static final int[] POISONS = {'\n', ':', 'a', ' ', 0};

    private final Supplier<? extends HeadParser> parsers;

    private HeadDriver(Supplier<? extends HeadParser> parsers) {
        this.parsers = parsers;
    }

    /** What a request parser makes of the input. */
    static String request(String input) {
        return new HeadDriver(() -> new RequestParser(HeadParser.OFFSET_LIMIT)).allWays(Bytes.of(input));
    }

    static String request(byte[] input) {
        return new HeadDriver(() -> new RequestParser(HeadParser.OFFSET_LIMIT)).allWays(input);
    }

    static String response(String input) {
        return new HeadDriver(() -> new ResponseParser(HeadParser.OFFSET_LIMIT)).allWays(Bytes.of(input));
    }

    static String response(byte[] input) {
        return new HeadDriver(() -> new ResponseParser(HeadParser.OFFSET_LIMIT)).allWays(input);
    }

    /** The same with a few splits in places that the input itself chooses: for fuzzing, which wants to be fast. */
    static void fewWays(byte[] input, Supplier<? extends HeadParser> parsers) {
        HeadDriver driver = new HeadDriver(parsers);
        String whole = driver.whole(input);
        int poison = POISONS[input.length % POISONS.length];
        if (!driver.bytewise(input, poison).equals(whole)) {
            throw new AssertionError("byte by byte it is not " + whole);
        }
        int mixed = Arrays.hashCode(input);
        for (int i = 0; i < 4; i++) {
            mixed = mixed * 0x9E3779B1 + 1;
            int at = Math.floorMod(mixed, input.length + 1);
            if (!driver.split(input, at, poison).equals(whole)) {
                throw new AssertionError("split at " + at + " it is not " + whole);
            }
        }
    }

    private String allWays(byte[] input) {
        String whole = whole(input);
        for (int poison : POISONS) {
            assertThat(bytewise(input, poison))
                    .as("byte by byte, poison %d", poison)
                    .isEqualTo(whole);
        }
        for (int split = 0; split <= input.length; split++) {
            int poison = POISONS[split % POISONS.length];
            assertThat(split(input, split, poison)).as("split at %d", split).isEqualTo(whole);
        }
        return whole;
    }

    private String whole(byte[] input) {
        HeadParser parser = parsers.get();
        byte[] buffer = Bytes.poisoned(input, input.length, 3, 'a');
        return describe(parser, parser.parse(buffer, 3, input.length));
    }

    private String split(byte[] input, int at, int poison) {
        HeadParser parser = parsers.get();
        int answer = parser.parse(Bytes.poisoned(input, at, 5, poison), 5, at);
        if (answer == HeadParser.INCOMPLETE) {
            answer = parser.parse(Bytes.poisoned(input, input.length, 2, poison), 2, input.length);
        }
        return describe(parser, answer);
    }

    private String bytewise(byte[] input, int poison) {
        HeadParser parser = parsers.get();
        int answer = HeadParser.INCOMPLETE;
        for (int length = 0; length <= input.length && answer == HeadParser.INCOMPLETE; length++) {
            int offset = length % 7;
            answer = parser.parse(Bytes.poisoned(input, length, offset, poison), offset, length);
        }
        return describe(parser, answer);
    }

    private static String describe(HeadParser parser, int answer) {
        if (answer == HeadParser.INCOMPLETE) {
            return "incomplete";
        }
        if (answer == HeadParser.MALFORMED) {
            return parser.anomaly() + " at " + parser.anomalyOffset();
        }
        if (answer == HeadParser.OVER_LIMIT) {
            return parser.headLength() + " bytes and more: " + describe(parser) + oddity(parser);
        }
        return answer + " bytes: " + describe(parser) + oddity(parser);
    }

    private static String oddity(HeadParser parser) {
        return parser.oddity() == null ? "" : " " + parser.oddity();
    }

    /** Start line and fields, a line each, fields as {@code name=value} with control bytes kept. */
    static String describe(Fields head) {
        StringBuilder text = new StringBuilder();
        byte[] buffer = head.buffer();
        if (head instanceof RequestHead request) {
            text.append(Bytes.text(buffer, request.methodOffset(), request.methodLength()))
                    .append(' ')
                    .append(Bytes.text(buffer, request.targetOffset(), request.targetLength()))
                    .append(' ')
                    .append(request.minorVersion());
        } else if (head instanceof ResponseHead response) {
            text.append(response.statusCode()).append(' ').append(response.minorVersion());
        }
        for (int field = 0; field < head.fieldCount(); field++) {
            text.append(" [")
                    .append(Bytes.text(buffer, head.fieldNameOffset(field), head.fieldNameLength(field)))
                    .append('=')
                    .append(Bytes.text(buffer, head.fieldValueOffset(field), head.fieldValueLength(field)))
                    .append(']');
        }
        return text.toString();
    }

    /** The request line, and of the fields the names: a value may yet be folded. */
    static String describeNames(Fields head) {
        return describe(head).replaceAll("(?s)=.*?]", "]");
    }
}
