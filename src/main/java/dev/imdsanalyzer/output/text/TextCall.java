package dev.imdsanalyzer.output.text;

import java.util.List;

/**
 * A call as people read it, whether it was seen just now or stands in a log. Texts may be a stranger's: {@link TextLine} makes
 * them harmless.
 *
 * @param timestampNanos of the request's first byte, since the epoch
 * @param version {@code v1}, {@code v2} or another word for what is unknown
 * @param what version, method, path and status in words
 * @param durationNanos up to the answer; negative where there was none
 * @param label what a person would call the program; null where nobody knows
 * @param chain the process and its ancestors, nearest first, joined by {@code " < "}; null where no process is known
 * @param place container or unit, in words; null for none
 * @param count how many calls this stands for
 * @param refused whether IMDS refused it
 * @param findings their codes
 * @param advice one remedy; null for none
 */
public record TextCall(
        long timestampNanos,
        String version,
        String what,
        long durationNanos,
        String label,
        String chain,
        String place,
        long count,
        boolean refused,
        List<String> findings,
        String advice) {
    public TextCall {
        findings = List.copyOf(findings);
    }

    /** Who made it, in one word or two. */
    String who() {
        if (label != null) {
            return label;
        }
        return chain == null ? "unknown" : chain.split(" < ", 2)[0];
    }
}
