package dev.imdsanalyzer.process.proc;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** What /etc/passwd says: names of users by their numbers; passwd(5). */
public final class Passwd {
    /** Longer names are none: LOGIN_NAME_MAX of the C library, sysconf(3). */
    private static final int NAME_LIMIT = 256;

    private Passwd() {}

    /**
     * The name of one user; of several for one number the first counts, as in getpwuid(3). The text is gone through once,
     * and nothing but the name is made of it.
     *
     * @return null when the number has no name, or one that no user has
     */
    public static String name(byte[] content, long user) {
        byte[] number = Long.toString(user).getBytes(StandardCharsets.US_ASCII);
        int start = 0;
        for (int end = 0; content != null && end <= content.length; end++) {
            if (end == content.length || content[end] == '\n') {
                String name = nameIfUser(content, start, end, number);
                if (name != null) {
                    return name;
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
