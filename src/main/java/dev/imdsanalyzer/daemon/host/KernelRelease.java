package dev.imdsanalyzer.daemon.host;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The two numbers of a kernel release that say what it can do; uname(2).
 *
 * @param major 0 where it is not known
 * @param minor 0 where it is not known
 */
public record KernelRelease(int major, int minor) {
    private static final Pattern NUMBERS = Pattern.compile("(\\d{1,6})\\.(\\d{1,6}).*", Pattern.DOTALL);

    /** Of {@code 6.1.102-111.182.amzn2023.x86_64} and the like; 0.0 for what is none. */
    public static KernelRelease parse(String release) {
        Matcher matcher = NUMBERS.matcher(release);
        return matcher.matches()
                ? new KernelRelease(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)))
                : new KernelRelease(0, 0);
    }

    /** Whether it is this release or a later one. */
    public boolean atLeast(int otherMajor, int otherMinor) {
        return major > otherMajor || (major == otherMajor && minor >= otherMinor);
    }
}
