package dev.imdsanalyzer.imds;

import java.util.function.Predicate;

/** Calls that are IMDSv1 by the rule of the missing token field, and whose callers need no IMDSv1 all the same. */
public final class HarmlessCall {
    private HarmlessCall() {}

    /**
     * Whether a call of version v1 is one.
     *
     * @param has whether the call has a finding
     * @param refused whether IMDS refused it as IMDSv1 (401, 403)
     * @param category as {@code imds.category} has it
     */
    public static boolean isHarmless(Predicate<Finding> has, boolean refused, String category) {
        boolean plain = !has.test(Finding.IMDSV1_REQUEST)
                && !has.test(Finding.IMDSV1_REJECTED)
                && !has.test(Finding.MALFORMED_REQUEST)
                && !has.test(Finding.CONFLICTING_SEGMENTS);
        // A GET of the token's path has no finding: it gets a 405 and never anything of worth.
        boolean tokenPath = !refused && "token".equals(category);
        // What asks for another cloud gets nothing here, whatever IMDSv2 is.
        return plain && (tokenPath || has.test(Finding.OTHER_CLOUD_PROBE));
    }
}
