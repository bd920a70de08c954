package dev.imdsanalyzer.report.input;

import java.util.HashMap;
import java.util.Map;

/**
 * Guesses the next member's name from the one before it: lines of one kind name their members in one order, so three
 * comparisons of eight bytes replace finding the name's end, hashing it and looking it up. A wrong guess costs only those.
 */
final class MemberPrediction {
    private static final int LONGEST = 3 * Long.BYTES;
    private static final int MAXIMUM_MEMBERS = 1024;

    private final Map<Long, Member> members = new HashMap<>();
    private final Member start = new Member();
    private Member last = start;

    /** A name with its quotes and colon, as it stands in the line, and what followed it so far. */
    private static final class Member {
        private long prefix;
        private long first;
        private long firstMask;
        private long second;
        private long secondMask;
        private long third;
        private long thirdMask;
        private int length;
        private int place;
        private Member next;
        private Member otherNext;
        private Member rareNext;

        private boolean matches(byte[] bytes, int at, int limit, long object) {
            return prefix == object
                    && at + length <= limit
                    && (Bytes.word(bytes, at) & firstMask) == first
                    && (Bytes.word(bytes, at + Long.BYTES) & secondMask) == second
                    && (Bytes.word(bytes, at + 2 * Long.BYTES) & thirdMask) == third;
        }
    }

    void startLine() {
        last = start;
    }

    /**
     * Tries the guess at the quote that opens a name.
     *
     * @param object hash of the object's path
     * @return bytes up to past the colon, or 0 if the guess is wrong; then {@link #place} says what the member is
     */
    int match(byte[] bytes, int at, int limit, long object) {
        if (at + LONGEST > bytes.length) {
            return 0;
        }
        Member guess = last.next;
        if (guess == null || !guess.matches(bytes, at, limit, object)) {
            guess = last.otherNext;
            if (guess == null || !guess.matches(bytes, at, limit, object)) {
                guess = last.rareNext;
                if (guess == null || !guess.matches(bytes, at, limit, object)) {
                    return 0;
                }
            }
        }
        last = guess;
        return guess.length;
    }

    /** The place of the member that matched last, as {@link Field#find} gives it. */
    int place() {
        return last.place;
    }

    /** Learns that the name in [at, end), quotes and colon included, follows the last one. */
    void learn(byte[] bytes, int at, int end, long object, int place) {
        int length = end - at;
        if (length > LONGEST || at + LONGEST > bytes.length) {
            return;
        }
        long key = Bytes.mix(object, Bytes.hash(bytes, at, end));
        Member member = members.get(key);
        if (member == null) {
            if (members.size() >= MAXIMUM_MEMBERS) {
                return;
            }
            member = new Member();
            member.prefix = object;
            member.length = length;
            member.place = place;
            member.firstMask = mask(length);
            member.secondMask = mask(length - Long.BYTES);
            member.thirdMask = mask(length - 2 * Long.BYTES);
            member.first = Bytes.word(bytes, at) & member.firstMask;
            member.second = Bytes.word(bytes, at + Long.BYTES) & member.secondMask;
            member.third = Bytes.word(bytes, at + 2 * Long.BYTES) & member.thirdMask;
            members.put(key, member);
        }
        last.rareNext = last.otherNext;
        last.otherNext = last.next;
        last.next = member;
        last = member;
    }

    /** Lets the lowest {@code count} bytes of a word through; none for a negative count. */
    private static long mask(int count) {
        return count <= 0 ? 0 : count >= Long.BYTES ? -1L : (1L << (count * Byte.SIZE)) - 1;
    }
}
