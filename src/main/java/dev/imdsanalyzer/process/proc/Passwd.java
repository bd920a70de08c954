package dev.imdsanalyzer.process.proc;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** What /etc/passwd says: names of users by their numbers; passwd(5). */
public final class Passwd {
    /** Longer names are none: LOGIN_NAME_MAX of the C library, sysconf(3). */
    private static final int NAME_LIMIT = 256;

    /** Fields before it. */
    private static final int HOME = 5;

    private Passwd() {}

    /**
     * The name of one user; of several for one number the first counts, as in getpwuid(3). The text is gone through once,
     * and nothing but the name is made of it.
     *
     * @return null when the number has no name, or one that no user has
     */
    public static String name(byte[] content, long user) {
        return find(content, user, Passwd::nameIfUser);
    }

    /** The same for the user's home directory; null when the number has none. */
    public static String home(byte[] content, long user) {
        return find(content, user, Passwd::homeIfUser);
    }

    private interface Line {
        String read(byte[] content, int start, int end, byte[] wanted);
    }

    private static String find(byte[] content, long user, Line line) {
        byte[] number = Long.toString(user).getBytes(StandardCharsets.US_ASCII);
        int start = 0;
        for (int end = 0; content != null && end <= content.length; end++) {
            if (end == content.length || content[end] == '\n') {
                String found = line.read(content, start, end, number);
                if (found != null) {
                    return found;
                }
                start = end + 1;
            }
        }
        return null;
    }

    private static String nameIfUser(byte[] content, int start, int end, byte[] wanted) {
        int password = colon(content, start, end);
        int number = colon(content, password + 1, end);
        int group = colon(content, number + 1, end);
        boolean isUser = group < end
                && password > start
                && password - start <= NAME_LIMIT
                && Arrays.equals(content, number + 1, group, wanted, 0, wanted.length);
        return isUser ? name(content, start, password) : null;
    }

    private static String homeIfUser(byte[] content, int start, int end, byte[] wanted) {
        if (nameIfUser(content, start, end, wanted) == null) {
            return null;
        }
        int before = start;
        for (int colons = 0; colons < HOME; colons++) {
            before = Math.min(end, colon(content, before, end) + 1);
        }
        int after = colon(content, before, end);
        return after == before ? null : new String(content, before, after - before, StandardCharsets.UTF_8);
    }

    /** A line of NIS begins with + or -, and no name has a control character. */
    private static String name(byte[] content, int start, int end) {
        for (int i = start; i < end; i++) {
            if ((content[i] >= 0 && content[i] < ' ') || content[i] == 0x7F) {
                return null;
            }
        }
        return "+-#".indexOf(content[start]) >= 0
                ? null
                : new String(content, start, end - start, StandardCharsets.UTF_8);
    }

    /** The place of the next colon; the end where there is none. */
    private static int colon(byte[] content, int from, int end) {
        int at = Math.min(from, end);
        while (at < end && content[at] != ':') {
            at++;
        }
        return at;
    }
}
