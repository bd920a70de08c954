package dev.imdsanalyzer.imds;

import java.util.Locale;
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
record RequestTarget(String path, @Nullable String query, Category category, boolean tokenPath, OtherCloud cloud) {
    private static final String SCHEME = "http://";

    static RequestTarget of(String target) {
        String local = withoutAuthority(target);
        int mark = local.indexOf('?');
        String path = mark < 0 ? local : local.substring(0, mark);
        String query = mark < 0 ? null : local.substring(mark + 1);
        Category category = PathCategory.of(path);
        return new RequestTarget(path, query, category, category == Category.TOKEN, OtherCloud.ofPath(path));
    }

    private static String withoutAuthority(String target) {
        if (target.startsWith("/") || !target.toLowerCase(Locale.ROOT).startsWith(SCHEME)) {
            return target;
        }
        for (int i = SCHEME.length(); i < target.length(); i++) {
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
}
