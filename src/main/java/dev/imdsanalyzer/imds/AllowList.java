package dev.imdsanalyzer.imds;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Who may ask for credentials: names and globs over a caller's executable, script, systemd unit and container.
 *
 * <p>A pattern matches a whole text: {@code *} any run of characters, {@code ?} one. A pattern without a slash is also
 * tried on the last part of a path, so {@code amazon-ssm-agent} allows {@code /usr/bin/amazon-ssm-agent}. An empty list
 * allows everybody.
 */
public final class AllowList {
    private final List<Entry> entries = new ArrayList<>();

    private record Entry(Pattern pattern, boolean path) {}

    public AllowList(List<String> patterns) {
        for (String pattern : patterns) {
            entries.add(new Entry(compiled(pattern), pattern.indexOf('/') >= 0));
        }
    }

    /**
     * Marks a call for credentials by somebody who is not allowed.
     *
     * @param callerNames whatever identifies the caller; nulls are passed over
     * @return the same call, or one with {@link Finding#UNEXPECTED_CALLER}
     */
    public ImdsCall review(ImdsCall call, String... callerNames) {
        if (entries.isEmpty() || call.category() != Category.CREDENTIALS || allows(callerNames)) {
            return call;
        }
        String advice = call.advice() == null ? Advice.unexpected() : call.advice();
        return call.withFindings(FindingSets.with(call.findings(), Finding.UNEXPECTED_CALLER), advice);
    }

    private boolean allows(String... callerNames) {
        for (String name : callerNames) {
            if (name != null && allows(name)) {
                return true;
            }
        }
        return false;
    }

    private boolean allows(String name) {
        String last = name.substring(name.lastIndexOf('/') + 1);
        for (Entry entry : entries) {
            if (entry.pattern.matcher(entry.path ? name : last).matches()
                    || entry.pattern.matcher(name).matches()) {
                return true;
            }
        }
        return false;
    }

    private static Pattern compiled(String glob) {
        StringBuilder regex = new StringBuilder(glob.length() + 16);
        for (int i = 0; i < glob.length(); i++) {
            char c = glob.charAt(i);
            switch (c) {
                // A run of stars is one star: several in a row would backtrack without end.
                case '*' -> {
                    if (i == 0 || glob.charAt(i - 1) != '*') {
                        regex.append(".*");
                    }
                }
                case '?' -> regex.append('.');
                default -> regex.append(Pattern.quote(String.valueOf(c)));
            }
        }
        return Pattern.compile(regex.toString(), Pattern.DOTALL);
    }
}
