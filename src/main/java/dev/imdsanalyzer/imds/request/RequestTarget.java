package dev.imdsanalyzer.imds.request;

import dev.imdsanalyzer.imds.Category;
import org.jspecify.annotations.Nullable;

/**
 * A request target (RFC 9112 section 3.2) taken apart: path and query as sent, and what the path is about.
 *
 * @param path origin-form or absolute-form without scheme and authority; other forms whole
 * @param query what follows the first question mark; null if there is none
 * @param category by the path, normalised as {@link PathCategory} says
 * @param tokenPath whether it ends in {@code /api/token} under {@code latest} or a dated version
 * @param cloud whose metadata service has such a path, if it is not AWS's; else null
 */
public record RequestTarget(
        String path,
        @Nullable String query,
        Category category,
        boolean tokenPath,
        @Nullable OtherCloud cloud) {
    private static final String AUTHORITY = "://";

    static RequestTarget of(String target) {
        String local = withoutAuthority(target);
        int mark = local.indexOf('?');
        String path = mark < 0 ? local : local.substring(0, mark);
        String query = mark < 0 ? null : local.substring(mark + 1);
        Category category = PathCategory.of(path);
        return new RequestTarget(path, query, category, category == Category.TOKEN, OtherCloud.ofPath(path));
    }

    /** Servers look at no scheme, or at any. */
    private static String withoutAuthority(String target) {
        int scheme = schemeLength(target);
        if (scheme == 0 || !target.startsWith(AUTHORITY, scheme)) {
            return target;
        }
        for (int i = scheme + AUTHORITY.length(); i < target.length(); i++) {
            char c = target.charAt(i);
            if (c == '/') {
                return target.substring(i);
            }
            if (c == '?') {
                return "/" + target.substring(i);
            }
        }
        return "/";
    }

    /** RFC 3986 section 3.1. */
    private static int schemeLength(String target) {
        int length = 0;
        while (length < target.length() && isSchemeCharacter(target.charAt(length), length)) {
            length++;
        }
        return length;
    }

    private static boolean isSchemeCharacter(char c, int index) {
        boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        return letter || (index > 0 && ((c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.'));
    }
}
