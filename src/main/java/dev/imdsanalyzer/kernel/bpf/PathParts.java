package dev.imdsanalyzer.kernel.bpf;

/** A path as {@link PathCapture} writes it. */
public final class PathParts {
    private PathParts() {}

    /** @param parts from the last one up to the root, whose own name is left out; each ended by a zero byte */
    public static String join(String parts) {
        StringBuilder path = new StringBuilder();
        for (String part : parts.split("\0", -1)) {
            if (!part.isEmpty()) {
                path.insert(0, "/" + part);
            }
        }
        return path.isEmpty() ? "/" : path.toString();
    }
}
