package dev.imdsanalyzer.secrets;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Names whose values are secrets: header fields, options, variables and keys alike, in any case, whatever stands between
 * their words.
 */
final class SecretNames {
    /** Ends of names, letters and digits alone. {@code …-token-ttl-seconds} and {@code …_TOKEN_FILE} end otherwise. */
    private static final List<String> ENDINGS = List.of(
            "token",
            "tokens",
            "tokencode",
            "password",
            "passwords",
            "passwd",
            "passphrase",
            "passcode",
            "secret",
            "secrets",
            "secretkey",
            "secretaccesskey",
            "accesskey",
            "accountkey",
            "apikey",
            "apikeys",
            "appkey",
            "applicationkey",
            "authkey",
            "consumerkey",
            "deploykey",
            "encryptionkey",
            "functionskey",
            "ingestionkey",
            "integrationkey",
            "licensekey",
            "masterkey",
            "presharedkey",
            "privatekey",
            "privkey",
            "secretstring",
            "servicekey",
            "sessionkey",
            "sharedkey",
            "signingkey",
            "storagekey",
            "subscriptionkey",
            "symmetrickey",
            "unsealkey",
            "writekey",
            "accesssignature",
            "signature",
            "authorization",
            "cookie",
            "cookies",
            "cookie2",
            "sessionid",
            "sessid",
            "credentials",
            "creds",
            "jwt",
            "psk",
            "otp",
            "mfacode",
            "samlresponse",
            "clientassertion",
            "storepass",
            "keypass",
            "oauth2bearer");

    private static final List<List<String>> BY_LAST_CHARACTER = byLastCharacter();

    /** Behind a secret's name they change nothing. */
    private static final List<String> ADDITIONS =
            List.of("value", "text", "plain", "plaintext", "confirm", "confirmation", "raw", "base64", "b64");

    /** Names that mean a secret as parameters of a URL, and many other things elsewhere. */
    private static final Set<String> PARAMETERS = Set.of(
            "key",
            "code",
            "auth",
            "sig",
            "sign",
            "hmac",
            "sid",
            "session",
            "ticket",
            "pin",
            "assertion",
            "authcode",
            "sas",
            "cred",
            "credential",
            "bearer",
            "hash");

    private static final Set<String> SHORT_PASSWORDS =
            Set.of("pw", "upw", "opw", "userpw", "ownerpw", "adminpw", "rootpw", "bindpw", "dbpw");

    /** Keys that configuration commands take with the value beside them and nothing between. */
    private static final List<String> CREDENTIALS =
            List.of("secretaccesskey", "sessiontoken", "securitytoken", "ec2metadatatoken", "authtoken");

    private static final int LONGEST = 32;

    private SecretNames() {}

    private static List<List<String>> byLastCharacter() {
        List<List<String>> lists = new ArrayList<>();
        for (char last = 0; last < 128; last++) {
            char of = last;
            lists.add(ENDINGS.stream()
                    .filter(ending -> ending.charAt(ending.length() - 1) == of)
                    .toList());
        }
        return lists;
    }

    /** Whether the text's part from start to end is such a name. */
    static boolean matches(String text, int start, int end) {
        if (end <= start || text.startsWith("--no-", start)) {
            return false;
        }
        String whole = normalized(text, start, end);
        // The identifier of a key in a signature, no secret and known by its form.
        if (whole.isEmpty() || whole.endsWith("amzcredential")) {
            return false;
        }
        String name = base(whole);
        return hasEnding(name)
                || hasEnding(whole)
                || name.endsWith("pwd")
                || name.equals("pass")
                || SHORT_PASSWORDS.contains(name)
                || endsInWord(text, start, end, "pass")
                || endsInWord(text, start, end, "pw")
                || isPrivateField(text, start, end)
                || (text.charAt(start) == '-' && name.equals("credential"));
    }

    private static boolean hasEnding(String name) {
        if (name.isEmpty()) {
            return false;
        }
        char last = name.charAt(name.length() - 1);
        for (String ending : last < 128 ? BY_LAST_CHARACTER.get(last) : List.<String>of()) {
            if (name.endsWith(ending)) {
                return true;
            }
        }
        return false;
    }

    /** {@code X-Auth} and {@code X-Functions-Key}, header fields of somebody's own; npm's {@code _auth}. */
    private static boolean isPrivateField(String text, int start, int end) {
        if (text.regionMatches(true, start, "x-", 0, 2)) {
            return endsInWord(text, start, end, "key")
                    || endsInWord(text, start, end, "auth")
                    || endsInWord(text, start, end, "sig");
        }
        return text.regionMatches(true, end - 5, "_auth", 0, 5) && end - 5 >= start;
    }

    /** Whether the name means a secret as a parameter of a URL. */
    static boolean matchesParameter(String text, int start, int end) {
        return PARAMETERS.contains(normalized(text, start, end));
    }

    /** Whether the name's last word is the given one: a bypass is no pass. */
    private static boolean endsInWord(String text, int start, int end, String word) {
        int at = end - word.length();
        return at > start
                && text.regionMatches(true, at, word, 0, word.length())
                && ("-_.".indexOf(text.charAt(at - 1)) >= 0
                        || (Character.isUpperCase(text.charAt(at)) && Character.isLowerCase(text.charAt(at - 1))));
    }

    /** Whether the value of the name may have spaces, as that of a header field with a scheme or several parts. */
    static boolean hasSpacedValue(String text, int start, int end) {
        String name = normalized(text, start, end);
        return name.endsWith("authorization") || name.endsWith("cookie") || name.endsWith("cookie2");
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

    /** Whether the name counts or bounds things as likely as it names several secrets. */
    static boolean isPlural(String text, int start, int end) {
        return normalized(text, start, end).endsWith("s");
    }

    /** Without a number and without what only says how the secret is written. */
    private static String base(String name) {
        int end = name.length();
        while (end > 0 && Character.isDigit(name.charAt(end - 1))) {
            end--;
        }
        String base = name.substring(0, end);
        for (String addition : ADDITIONS) {
            if (base.endsWith(addition)) {
                return base.substring(0, base.length() - addition.length());
            }
        }
        return base;
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
