package dev.imdsanalyzer.process.proc;

import java.nio.charset.StandardCharsets;

/** What /etc/passwd says: names of users by their numbers; passwd(5). */
public final class Passwd {
    private static final int LINE_LIMIT = 1024;

    private Passwd() {}

    /**
     * The name of one user; of several for one number the first counts, as in getpwuid(3).
     *
     * @return null when the number has no name
     */
    public static String name(byte[] content, long user) {
        int start = 0;
        for (int end = 0; content != null && end <= content.length; end++) {
            if (end == content.length || content[end] == '\n') {
                String name = end - start > LINE_LIMIT ? null : nameIfUser(content, start, end, user);
                if (name != null) {
                    return name;
                }
                start = end + 1;
            }
        }
        return null;
    }

    private static String nameIfUser(byte[] content, int start, int end, long user) {
        String line = new String(content, start, end - start, StandardCharsets.UTF_8);
        int password = line.indexOf(':');
        int number = line.indexOf(':', password + 1);
        int group = line.indexOf(':', number + 1);
        // A line of NIS begins with + or -.
        if (password < 1 || number < 0 || group < 0 || "+-#".indexOf(line.charAt(0)) >= 0) {
            return null;
        }
        return line.substring(number + 1, group).equals(Long.toString(user)) ? line.substring(0, password) : null;
    }
}
