package dev.imdsanalyzer.process.containers;

import java.util.regex.Pattern;

/**
 * An image as somebody has named it: {@code name[:tag][@digest]}, the grammar of distribution/reference.
 *
 * @param name with its registry; null where it was named by its identifier alone
 * @param tag null for none
 */
record ImageReference(String name, String tag) {
    private static final ImageReference NONE = new ImageReference(null, null);

    /** Whole, or as short as commands show it. */
    private static final Pattern IDENTIFIER = Pattern.compile("sha(?:256|384|512):[0-9a-f]+|[0-9a-f]{64}|[0-9a-f]{12}");

    /** How it is fetched, which podman and the kubelet's shim for Docker put before it. */
    private static final Pattern TRANSPORT = Pattern.compile("[a-z][a-z-]*://");

    /** What tools write where an image has no name, or no tag. */
    private static final String NAMELESS = "<none>";

    static ImageReference of(String text) {
        if (text == null || text.isEmpty() || IDENTIFIER.matcher(text).matches()) {
            return NONE;
        }
        int digest = text.indexOf('@');
        String named =
                TRANSPORT.matcher(digest < 0 ? text : text.substring(0, digest)).replaceFirst("");
        int colon = named.lastIndexOf(':');
        // A colon before a slash is a registry's port.
        boolean tagged = colon > 0 && named.indexOf('/', colon) < 0 && colon < named.length() - 1;
        String name = tagged ? named.substring(0, colon) : named;
        String tag = tagged ? named.substring(colon + 1) : null;
        return name.isEmpty() || name.equals(NAMELESS)
                ? NONE
                : new ImageReference(name, NAMELESS.equals(tag) ? null : tag);
    }
}
