package dev.imdsanalyzer.capture;

/**
 * What the options of a packet's block say beside the packet: {@code PID=4321} at the begin of a comment, which etl2pcapng
 * writes into captures that Windows itself made, of the process that sent or got it.
 *
 * <pre>
 * 0 code    2   1 is a comment, 0 the end
 * 2 length  2   of the value, without the padding to a multiple of four
 * 4 value
 * </pre>
 *
 * <p>Source: draft-ietf-opsawg-pcapng, section 3.5; microsoft/etl2pcapng, README.
 */
final class PacketComment {
    private static final int END = 0;
    private static final int COMMENT = 1;
    private static final int OPTION_HEADER_LENGTH = 4;
    private static final String PROCESS_ID = "PID=";

    private PacketComment() {}

    /** The process id in the options between two indexes of the input's buffer; -1 if there is none, or no such number. */
    static int processId(CaptureInput input, int from, int to) {
        int at = from;
        while (at + OPTION_HEADER_LENGTH <= to) {
            int code = input.uint16(at);
            int length = input.uint16(at + 2);
            int value = at + OPTION_HEADER_LENGTH;
            if (code == END || value + length > to) {
                return -1;
            }
            if (code == COMMENT) {
                int processId = number(input, value, value + length);
                if (processId >= 0) {
                    return processId;
                }
            }
            at = value + ((length + 3) & ~3);
        }
        return -1;
    }

    private static int number(CaptureInput input, int from, int to) {
        int digits = from + PROCESS_ID.length();
        if (digits >= to) {
            return -1;
        }
        for (int i = from; i < digits; i++) {
            if (input.uint8(i) != PROCESS_ID.charAt(i - from)) {
                return -1;
            }
        }
        long number = 0;
        int next = digits;
        while (next < to && input.uint8(next) >= '0' && input.uint8(next) <= '9' && number <= Integer.MAX_VALUE) {
            number = 10 * number + input.uint8(next) - '0';
            next++;
        }
        boolean ends = next == to || input.uint8(next) == ' ' || input.uint8(next) == 0;
        return next > digits && ends && number <= Integer.MAX_VALUE ? (int) number : -1;
    }
}
