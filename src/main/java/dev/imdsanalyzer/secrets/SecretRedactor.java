package dev.imdsanalyzer.secrets;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Takes secrets out of texts that go into a log: values of token headers, passwords, keys and their look-alikes. What
 * stands around them is kept to the byte, names included; so are references such as {@code $TOKEN}, and values that are
 * known to be harmless.
 *
 * <p>Time and memory are linear in the text's length, whatever the text. Doing it twice changes nothing. Any thread.
 */
public final class SecretRedactor {
    /** Stands where a secret was. A shell takes it as it is, so it needs no quotes. */
    public static final String MARK = Spans.MARK;

    private SecretRedactor() {}

    /**
     * One text: a header field's value, a label, or a whole command line.
     *
     * @return the same object where nothing was found; null for null
     */
    public static @Nullable String redact(@Nullable String text) {
        return redact(text, Place.TEXT);
    }

    /** The same for a path of a URL or of a file: a slash ends a value there. */
    public static @Nullable String redactPath(@Nullable String path) {
        return redact(path, Place.PATH);
    }

    /** The same for what follows a URL's question mark. */
    public static @Nullable String redactQuery(@Nullable String query) {
        return redact(query, Place.QUERY);
    }

    private static @Nullable String redact(@Nullable String text, Place place) {
        return text == null ? null : SecretSearch.find(text, place).replacedIn(text);
    }

    /**
     * The arguments of one program, the program first. Knows more than {@link #redact}: what is split over two arguments,
     * and where an option's value ends.
     *
     * @return as many arguments as were given
     */
    public static List<String> redactArguments(List<String> arguments) {
        List<Spans> secrets = new CommandSecrets(ShellWord.ofArguments(arguments)).find();
        List<String> result = new ArrayList<>(arguments.size());
        for (int i = 0; i < arguments.size(); i++) {
            Spans spans = SecretSearch.find(arguments.get(i), Place.ARGUMENT);
            spans.addAll(secrets.get(i));
            result.add(spans.replacedIn(arguments.get(i)));
        }
        return result;
    }
}
