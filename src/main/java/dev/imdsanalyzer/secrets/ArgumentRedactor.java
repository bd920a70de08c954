package dev.imdsanalyzer.secrets;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The arguments of one program, one after another, with what each says of the next. */
final class ArgumentRedactor {
    /** What the argument before has announced. */
    private enum Expected {
        NOTHING,
        /** A secret, whole. */
        SECRET,
        /** A separator and then perhaps a secret, or a credential. */
        SEPARATOR,
        /** A secret, perhaps with its scheme before it. */
        SCHEME,
        /** user:password. */
        USER_AND_PASSWORD
    }

    /** RFC 7235 and what clouds and forges use, in lower case. */
    private static final Set<String> SCHEMES =
            Set.of("basic", "bearer", "digest", "negotiate", "ntlm", "token", "apikey", "hawk", "aws4-hmac-sha256");

    private final List<String> arguments;
    private final String program;
    private Expected expected = Expected.NOTHING;
    private boolean clientSeen;

    ArgumentRedactor(List<String> arguments) {
        this.arguments = arguments;
        String first = arguments.isEmpty() ? "" : arguments.get(0);
        this.program = first.substring(first.lastIndexOf('/') + 1);
    }

    List<String> redacted() {
        List<String> result = new ArrayList<>(arguments.size());
        for (String argument : arguments) {
            Expected before = expected;
            expected = Expected.NOTHING;
            String known = before == Expected.NOTHING ? null : announced(before, argument);
            result.add(known != null ? known : byItself(argument));
            // It may stand behind sudo, timeout, docker exec and others, with options of its own from there on.
            clientSeen |= HttpClients.isPath(argument);
        }
        return result;
    }

    /** The argument where what was announced is there; null where it is not. */
    private String announced(Expected before, String argument) {
        if (argument.isEmpty() || ValueReference.standsAt(argument, 0, false)) {
            return argument;
        }
        return switch (before) {
            case SECRET -> isSomethingElse(argument) ? null : SecretRedactor.MARK;
            case SCHEME -> afterField(argument);
            case SEPARATOR -> afterName(argument);
            case USER_AND_PASSWORD -> withoutPassword(argument, 0);
            case NOTHING -> null;
        };
    }

    /** {@code Authorization: Bearer abc} without quotes is three arguments. */
    private String afterField(String argument) {
        if (isSomethingElse(argument)) {
            return null;
        }
        expected = SCHEMES.contains(argument.toLowerCase(Locale.ROOT)) ? Expected.SECRET : Expected.NOTHING;
        return SecretRedactor.MARK;
    }

    /** Another option or a URL: the value was left out. */
    private static boolean isSomethingElse(String argument) {
        return argument.startsWith("--")
                || (argument.startsWith("-") && argument.length() == 2)
                || argument.contains("://");
    }

    private String afterName(String argument) {
        char first = argument.charAt(0);
        if (first == ':' || first == '=') {
            String value = argument.substring(1).stripLeading();
            if (value.isEmpty()) {
                expected = Expected.SECRET;
                return argument;
            }
            boolean reference = ValueReference.standsAt(value, 0, false);
            return reference
                    ? argument
                    : argument.substring(0, argument.length() - value.length()) + SecretRedactor.MARK;
        }
        boolean credential = argument.length() >= 16 && !argument.startsWith("-") && !argument.contains("://");
        return credential ? SecretRedactor.MARK : null;
    }

    private String withoutPassword(String argument, int from) {
        int colon = argument.indexOf(':', from);
        if (colon < 0 || colon == argument.length() - 1 || isUserAndGroup(argument, from)) {
            return null;
        }
        return ValueReference.standsAt(argument, colon + 1, false)
                ? argument
                : argument.substring(0, colon + 1) + SecretRedactor.MARK;
    }

    /** {@code -u 1000:1000}, as container tools take it. */
    private static boolean isUserAndGroup(String argument, int from) {
        for (int i = from; i < argument.length(); i++) {
            char c = argument.charAt(i);
            if (c != ':' && (c < '0' || c > '9')) {
                return false;
            }
        }
        return true;
    }

    private String byItself(String argument) {
        if (argument.startsWith("-")) {
            String option = option(argument);
            if (option != null) {
                return option;
            }
        }
        expected = announcedBy(argument);
        return new SecretScanner(argument, true).redacted();
    }

    /** An option that says by its name or its program's what its value is; null for others. */
    private String option(String argument) {
        int equals = argument.indexOf('=');
        if (equals > 0 && isName(argument, 0, equals)) {
            if (SecretNames.matches(argument, 0, equals)) {
                return ValueReference.standsAt(argument, equals + 1, false) || equals + 1 == argument.length()
                        ? argument
                        : argument.substring(0, equals + 1) + SecretRedactor.MARK;
            }
            return takesUserAndPassword(argument.substring(0, equals)) ? withoutPassword(argument, equals + 1) : null;
        }
        if (isMySql() && argument.startsWith("-p") && argument.length() > 2) {
            return "-p" + SecretRedactor.MARK;
        }
        if (program.equals("sshpass") && argument.startsWith("-p")) {
            expected = argument.length() == 2 ? Expected.SECRET : Expected.NOTHING;
            return argument.length() == 2 ? argument : "-p" + SecretRedactor.MARK;
        }
        boolean attached = clientSeen && argument.startsWith("-u") && argument.length() > 2;
        return attached ? withoutPassword(argument, 2) : null;
    }

    private boolean isMySql() {
        return program.startsWith("mysql") || program.startsWith("mariadb");
    }

    private boolean takesUserAndPassword(String option) {
        return clientSeen ? HttpClients.takeUser(option) : HttpClients.takesUserAnywhere(option);
    }

    private static boolean isName(String text, int start, int end) {
        for (int i = start; i < end; i++) {
            if (!SecretScanner.isWordPart(text.charAt(i))) {
                return false;
            }
        }
        return end > start;
    }

    /** What an argument that ends in a secret's name promises of the next one. */
    private Expected announcedBy(String argument) {
        if (takesUserAndPassword(argument)) {
            return Expected.USER_AND_PASSWORD;
        }
        String name = argument.stripTrailing();
        boolean separated = name.endsWith(":") || name.endsWith("=");
        if (separated) {
            name = name.substring(0, name.length() - 1).stripTrailing();
        }
        int start = name.length();
        while (start > 0 && SecretScanner.isWordPart(name.charAt(start - 1))) {
            start--;
        }
        if (start == name.length() || !SecretNames.matches(name, start, name.length())) {
            return Expected.NOTHING;
        }
        if (separated || (start == 0 && name.startsWith("-"))) {
            return SecretNames.hasSpacedValue(name, start, name.length()) ? Expected.SCHEME : Expected.SECRET;
        }
        return start == 0 && SecretNames.isCredential(name, start, name.length())
                ? Expected.SEPARATOR
                : Expected.NOTHING;
    }
}
