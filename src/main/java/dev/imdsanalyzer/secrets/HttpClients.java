package dev.imdsanalyzer.secrets;

import java.util.Set;

/** Programs that take a user and password in one option: for others, {@code -u} has another meaning. */
final class HttpClients {
    private static final Set<String> PROGRAMS = Set.of("curl", "wget", "wget2", "http", "https", "httpie", "xh", "xhs");

    private static final int LONGEST = 6;

    private HttpClients() {}

    /** Whether the text's part from start to end is such a program's name. */
    static boolean contains(String text, int start, int end) {
        return end - start <= LONGEST && PROGRAMS.contains(text.substring(start, end));
    }

    /** Whether the path, or whatever it is, ends in such a program's name. */
    static boolean isPath(String path) {
        return contains(path, path.lastIndexOf('/') + 1, path.length());
    }

    /** Whether the option of such a program takes a user and password. */
    static boolean takeUser(String option) {
        return switch (option) {
            case "-u", "-U", "-a", "--user" -> true;
            default -> takesUserAnywhere(option);
        };
    }

    /** Whether the option takes a user and password whatever the program. */
    static boolean takesUserAnywhere(String option) {
        return option.equals("--proxy-user") || option.equals("--auth");
    }
}
