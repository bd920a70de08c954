package dev.imdsanalyzer.daemon.schedules;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The timers of systemd that are enabled, like {@code logrotate.timer OnCalendar=daily}: from the unit files and their drop-ins,
 * not from systemd. Source: systemd.timer(5), systemd.unit(5), "Unit File Load Path".
 */
final class TimerUnits {
    /** The most important first: a file there hides one of the same name further on. */
    private static final List<String> FOLDERS = List.of(
            "etc/systemd/system", "run/systemd/system", "usr/local/lib/systemd/system", "usr/lib/systemd/system");

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9:_.@\\\\-]{1,200}\\.timer");
    private static final Pattern INSTANCE = Pattern.compile("@[^.]*\\.timer$");
    private static final Pattern SCHEDULE = Pattern.compile(
            "\\s*(OnCalendar|OnActiveSec|OnBootSec|OnStartupSec|OnUnitActiveSec|OnUnitInactiveSec)\\s*=\\s*(.*?)\\s*");
    private static final Pattern VALUE = Pattern.compile("[A-Za-z0-9 *:.,/~+_-]{1,120}");
    private static final Pattern SECTION = Pattern.compile("\\s*\\[(.*)]\\s*");

    private final Path root;
    private final BoundedFiles files;

    TimerUnits(Path root, BoundedFiles files) {
        this.root = root;
        this.files = files;
    }

    void read(Consumer<String> entries) {
        for (String name : enabled()) {
            List<String> schedules = new ArrayList<>();
            if (!addFile(name, schedules) && name.contains("@")) {
                addFile(INSTANCE.matcher(name).replaceFirst("@.timer"), schedules);
            }
            schedules.forEach(schedule -> entries.accept(name + " " + schedule));
        }
    }

    /** Names in the folders of what other units want; systemd makes them where a timer is enabled. */
    private Set<String> enabled() {
        Set<String> names = new TreeSet<>();
        for (String folder : FOLDERS) {
            for (Path wants : files.list(root.resolve(folder))) {
                if (!wants.getFileName().toString().endsWith(".wants")) {
                    continue;
                }
                for (Path unit : files.list(wants)) {
                    String name = unit.getFileName().toString();
                    if (NAME.matcher(name).matches() && !isMasked(unit)) {
                        names.add(name);
                    }
                }
            }
        }
        return names;
    }

    private static boolean isMasked(Path unit) {
        try {
            return Files.isSymbolicLink(unit)
                    && Files.readSymbolicLink(unit).toString().equals("/dev/null");
        } catch (IOException e) {
            return false;
        }
    }

    /** Adds the file's schedules and those of its drop-ins; whether there is such a file. */
    private boolean addFile(String name, List<String> schedules) {
        for (String folder : FOLDERS) {
            Path file = root.resolve(folder).resolve(name);
            if (Files.isSymbolicLink(file) && isMasked(file)) {
                return true;
            }
            String text = files.text(file);
            if (text != null) {
                add(text, schedules);
                addDropIns(name, schedules);
                return true;
            }
        }
        return false;
    }

    private void addDropIns(String name, List<String> schedules) {
        Set<String> seen = new TreeSet<>();
        for (String folder : FOLDERS) {
            for (Path dropIn : files.list(root.resolve(folder).resolve(name + ".d"))) {
                String file = dropIn.getFileName().toString();
                String text = file.endsWith(".conf") && seen.add(file) ? files.text(dropIn) : null;
                if (text != null) {
                    add(text, schedules);
                }
            }
        }
    }

    private static void add(String text, List<String> schedules) {
        boolean inTimer = false;
        for (String line : text.lines().toList()) {
            Matcher section = SECTION.matcher(line);
            if (section.matches()) {
                inTimer = section.group(1).equals("Timer");
            }
            Matcher schedule = SCHEDULE.matcher(line);
            if (!inTimer || !schedule.matches()) {
                continue;
            }
            String value = schedule.group(2);
            if (value.isEmpty()) {
                // An empty one takes back all before it.
                schedules.clear();
            } else if (VALUE.matcher(value).matches()) {
                schedules.add(schedule.group(1) + "=" + value);
            }
        }
    }
}
