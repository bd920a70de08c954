package dev.imdsanalyzer.daemon.schedules;

import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The lines of a crontab as their schedule and the base name of what they run, like {@code 17 3 * * 0 backup.sh}. Comments,
 * settings and what is no schedule are passed over. Source: crontab(5).
 */
final class CronTable {
    private static final Pattern LINE =
            Pattern.compile("(@[a-z]{4,10}|-?[0-9A-Za-z*,/~-]{1,60}(?:\\s+[0-9A-Za-z*,/~#-]{1,60}){4})\\s+(\\S.*)");
    private static final Pattern SETTING = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*\\s*=.*");
    private static final Pattern BLANKS = Pattern.compile("\\s+");
    private static final int LONGEST_LINE = 4096;

    private CronTable() {}

    /** @param hasUser whether a user's name stands before the command, as in /etc/crontab and /etc/cron.d */
    static void read(String text, boolean hasUser, Consumer<String> entries) {
        text.lines().forEach(line -> {
            String plain = line.strip();
            if (plain.startsWith("#")
                    || plain.length() > LONGEST_LINE
                    || SETTING.matcher(plain).matches()) {
                return;
            }
            Matcher parts = LINE.matcher(plain);
            if (!parts.matches()) {
                return;
            }
            String command = parts.group(2);
            if (hasUser) {
                String[] words = BLANKS.split(command, 2);
                if (words.length < 2) {
                    return;
                }
                command = words[1];
            }
            entries.accept(BLANKS.matcher(parts.group(1)).replaceAll(" ") + " " + CommandName.of(command));
        });
    }
}
