package dev.imdsanalyzer.imds.request;

/** Versions such as {@code 1.16.289} compared part by part, by number. */
public final class ProductVersion {
    private ProductVersion() {}

    /**
     * Compares the leading dotted numbers; a missing part is 0, and what follows the numbers ({@code -beta}, {@code rc1})
     * is left aside.
     *
     * @return negative, 0 or positive as the first is older, equal or newer
     */
    public static int compare(String first, String second) {
        int i = 0;
        int j = 0;
        while (i >= 0 || j >= 0) {
            int order = Long.compare(part(first, i), part(second, j));
            if (order != 0) {
                return order;
            }
            i = next(first, i);
            j = next(second, j);
        }
        return 0;
    }

    /** The number before the first dot; -1 if there is none. */
    public static long major(String version) {
        return isDigit(version, 0) ? part(version, 0) : -1;
    }

    private static long part(String version, int from) {
        long number = 0;
        // Ten digits are more than any version has, and cannot overflow.
        for (int i = from; i >= 0 && isDigit(version, i) && i < from + 10; i++) {
            number = 10 * number + version.charAt(i) - '0';
        }
        return number;
    }

    /** Where the next part begins; -1 if this was the last. */
    private static int next(String version, int from) {
        if (from < 0) {
            return -1;
        }
        int i = from;
        while (isDigit(version, i)) {
            i++;
        }
        return i < version.length() && version.charAt(i) == '.' && isDigit(version, i + 1) ? i + 1 : -1;
    }

    private static boolean isDigit(String version, int index) {
        return index < version.length() && version.charAt(index) >= '0' && version.charAt(index) <= '9';
    }
}
