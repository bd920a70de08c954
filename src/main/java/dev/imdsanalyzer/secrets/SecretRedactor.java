package dev.imdsanalyzer.secrets;

import java.util.List;

/**
 * Takes secrets out of texts that go into a log: values of token headers, passwords, keys and their look-alikes. What
 * stands around them is kept to the byte, names included; so are references such as {@code $TOKEN}.
 *
 * <p>Time is linear in the text's length, whatever the text. Doing it twice changes nothing. Any thread.
 */
public final class SecretRedactor {
    /** Stands where a secret was. A shell takes it as it is, so it needs no quotes. */
    public static final String MARK = "REDACTED";

    private SecretRedactor() {}

    /**
     * One text: an argument, a URL, a user agent, or a whole command line.
     *
     * @return the same object where nothing was found; null for null
     */
    public static String redact(String text) {
        return text == null ? null : new SecretScanner(text, false).redacted();
    }

    /**
     * The arguments of one program, the program first. Knows more than {@link #redact}: what is split over two arguments,
     * and where an option's value ends.
     *
     * @return as many arguments as were given
     */
    public static List<String> redactArguments(List<String> arguments) {
        return new ArgumentRedactor(arguments).redacted();
    }
}
