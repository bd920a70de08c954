package dev.imdsanalyzer.report;

import java.util.regex.Pattern;

/** Arguments with their changing parts replaced, so that equal commands look equal: a number is {@code N}. */
final class ArgumentFolding {
    private static final Pattern UUID = Pattern.compile("\\b[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}\\b");
    private static final Pattern TEMPORARY_PATH =
            Pattern.compile("(/tmp|/var/tmp|/dev/shm|/run/user/\\d+)/[^\\s'\"/:,;]+");
    private static final Pattern HEXADECIMAL =
            Pattern.compile("\\b(?=[0-9a-fA-F]*\\d)(?=[0-9a-fA-F]*[a-fA-F])[0-9a-fA-F]{8,}\\b");
    // Addresses of IMDS and API versions stay: they say what is called, not which run it is.
    private static final Pattern NUMBER = Pattern.compile(
            "169\\.254\\.169\\.254|\\b\\d{4}-\\d{2}-\\d{2}(?=/)|(?<![\\w.-])\\d+(?![\\w])|(?<=[=_.-])\\d{2,}(?![\\w])");

    private ArgumentFolding() {}

    static String fold(String commandLine) {
        String folded = UUID.matcher(commandLine).replaceAll("UUID");
        folded = TEMPORARY_PATH.matcher(folded).replaceAll("$1/*");
        folded = HEXADECIMAL.matcher(folded).replaceAll("HEX");
        return NUMBER.matcher(folded).replaceAll(match -> {
            String text = match.group();
            return text.contains(".") || text.contains("-") ? text : "N";
        });
    }
}
