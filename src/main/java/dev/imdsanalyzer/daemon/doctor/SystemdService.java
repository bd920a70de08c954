package dev.imdsanalyzer.daemon.doctor;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What systemd says of the installed service: the text of {@code systemctl show}, one {@code Property=value} a line; the
 * properties are those of org.freedesktop.systemd1(5). Systemd leaves out those that it does not know.
 */
final class SystemdService {
    /** Of the unit, without its suffix. */
    static final String NAME = "imds-packet-analyzer";

    /** Those that are looked at. */
    static final List<String> PROPERTIES = List.of(
            "LoadState",
            "UnitFileState",
            "ActiveState",
            "SubState",
            "Result",
            "NRestarts",
            "MainPID",
            "ExecMainCode",
            "ExecMainStatus",
            "StatusText",
            "User",
            "Group",
            "SupplementaryGroups",
            "ExecStart",
            "ExecStartPre",
            "ProtectSystem",
            "ReadWritePaths",
            "BindPaths",
            "LogsDirectory",
            "StateDirectory");

    /** Where there is no systemd, or no such unit. */
    static final SystemdService ABSENT = parse("LoadState=not-found\n");

    private final Map<String, String> properties;

    private SystemdService(Map<String, String> properties) {
        this.properties = properties;
    }

    /** @param text of {@code systemctl show}; lines of another form are passed over */
    static SystemdService parse(String text) {
        Map<String, String> properties = new HashMap<>();
        for (String line : text.split("\n", -1)) {
            int equals = line.indexOf('=');
            if (equals > 0) {
                // Where there are several commands of one kind there is a line for each.
                properties.merge(
                        line.substring(0, equals),
                        line.substring(equals + 1).strip(),
                        (earlier, later) -> earlier + " " + later);
            }
        }
        return new SystemdService(properties);
    }

    /** The value of one of {@link #PROPERTIES}; empty where it is not set. */
    String property(String name) {
        return properties.getOrDefault(name, "");
    }

    /** The same, taken apart at blanks. */
    List<String> words(String name) {
        return Arrays.stream(property(name).split(" ", -1))
                .filter(word -> !word.isEmpty())
                .toList();
    }

    /** The same as a number; 0 where it is not set. */
    int number(String name) {
        try {
            return Integer.parseInt(property(name));
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    /** Whether there is such a unit, in whatever state. */
    boolean installed() {
        return !property("LoadState").isEmpty() && !property("LoadState").equals("not-found");
    }

    /** Whether its program runs and has told that it is ready. */
    boolean running() {
        String state = property("ActiveState");
        return number("MainPID") > 0 && (state.equals("active") || state.equals("reloading"));
    }

    /** Whether it is started with this configuration file; null is none. */
    boolean starts(Path configuration) {
        return configuration != null
                && words("ExecStart").contains(configuration.toAbsolutePath().toString());
    }
}
