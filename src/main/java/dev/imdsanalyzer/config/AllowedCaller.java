package dev.imdsanalyzer.config;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One entry of {@code policy.credentials.allow}: a name of any kind, or names of several kinds that must all hold.
 *
 * @param anyName null where there are parts
 * @param parts by {@link #KEYS}; empty where there is one name
 */
public record AllowedCaller(@Nullable String anyName, Map<String, String> parts) {
    /** What a mapping may name, in the order in which they are told. */
    public static final List<String> KEYS =
            List.of("unit", "package", "image", "namespace", "pod", "task", "user", "path");

    public AllowedCaller {
        parts = Map.copyOf(parts);
    }

    static AllowedCaller named(String name) {
        return new AllowedCaller(name, Map.of());
    }

    /** As it may be written in the file. */
    @Override
    public String toString() {
        return anyName != null ? anyName : new TreeMap<>(parts).toString().replace('=', ':');
    }
}
