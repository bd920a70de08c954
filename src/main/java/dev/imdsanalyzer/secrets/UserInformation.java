package dev.imdsanalyzer.secrets;

import java.util.List;
import java.util.Set;

/** {@code user:password@} before a host; RFC 3986 section 3.2.1. */
final class UserInformation {
    /** Longer ones no client takes. */
    private static final int LIMIT = 512;

    /** A user's name alone as long as this is a token. */
    private static final int TOKEN_MINIMUM = 20;

    /** Their clients take a password with slashes and the like as it is. */
    private static final Set<String> LENIENT = Set.of(
            "postgres",
            "postgresql",
            "mysql",
            "mysqlx",
            "mariadb",
            "mongodb",
            "srv",
            "redis",
            "rediss",
            "amqp",
            "amqps",
            "ldap",
            "ldaps",
            "smtp",
            "smtps",
            "mqtt",
            "mqtts",
            "nats",
            "clickhouse",
            "sqlserver",
            "mssql",
            "oracle",
            "cassandra",
            "kafka",
            "imap",
            "imaps",
            "ftp",
            "sftp",
            "smb");

    private UserInformation() {}

    /** @param start behind the scheme's two slashes */
    static void find(String text, int start, boolean script, Spans spans) {
        boolean lenient = LENIENT.contains(scheme(text, start - 3));
        int at = -1;
        int colon = -1;
        int end = start;
        boolean authority = true;
        while (end < text.length() && end - start < LIMIT && !endsUrl(text.charAt(end))) {
            char c = text.charAt(end);
            authority &= c != '/' && c != '?' && c != '#';
            // Behind the authority, an at sign is one of the path's unless a password began before.
            if (!authority && (!lenient || colon < 0 || c == '?')) {
                break;
            }
            if (c == ':' && colon < 0 && at < 0) {
                colon = end;
            }
            at = c == '@' ? end : at;
            end++;
        }
        if (at < 0) {
            return;
        }
        boolean password = colon >= 0 && colon < at;
        int secret = password ? colon + 1 : at - start >= TOKEN_MINIMUM ? start : at;
        boolean forge = password && text.startsWith("x-oauth-basic", colon + 1);
        if (secret < at && !forge && !ValueReference.standsAt(text, secret, script)) {
            spans.add(secret, at);
        }
        // A token as the user's name, and what forges want as password then.
        if (forge || (password && colon + 1 == at && colon - start >= TOKEN_MINIMUM)) {
            spans.add(start, colon);
        }
    }

    /** {@code user:password@tcp(host:3306)/db}, as Go's drivers take it. */
    static void findInDataSourceNames(String text, Spans spans) {
        for (String network : List.of("@tcp(", "@unix(")) {
            for (int at = text.indexOf(network); at >= 0; at = text.indexOf(network, at + 1)) {
                int start = at;
                while (start > 0
                        && at - start < LIMIT
                        && !endsUrl(text.charAt(start - 1))
                        && text.charAt(start - 1) != '@') {
                    start--;
                }
                int colon = text.substring(start, at).indexOf(':');
                spans.add(colon < 0 ? at : start + colon + 1, at);
            }
        }
    }

    private static String scheme(String text, int end) {
        int start = end;
        while (start > 0 && end - start < 16 && Character.isLetterOrDigit(text.charAt(start - 1))) {
            start--;
        }
        return text.substring(start, end);
    }

    private static boolean endsUrl(char c) {
        return c <= ' ' || c == '"' || c == '\'' || c == '`' || c == '<';
    }
}
