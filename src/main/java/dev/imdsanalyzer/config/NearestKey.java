package dev.imdsanalyzer.config;

import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/** Finds the word that somebody who misspelt one probably meant. */
public final class NearestKey {
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
        return hint(unknown, Arrays.stream(Setting.values()).map(name).toList());
    }

    /** The same among any words. */
    public static String hint(String unknown, List<String> known) {
        String nearest = null;
        int least = FARTHEST + 1;
        for (String word : known) {
            int distance = isBeginning(unknown, word) ? 1 : distance(unknown, word);
            // A short word is near to everything.
            if (distance < least && distance < word.length()) {
                least = distance;
                nearest = word;
            }
        }
        return nearest == null ? "" : "; did you mean " + nearest + "?";
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
