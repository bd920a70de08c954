package dev.imdsanalyzer.config;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Puts a configuration together: the defaults, then a YAML file, then the environment, then {@code KEY=VALUE} pairs of
 * the command line; the later one wins. Every problem of all of them is found and told at once.
 */
public final class ConfigurationReader {
    /** Not ours: the start script reads them. */
    private static final Set<String> LAUNCHER =
            Set.of(Setting.ENVIRONMENT_PREFIX + "JVM_OPTIONS", Setting.ENVIRONMENT_PREFIX + "HEAP");

    private final Map<Setting, Object> values = new EnumMap<>(Setting.class);
    /** Where each value was set: what a problem begins with. */
    private final Map<Setting, String> places = new EnumMap<>(Setting.class);

    private final List<String> problems = new ArrayList<>();

    /** Reads a file in place of no file. */
    public ConfigurationReader file(Path path) {
        try {
            new YamlSettings(path.toString(), this::take, problems).read(Utf8File.read(path));
        } catch (NoSuchFileException e) {
            problems.add(path + ": there is no such file");
        } catch (Utf8File.NotUtf8Exception e) {
            problems.add(path + ":" + e.line() + ":" + e.column() + ": " + e.getMessage());
        } catch (IOException e) {
            problems.add(path + ": cannot be read: " + e.getMessage());
        }
        return this;
    }

    /** Takes the variables that belong to a setting; unknown ones of our prefix are problems. */
    public ConfigurationReader environment(Map<String, String> environment) {
        for (Setting setting : Setting.values()) {
            String text = environment.get(setting.environmentVariable());
            if (text != null) {
                take(setting, text, setting.environmentVariable());
            }
        }
        environment.keySet().stream()
                .sorted()
                .filter(ConfigurationReader::isUnknown)
                .forEach(name -> problems.add(name + ": unknown variable" + NearestKey.variableHint(name)));
        return this;
    }

    private static boolean isUnknown(String variable) {
        return variable.startsWith(Setting.ENVIRONMENT_PREFIX)
                && !LAUNCHER.contains(variable)
                && Stream.of(Setting.values())
                        .noneMatch(setting -> setting.environmentVariable().equals(variable));
    }

    /** Takes one {@code KEY=VALUE} of the command line. */
    public ConfigurationReader pair(String pair) {
        int equals = pair.indexOf('=');
        if (equals < 0) {
            problems.add("--set " + pair + ": must be KEY=VALUE");
            return this;
        }
        String key = pair.substring(0, equals);
        Optional<Setting> setting = Setting.of(key);
        if (setting.isPresent()) {
            take(setting.get(), pair.substring(equals + 1), "--set " + key);
        } else {
            problems.add("--set " + key + ": unknown key" + NearestKey.hint(key));
        }
        return this;
    }

    /** Sets one value directly; for command-line options of their own. */
    public ConfigurationReader option(String option, Setting setting, String text) {
        take(setting, text, option);
        return this;
    }

    /** @throws ConfigurationException with every problem found */
    public Configuration read() throws ConfigurationException {
        fitFileSize();
        if (!problems.isEmpty()) {
            throw new ConfigurationException(problems);
        }
        return Configuration.of(values);
    }

    /**
     * The file in use counts with its full size, so with less than two in the total none would be kept beside it. A file
     * size that nobody chose gives way to the total.
     */
    private void fitFileSize() {
        long total = (Long) values.getOrDefault(Setting.OUTPUT_TOTAL_SIZE, Setting.OUTPUT_TOTAL_SIZE.defaultValue());
        long file = (Long) values.getOrDefault(Setting.OUTPUT_FILE_SIZE, Setting.OUTPUT_FILE_SIZE.defaultValue());
        if (file <= total / 2) {
            return;
        }
        String place = places.get(Setting.OUTPUT_FILE_SIZE);
        if (place == null) {
            values.put(Setting.OUTPUT_FILE_SIZE, total / 2);
        } else {
            problems.add(place + ": output.file_size must be at most half of output.total_size, which is " + total
                    + " bytes, not " + file + " bytes");
        }
    }

    private void take(Setting setting, Object given, String where) {
        try {
            values.put(setting, given instanceof String text ? setting.type().parse(text) : given);
            places.put(setting, where);
        } catch (IllegalArgumentException e) {
            problems.add(where + ": " + setting.key() + " " + e.getMessage());
        }
    }
}
