package dev.imdsanalyzer.config;

import java.util.function.Function;

/** Finds the key that somebody who misspelt one probably meant. */
final class NearestKey {
    private static final int FARTHEST = 3;

    private NearestKey() {}

    /** {@code "; did you mean KEY?"}, or nothing where no key is near. */
    static String hint(String unknown) {
        return hint(unknown, Setting::key);
    }

    /** The same for the name of an environment variable. */
    static String variableHint(String unknown) {
        return hint(unknown, Setting::environmentVariable);
    }

    private static String hint(String unknown, Function<Setting, String> name) {
        Setting nearest = null;
        int least = FARTHEST + 1;
        for (Setting setting : Setting.values()) {
            int distance = isBeginning(unknown, name.apply(setting)) ? 1 : distance(unknown, name.apply(setting));
            if (distance < least) {
                least = distance;
                nearest = setting;
            }
        }
        return nearest == null ? "" : "; did you mean " + name.apply(nearest) + "?";
    }

    /** Whether only the end of a key's last part was left out: {@code output.fold}. */
    private static boolean isBeginning(String unknown, String key) {
        return key.startsWith(unknown + "_");
    }

    /** Levenshtein distance. */
    private static int distance(String a, String b) {
        int[] previous = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] current = new int[b.length() + 1];
            current[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int substitution = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                current[j] = Math.min(substitution, 1 + Math.min(previous[j], current[j - 1]));
            }
            previous = current;
        }
        return previous[b.length()];
    }
}
