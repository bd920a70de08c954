package dev.imdsanalyzer.secrets;

import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Values that are no secrets even beside a secret's name: switches, places where the secret is kept, masks, patterns. */
final class HarmlessValues {
    private static final Set<String> SWITCHES = Set.of(
            "true",
            "false",
            "yes",
            "no",
            "on",
            "off",
            "none",
            "null",
            "nil",
            "undefined",
            "enabled",
            "disabled",
            "required",
            "optional",
            "stdin",
            "prompt",
            "ask",
            "-",
            "0",
            "1",
            "!",
            "$",
            "*");

    /** What an option named auth takes beside a user and password. */
    private static final Set<String> SCHEMES = Set.of(
            "basic",
            "bearer",
            "digest",
            "ntlm",
            "negotiate",
            "any",
            "login",
            "plain",
            "oauth",
            "oauth2",
            "iam",
            "aws",
            "token",
            "trust",
            "md5",
            "kerberos",
            "ldap",
            "sasl",
            "cert",
            "jwt",
            "default");

    /** Where to look for the secret: openssl(1) and others' forms, and addresses of secret stores. */
    private static final List<String> PLACES = List.of(
            "env:",
            "file:",
            "fd:",
            "arn:",
            "op://",
            "vault:",
            "vault://",
            "ref+",
            "ssm:",
            "secretsmanager:",
            "sm://",
            "id=",
            "type=",
            "source=",
            "src=",
            "@/",
            "@./",
            "/dev/",
            "<(");

    /** Beginnings of regular expressions, and of what stands for a value that is to be filled in. */
    private static final List<String> PATTERNS = List.of(
            ".*",
            ".+",
            "[^",
            "(.",
            "\\(",
            "\\S",
            "\\w",
            "\\1",
            "(?",
            "{{",
            "/{",
            "%s",
            "%v",
            "%(",
            "<",
            "[REDACTED",
            "[redacted",
            "(redacted",
            "…");

    private static final int LONGEST = 512;

    private HarmlessValues() {}

    /** Whether the value from start to end, which no quote surrounds any more, is none that has to be hidden. */
    static boolean contains(String text, int start, int end) {
        int length = end - start;
        // What is longer is none of these; nor is a text measured twice.
        if (length > LONGEST) {
            return false;
        }
        if (length <= 8 && SWITCHES.contains(text.substring(start, end).toLowerCase(Locale.ROOT))) {
            return true;
        }
        for (String place : PLACES) {
            if (text.startsWith(place, start)) {
                return true;
            }
        }
        for (String pattern : PATTERNS) {
            if (text.startsWith(pattern, start)) {
                return true;
            }
        }
        return isMask(text, start, end) || isPath(text, start, end);
    }

    /** Whether an option that is named for it says how to log in, and not with what. */
    static boolean isScheme(String value) {
        return SCHEMES.contains(value.toLowerCase(Locale.ROOT)) || SWITCHES.contains(value.toLowerCase(Locale.ROOT));
    }

    /** Asterisks, or three and more of one letter x, which somebody put there so as to hide the value. */
    private static boolean isMask(String text, int start, int end) {
        char first = text.charAt(start);
        boolean letter = first == 'x' || first == 'X';
        if (first != '*' && first != '.' && first != '#' && !(letter && end - start >= 3)) {
            return false;
        }
        for (int i = start; i < end; i++) {
            if (text.charAt(i) != first) {
                return false;
            }
        }
        return true;
    }

    /** A file's path: from the root, the home or the working directory on, in words as people and systems write them. */
    static boolean isPath(String text, int start, int end) {
        boolean path = text.startsWith("/", start)
                || text.startsWith("./", start)
                || text.startsWith("../", start)
                || text.startsWith("~/", start)
                || (end - start <= 2 && text.startsWith(".", start));
        if (!path || text.startsWith("//", start)) {
            return false;
        }
        for (int i = start; i < end; i++) {
            char c = text.charAt(i);
            if (!Words.isWordPart(c) && "/~+@:,".indexOf(c) < 0 && c < 0x80) {
                return false;
            }
        }
        return !RandomText.isRandom(text, start, end);
    }
}
