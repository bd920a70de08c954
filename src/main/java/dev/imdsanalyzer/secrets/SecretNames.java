package dev.imdsanalyzer.secrets;

import java.util.List;
import java.util.Locale;

/**
 * Names whose values are secrets: header fields, options, variables and keys alike, in any case, whatever stands between
 * their words.
 */
final class SecretNames {
    /** Ends of names, letters and digits alone. {@code …-token-ttl-seconds} and {@code …_TOKEN_FILE} end otherwise. */
    private static final List<String> ENDINGS = List.of(
            "token",
            "password",
            "passwd",
            "passphrase",
            "secret",
            "secretkey",
            "secretaccesskey",
            "accesskey",
            "privatekey",
            "apikey",
            "authorization",
            "cookie",
            "xamzsignature",
            "storepass",
            "keypass",
            "oauth2bearer");

    /** Keys that configuration commands take with the value beside them and nothing between. */
    private static final List<String> CREDENTIALS =
            List.of("secretaccesskey", "sessiontoken", "securitytoken", "ec2metadatatoken");

    private static final int LONGEST = 32;

    private SecretNames() {}

    /** Whether the text's part from start to end is such a name. */
    static boolean matches(String text, int start, int end) {
        String name = normalized(text, start, end);
        for (String ending : ENDINGS) {
            if (name.endsWith(ending)) {
                return !text.startsWith("--no-", start);
            }
        }
        boolean option = text.charAt(start) == '-';
        // PWD is a directory, and a bypass no pass.
        boolean password = name.endsWith("pwd") && (option || (!name.equals("pwd") && !name.equals("oldpwd")));
        return password || name.equals("pass") || endsInPass(text, start, end);
    }

    private static boolean endsInPass(String text, int start, int end) {
        int pass = end - 4;
        return pass > start
                && text.regionMatches(true, pass, "pass", 0, 4)
                && ("-_.".indexOf(text.charAt(pass - 1)) >= 0
                        || (text.charAt(pass) == 'P' && Character.isLowerCase(text.charAt(pass - 1))));
    }

    /** Whether the value of the name may have spaces, as that of a header field with a scheme or several parts. */
    static boolean hasSpacedValue(String text, int start, int end) {
        String name = normalized(text, start, end);
        return name.endsWith("authorization") || name.endsWith("cookie");
    }

    /** Whether the name is so plain that a value may follow without option dashes or a separator. */
    static boolean isCredential(String text, int start, int end) {
        String name = normalized(text, start, end);
        for (String ending : CREDENTIALS) {
            if (name.endsWith(ending)) {
                return true;
            }
        }
        return false;
    }

    /** The last letters and digits of the name in lower case. */
    private static String normalized(String text, int start, int end) {
        StringBuilder reversed = new StringBuilder(LONGEST);
        for (int i = end - 1; i >= start && reversed.length() < LONGEST; i--) {
            char c = text.charAt(i);
            if (c != '-' && c != '_' && c != '.') {
                reversed.append(c);
            }
        }
        return reversed.reverse().toString().toLowerCase(Locale.ROOT);
    }
}
