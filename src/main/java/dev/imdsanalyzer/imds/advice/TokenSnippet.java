package dev.imdsanalyzer.imds.advice;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Lines that ask for a token and send it, in the language of the program that has to: each fails where it gets no token,
 * so that it never makes an IMDSv1 request again. All were run against an IMDS that requires tokens, but PowerShell's.
 *
 * @param language as people write it
 * @param separator what parts two statements on one line
 * @param lines in their order
 */
public record TokenSnippet(String language, String separator, List<String> lines) {
    private static final Map<String, TokenSnippet> KNOWN = load();

    private static Map<String, TokenSnippet> load() {
        Map<String, TokenSnippet> snippets = new HashMap<>();
        add("shell", "shell", "; ", snippets);
        add("wget", "shell", "; ", snippets);
        add("python", "Python", "; ", snippets);
        add("python2", "Python 2", "; ", snippets);
        add("php", "PHP", " ", snippets);
        add("ruby", "Ruby", "; ", snippets);
        add("node", "JavaScript", " ", snippets);
        add("go", "Go", "; ", snippets);
        add("java", "Java", " ", snippets);
        add("perl", "Perl", " ", snippets);
        add("powershell", "PowerShell", "; ", snippets);
        return Map.copyOf(snippets);
    }

    private static void add(String key, String language, String separator, Map<String, TokenSnippet> snippets) {
        snippets.put(key, new TokenSnippet(language, separator, read(key)));
    }

    private static List<String> read(String key) {
        String resource = "snippets/" + key + ".txt";
        try (InputStream in = TokenSnippet.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("the resource " + resource + " is missing");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The snippet of that key of {@code clients.tsv}; null for a language of which there is none. */
    static @Nullable TokenSnippet ofKey(String key) {
        return KNOWN.get(key);
    }

    /** The keys of all snippets. */
    static Set<String> keys() {
        return KNOWN.keySet();
    }

    /**
     * The language that a script or an interpreter tells by its name.
     *
     * @param path of a script or an executable
     * @return null where the name tells none
     */
    public static @Nullable TokenSnippet ofFile(String path) {
        String name = path.substring(path.lastIndexOf('/') + 1);
        int dot = name.lastIndexOf('.');
        String ending = dot < 0 ? "" : name.substring(dot + 1);
        String key = switch (ending) {
            case "py" -> "python";
            case "php" -> "php";
            case "rb" -> "ruby";
            case "js", "mjs", "cjs", "ts" -> "node";
            case "go" -> "go";
            case "jar", "java" -> "java";
            case "pl", "pm" -> "perl";
            case "ps1" -> "powershell";
            case "sh", "bash" -> "shell";
            default -> ofInterpreter(name);
        };
        return key == null ? null : KNOWN.get(key);
    }

    private static @Nullable String ofInterpreter(String name) {
        if (name.startsWith("python2")) {
            return "python2";
        }
        String plain = name;
        while (!plain.isEmpty() && (Character.isDigit(plain.charAt(plain.length() - 1)) || plain.endsWith("."))) {
            plain = plain.substring(0, plain.length() - 1);
        }
        return switch (plain) {
            case "python", "pypy" -> "python";
            case "php", "php-fpm", "php-cgi" -> "php";
            case "ruby", "jruby" -> "ruby";
            case "node", "nodejs", "deno", "bun" -> "node";
            case "java" -> "java";
            case "perl" -> "perl";
            case "pwsh", "powershell" -> "powershell";
            case "wget" -> "wget";
            case "curl", "sh", "bash", "dash", "ash", "zsh", "ksh" -> "shell";
            default -> null;
        };
    }

    /** Whether the line is one of a snippet. */
    public static boolean isLine(String text) {
        return KNOWN.values().stream().anyMatch(snippet -> snippet.lines.contains(text));
    }

    /** Whether this is a line of a snippet for the shell. */
    public static boolean isShellLine(String text) {
        return KNOWN.values().stream()
                .anyMatch(snippet -> snippet.language.equals("shell") && snippet.lines.contains(text));
    }

    /** All of it on one line. */
    String inOneLine() {
        return String.join(separator, lines);
    }
}
