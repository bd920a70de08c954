package dev.imdsanalyzer.imds;

import java.util.ArrayList;
import java.util.List;

/**
 * Who may ask for credentials: names and globs over a caller's executable, systemd unit and container.
 *
 * <p>A pattern matches a whole text: {@code *} any run of characters, {@code ?} one. A pattern without a slash is also
 * tried on the last part of a path, so {@code amazon-ssm-agent} allows {@code /usr/bin/amazon-ssm-agent}. An empty list
 * allows everybody.
 */
public final class AllowList {
    private final List<Entry> entries = new ArrayList<>();

    private record Entry(String pattern, boolean path) {}

    public AllowList(List<String> patterns) {
        for (String pattern : patterns) {
            entries.add(new Entry(pattern, pattern.indexOf('/') >= 0));
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
            if (matches(entry.pattern, entry.path ? name : last) || matches(entry.pattern, name)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Callers choose their names: no name makes this take more than its length times the pattern's. Only the last star
     * seen is ever gone back to, as the earlier ones have matched as little as they could.
     */
    private static boolean matches(String pattern, String name) {
        int next = 0;
        int star = -1;
        int afterStar = 0;
        int at = 0;
        while (at < name.length()) {
            char wanted = next < pattern.length() ? pattern.charAt(next) : '\0';
            if (next < pattern.length() && wanted == '*') {
                star = next++;
                afterStar = at;
            } else if (next < pattern.length() && (wanted == '?' || wanted == name.charAt(at))) {
                next++;
                at++;
            } else if (star >= 0) {
                next = star + 1;
                at = ++afterStar;
            } else {
                return false;
            }
        }
        while (next < pattern.length() && pattern.charAt(next) == '*') {
            next++;
        }
        return next == pattern.length();
    }
}
