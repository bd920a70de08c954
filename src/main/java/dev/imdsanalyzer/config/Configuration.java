package dev.imdsanalyzer.config;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The values in force: one for every {@link Setting}. Immutable. */
public final class Configuration {
    private final Map<Setting, Object> values;

    private Configuration(Map<Setting, Object> values) {
        this.values = values;
    }

    /** The defaults, replaced by the values given. */
    static Configuration of(Map<Setting, Object> given) {
        Map<Setting, Object> values = new EnumMap<>(Setting.class);
        for (Setting setting : Setting.values()) {
            values.put(setting, given.getOrDefault(setting, setting.defaultValue()));
        }
        return new Configuration(values);
    }

    public static Configuration defaults() {
        return of(Map.of());
    }

    /** The value of a list of texts. */
    public List<String> texts(Setting setting) {
        return ((List<?>) known(setting)).stream().map(String.class::cast).toList();
    }

    /** The value as the setting's type has it. */
    public @Nullable Object value(Setting setting) {
        return values.get(setting);
    }

    public @Nullable String text(Setting setting) {
        return (String) values.get(setting);
    }

    public long number(Setting setting) {
        return (Long) known(setting);
    }

    /** Of a setting that has a value in any case. */
    private Object known(Setting setting) {
        return Objects.requireNonNull(values.get(setting), setting.key());
    }

    /** For settings whose upper bound fits an int. */
    public int integer(Setting setting) {
        return Math.toIntExact(number(setting));
    }

    public boolean flag(Setting setting) {
        return (Boolean) known(setting);
    }

    /** Who may ask for credentials; empty for everybody. */
    public List<AllowedCaller> allowedCallers() {
        return ((List<?>) known(Setting.POLICY_CREDENTIALS_ALLOW))
                .stream()
                        .map(entry ->
                                entry instanceof AllowedCaller caller ? caller : AllowedCaller.named((String) entry))
                        .toList();
    }

    /** All values, one {@code key=value} a line, in the order of the settings. */
    public String describe() {
        StringBuilder text = new StringBuilder();
        values.forEach((setting, value) ->
                text.append(setting.key()).append('=').append(value).append('\n'));
        return text.toString();
    }

    /** SHA-256 over {@link #describe}, the first 16 hexadecimal digits: two hosts with one digest run alike. */
    public String digest() {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(describe().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Configuration that && values.equals(that.values);
    }

    @Override
    public int hashCode() {
        return values.hashCode();
    }

    @Override
    public String toString() {
        return describe();
    }
}
