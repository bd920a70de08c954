package dev.imdsanalyzer.secrets;

import dev.imdsanalyzer.secrets.Programs.Program;
import dev.imdsanalyzer.secrets.Programs.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds secrets by what the words of a command say of one another: options of the programs in {@link Programs}, wherever in
 * the command a program stands, and names whose values are the next word.
 */
final class CommandSecrets {
    /** What the word before has announced. */
    private enum Expected {
        NOTHING,
        /** A value that says nothing of its own. */
        PLAIN,
        /** A secret, whole. */
        SECRET,
        /** A separator and then perhaps a secret, or a credential. */
        SEPARATOR,
        /** A secret, perhaps with its scheme before it. */
        SCHEME
    }

    /** RFC 7235 and what clouds and forges use, in lower case. */
    private static final Set<String> SCHEMES =
            Set.of("basic", "bearer", "digest", "negotiate", "ntlm", "token", "apikey", "hawk", "aws4-hmac-sha256");

    private static final Program NONE = new Program(Map.of(), Map.of(), false, false);
    private static final int CREDENTIAL_MINIMUM = 16;
    private static final String LITERAL = "pass:";

    /** Subcommands of clouds' and forges' tools that keep secrets, and the options that take one then. */
    private static final Set<String> STORING =
            Set.of("put-parameter", "secret", "secrets", "put-secret-value", "create-secret", "update-secret");

    private static final Set<String> STORED = Set.of("--value", "--body", "--secret-string", "--secret-binary", "-b");

    private final List<ShellWord> words;
    private final List<Spans> secrets = new ArrayList<>();
    private final OptionValues values = new OptionValues();

    private Program program = NONE;
    private boolean loginSeen;
    /** Whether the command writes into a store of secrets. */
    private boolean storing;
    /** Whether the words are of a script, where no shell has replaced anything. */
    private boolean script;
    /** Whether what was announced may be a number of things. */
    private boolean count;

    private String wordBefore = "";
    private Expected expected = Expected.NOTHING;
    /** Of the option before; null where its value is not the next word. */
    private @Nullable Value pending;

    CommandSecrets(List<ShellWord> words) {
        this.words = words;
    }

    /** For each word the parts that are secret. */
    List<Spans> find() {
        for (ShellWord word : words) {
            Spans spans = new Spans();
            secrets.add(spans);
            script = word.source() != null;
            if (word.first()) {
                program = NONE;
                storing = false;
                loginSeen = false;
                expected = Expected.NOTHING;
                pending = null;
            }
            word(word.text(), spans);
            wordBefore = word.text();
        }
        new PipedSecrets(words, secrets).find();
        return secrets;
    }

    private void word(String word, Spans spans) {
        Value valueOf = pending;
        Expected before = expected;
        pending = null;
        expected = Expected.NOTHING;
        if (valueOf != null && (valueOf == Value.PLAIN || !isOption(word))) {
            values.find(valueOf, word, 0, spans);
            // A header field without quotes goes on in the next argument.
            expected = valueOf == Value.PLAIN && !program.searches() ? announcedBy(word) : Expected.NOTHING;
            return;
        }
        if (before != Expected.NOTHING && announced(before, word, spans)) {
            return;
        }
        Program named = word.startsWith("-") ? null : Programs.named(word);
        if (named != null) {
            program = named;
            loginSeen = false;
            return;
        }
        loginSeen |= word.equals("login");
        storing |= STORING.contains(word);
        if (!programOption(word, spans)) {
            namedOption(word, spans);
        }
    }

    private static boolean isOption(String word) {
        return word.startsWith("--") || (word.length() == 2 && word.charAt(0) == '-');
    }

    /** An option of the program at hand; false where it has none of that name. */
    private boolean programOption(String word, Spans spans) {
        int equals = word.indexOf('=');
        String name = equals > 0 ? word.substring(0, equals) : word;
        Value whole = program.words().get(name);
        if (whole == null && storing && STORED.contains(name)) {
            whole = Value.SECRET;
        }
        if (whole != null) {
            if (equals > 0) {
                values.find(whole, word, equals + 1, spans);
            } else {
                pending = whole;
            }
            return true;
        }
        if (!word.startsWith("-")) {
            return operand(word, spans);
        }
        boolean letters = word.length() > 1 && word.charAt(0) == '-' && word.charAt(1) != '-';
        return letters && !program.letters().isEmpty() && (!program.login() || loginSeen) && letters(word, spans);
    }

    private boolean operand(String word, Spans spans) {
        int colon = word.indexOf(':');
        Value prefixed = word.startsWith("/") && colon > 0 ? program.words().get(word.substring(0, colon + 1)) : null;
        if (prefixed != null) {
            values.find(prefixed, word, colon + 1, spans);
            return true;
        }
        Value value = program.words().get("");
        if (value != null) {
            values.find(value, word, 0, spans);
        }
        return false;
    }

    private boolean letters(String word, Spans spans) {
        for (int i = 1; i < word.length(); i++) {
            Value value = program.letters().get(word.charAt(i));
            if (value != null) {
                boolean attached = i + 1 < word.length();
                if (attached) {
                    values.find(value, word, i + 1, spans);
                    expected = value == Value.PLAIN ? announcedBy(word) : Expected.NOTHING;
                } else if (value != Value.ATTACHED_SECRET) {
                    pending = value;
                }
                return true;
            }
            if (!Character.isLetterOrDigit(word.charAt(i)) && word.charAt(i) != '#') {
                return false;
            }
        }
        return false;
    }

    /** An option or a field whose name says that its value is a secret, whatever the program. */
    private void namedOption(String word, Spans spans) {
        int equals = word.indexOf('=');
        if (equals > 0 && isName(word, 0, equals) && (word.startsWith("-") || isAssignment(word, equals))) {
            if (takesUserAndPassword(word.substring(0, equals))) {
                values.find(Value.USER_OR_TOKEN, word, equals + 1, spans);
            } else if (SecretNames.matches(word, 0, equals)) {
                named(word, 0, equals, equals + 1, spans);
            }
            return;
        }
        if (takesUserAndPassword(word)) {
            pending = Value.USER_OR_TOKEN;
        } else if (!program.searches()) {
            expected = announcedBy(word);
        }
    }

    /** The value of a name goes whole, as no shell will cut it any more. */
    private void named(String word, int nameStart, int nameEnd, int value, Spans spans) {
        if (value >= word.length() || ValueReference.standsAt(word, value, script)) {
            return;
        }
        int end = script ? withoutClosers(word, value) : word.length();
        boolean number = SecretNames.isPlural(word, nameStart, nameEnd) && Words.isNumber(word, value, end);
        if (!number && !HarmlessValues.contains(word, value, end)) {
            spans.add(value, end);
        }
    }

    /** A word of a script that is no shell's ends in what closes a call or parts arguments. */
    private static int withoutClosers(String word, int from) {
        int end = word.length();
        while (end > from + 1 && ",;)]}".indexOf(word.charAt(end - 1)) >= 0) {
            end--;
        }
        return end;
    }

    /** A variable's, with all that follows as its value; a script may begin with one too. */
    private boolean isAssignment(String word, int equals) {
        boolean code = wordBefore.startsWith("-") && wordBefore.endsWith("c") && word.indexOf(' ') >= 0;
        return !code && !isList(word, equals);
    }

    /** {@code Pwd=x;Database=y} or {@code password=x&y=z}: more follows that has names of its own. */
    private static boolean isList(String word, int equals) {
        int next = word.indexOf('=', equals + 1);
        while (next > 0 && Words.isWordPart(word.charAt(next - 1))) {
            next--;
        }
        return next > equals + 1 && ";&,|".indexOf(word.charAt(next - 1)) >= 0;
    }

    private static boolean takesUserAndPassword(String option) {
        return option.equals("--proxy-user") || option.equals("--auth");
    }

    private static boolean isName(String text, int start, int end) {
        for (int i = start; i < end; i++) {
            if (!Words.isWordPart(text.charAt(i))) {
                return false;
            }
        }
        return end > start;
    }

    /** What a word that ends in a secret's name promises of the next one. */
    private Expected announcedBy(String word) {
        String name = word.stripTrailing();
        boolean separated = name.endsWith(":") || name.endsWith("=");
        if (separated) {
            name = name.substring(0, name.length() - 1).stripTrailing();
        }
        int start = name.length();
        while (start > 0 && Words.isWordPart(name.charAt(start - 1))) {
            start--;
        }
        if (start == name.length() || !SecretNames.matches(name, start, name.length())) {
            return Expected.NOTHING;
        }
        // In a script the value is in the text that is looked at as a whole, with its quotes.
        if ((separated && !script) || (start == 0 && name.startsWith("-"))) {
            count = SecretNames.isPlural(name, start, name.length());
            return SecretNames.hasSpacedValue(name, start, name.length()) ? Expected.SCHEME : Expected.SECRET;
        }
        boolean credential = !separated && SecretNames.isCredential(name, start, name.length());
        return credential && (start == 0 || name.charAt(start - 1) == ':') ? Expected.SEPARATOR : Expected.NOTHING;
    }

    /** Takes what was announced where it is there; false where it is not. */
    private boolean announced(Expected before, String word, Spans spans) {
        if (word.isEmpty() || ValueReference.standsAt(word, 0, script)) {
            return true;
        }
        return switch (before) {
            case SECRET -> whole(word, spans);
            case SCHEME -> afterField(word, spans);
            case SEPARATOR -> afterName(word, spans);
            case NOTHING, PLAIN -> false;
        };
    }

    private boolean whole(String word, Spans spans) {
        if (isSomethingElse(word)) {
            return false;
        }
        boolean number = count && Words.isNumber(word, 0, word.length());
        if (!number && !HarmlessValues.contains(word, 0, word.length())) {
            // As openssl(1) has it beside env: and file:.
            spans.add(word.startsWith(LITERAL) ? LITERAL.length() : 0, word.length());
        }
        return true;
    }

    /** {@code Authorization: Bearer abc} without quotes is three arguments. */
    private boolean afterField(String word, Spans spans) {
        if (isSomethingElse(word)) {
            return false;
        }
        expected = SCHEMES.contains(word.toLowerCase(Locale.ROOT)) ? Expected.SECRET : Expected.NOTHING;
        if (!HarmlessValues.contains(word, 0, word.length())) {
            spans.add(0, word.length());
        }
        return true;
    }

    /** Another option or a URL: the value was left out. */
    private static boolean isSomethingElse(String word) {
        return isOption(word) || word.contains("://");
    }

    private boolean afterName(String word, Spans spans) {
        char first = word.charAt(0);
        if (first == ':' || first == '=') {
            String value = word.substring(1).stripLeading();
            if (value.isEmpty()) {
                expected = Expected.SECRET;
            } else {
                named(word, 0, 0, word.length() - value.length(), spans);
            }
            return true;
        }
        boolean credential = word.length() >= CREDENTIAL_MINIMUM && !word.startsWith("-") && !word.contains("://");
        if (credential) {
            spans.add(0, word.length());
        }
        return credential;
    }
}
