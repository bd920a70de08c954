package dev.imdsanalyzer.secrets;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/** The kinds of secrets, and of what looks like one, that every place of a line is tried with. */
public final class SecretCases {
    private static final String OPEN = "⟦";
    private static final String CLOSE = "⟧";

    private SecretCases() {}

    /** Commands, as the file's head says. */
    public static List<String> commands() {
        return lines("commands.txt");
    }

    /** Secrets that are told by their own form; none of them was ever in use. */
    public static List<String> forms() {
        return lines("forms.txt");
    }

    /** The text as it was used, without the marks around secrets. */
    public static String used(String marked) {
        return marked.replace(OPEN, "").replace(CLOSE, "");
    }

    /** The text as it shall be shown. */
    public static String shown(String marked) {
        return marked.replaceAll(OPEN + "[^" + CLOSE + "]*" + CLOSE, SecretRedactor.MARK);
    }

    private static List<String> lines(String resource) {
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(
                Objects.requireNonNull(SecretCases.class.getResourceAsStream(resource)), StandardCharsets.UTF_8))) {
            return reader.lines().filter(line -> !line.startsWith("#")).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
