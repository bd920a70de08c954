package dev.imdsanalyzer.process.proc;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;

/** What /etc/passwd says: names of users by their numbers; passwd(5). */
public final class Passwd {
    private static final int NAME_LIMIT = 256;
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,10}");

    private Passwd() {}

    /** Reads the file's text; of several names for one number the first counts, as in getpwuid(3). */
    public static Map<Long, String> parse(byte[] content) {
        Map<Long, String> names = new HashMap<>();
        if (content == null) {
            return names;
        }
        for (String line : new String(content, StandardCharsets.UTF_8).split("\n", -1)) {
            int password = line.indexOf(':');
            int number = line.indexOf(':', password + 1);
            int group = line.indexOf(':', number + 1);
            // A line of NIS begins with + or -.
            if (password < 1
                    || password > NAME_LIMIT
                    || number < 0
                    || group < 0
                    || "+-#".indexOf(line.charAt(0)) >= 0) {
                continue;
            }
            if (NUMBER.matcher(line.substring(number + 1, group)).matches()) {
                names.putIfAbsent(Long.parseLong(line.substring(number + 1, group)), line.substring(0, password));
            }
        }
        return names;
    }
}
