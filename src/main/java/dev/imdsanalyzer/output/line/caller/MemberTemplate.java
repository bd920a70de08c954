package dev.imdsanalyzer.output.line.caller;

import dev.imdsanalyzer.output.line.field.MemberText;
import dev.imdsanalyzer.output.text.UtcTime;
import dev.imdsanalyzer.process.Ancestor;
import dev.imdsanalyzer.process.Caller;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What a line tells of callers of one kind, as UTF-8 in JSON, with gaps for what is each one's own: its number, its start and
 * its ancestors' numbers.
 */
public final class MemberTemplate {
    private static final byte[] PID = "\"pid\":".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] START = "\"start\":\"".getBytes(StandardCharsets.US_ASCII);

    /** Numbers that no process has (PID_MAX_LIMIT of include/linux/threads.h is 2^22), one for each place; all of one length. */
    private static final int FIRST_NUMBER = 2_000_000_000;

    private static final int NUMBER_DIGITS = 10;

    /** What fills a gap: the caller's start, its number, or that of the ancestor one below. */
    private static final int GAP_START = -1;

    private static final int GAP_CALLER = 0;

    /** One more piece than gaps. */
    private final List<byte[]> pieces = new ArrayList<>();

    private final List<Integer> gaps = new ArrayList<>();
    private final UtcTime time = new UtcTime();
    private int length;

    private MemberTemplate() {}

    /** Members without a gap. */
    public static MemberTemplate fixed(byte[] members) {
        MemberTemplate template = new MemberTemplate();
        template.add(members, 0, members.length);
        return template;
    }

    /** The caller with numbers that {@link #of} will find. */
    public static Caller standIn(Caller caller) {
        List<Ancestor> ancestors = new ArrayList<>(caller.ancestors().size());
        for (Ancestor ancestor : caller.ancestors()) {
            ancestors.add(ancestor.withPid(FIRST_NUMBER + ancestors.size() + 1));
        }
        return caller.another(FIRST_NUMBER, caller.startNanos(), ancestors);
    }

    /**
     * Finds the gaps in members that were written of a {@link #standIn}. No text of a stranger's can look like one: in a text the
     * quotation mark has a back slash before it.
     */
    public static MemberTemplate of(byte[] members) {
        MemberTemplate template = new MemberTemplate();
        int from = 0;
        for (int i = 0; i < members.length; i++) {
            if (members[i] != '"') {
                continue;
            }
            int gap = Integer.MIN_VALUE;
            int begin = i;
            int end = i;
            if (isAt(members, i, PID)) {
                begin = i + PID.length;
                end = begin + NUMBER_DIGITS;
                gap = number(members, begin) - FIRST_NUMBER;
            } else if (isAt(members, i, START)) {
                begin = i + START.length;
                end = begin + UtcTime.LENGTH;
                gap = GAP_START;
            }
            if (gap >= GAP_START) {
                template.add(members, from, begin);
                template.gaps.add(gap);
                from = end;
                i = end - 1;
            }
        }
        template.add(members, from, members.length);
        return template;
    }

    private static boolean isAt(byte[] text, int at, byte[] wanted) {
        return (at == 0 || text[at - 1] != '\\')
                && at + wanted.length <= text.length
                && Arrays.equals(text, at, at + wanted.length, wanted, 0, wanted.length);
    }

    /** The number there, or one below all of ours. */
    private static int number(byte[] text, int at) {
        long number = 0;
        int end = Math.min(text.length, at + NUMBER_DIGITS);
        for (int i = at; i < end && text[i] >= '0' && text[i] <= '9'; i++) {
            number = number * 10 + text[i] - '0';
        }
        return (int) Math.min(Integer.MAX_VALUE, number);
    }

    private void add(byte[] text, int from, int to) {
        pieces.add(Arrays.copyOfRange(text, from, to));
        length += to - from;
    }

    /** Of the pieces, in bytes. */
    public int length() {
        return length;
    }

    /** Writes the members of that caller, who is of the kind. */
    public void write(Caller caller, MemberText text) {
        text.start();
        text.append(pieces.get(0));
        for (int i = 0; i < gaps.size(); i++) {
            int gap = gaps.get(i);
            if (gap == GAP_START) {
                text.append(time.write(caller.startNanos()), UtcTime.LENGTH);
            } else {
                text.append(
                        gap == GAP_CALLER
                                ? caller.pid()
                                : caller.ancestors().get(gap - 1).pid());
            }
            text.append(pieces.get(i + 1));
        }
    }
}
