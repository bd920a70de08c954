package dev.imdsanalyzer.http;

import com.code_intelligence.jazzer.junit.FuzzTest;

/**
 * Any bytes as a response head. The oracle is the parser itself: words of eight bytes where a line is whole, byte by byte
 * where it is cut, and the two must agree on every input, split anywhere.
 */
class ResponseHeadFuzzTest {
    /** Byte by byte, the input is copied once for each of its bytes. */
    private static final int MAXIMUM_BYTES = 1_024;

    @FuzzTest
    void parseTheSameHoweverItIsCut(byte[] input) {
        if (input.length <= MAXIMUM_BYTES) {
            HeadDriver.fewWays(input, () -> new ResponseParser(HeadParser.OFFSET_LIMIT));
        }
    }
}
