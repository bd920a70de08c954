package dev.imdsanalyzer.live;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A rule of nftables that drops packets in a namespace, and counts them, until it is closed. */
final class PacketFilter implements AutoCloseable {
    private static final Pattern COUNT = Pattern.compile("counter packets ([0-9]+)");

    private final NetworkNamespace namespace;
    private final String table;

    private PacketFilter(NetworkNamespace namespace, String table) {
        this.namespace = namespace;
        this.table = table;
    }

    /**
     * Drops what matches, after a capture has seen what comes in and before it sees what would go out.
     *
     * @param family {@code ip} or {@code ip6}
     * @param hook such as {@code forward}
     * @param match in the words of nft(8)
     */
    static PacketFilter dropping(NetworkNamespace namespace, String family, String hook, String match) {
        return add(namespace, family, hook, match);
    }

    /** The same for the first packet that matches; the others pass. */
    static PacketFilter droppingFirst(NetworkNamespace namespace, String family, String hook, String match) {
        return add(namespace, family, hook, match + " limit rate 1/hour burst 1 packets");
    }

    private static PacketFilter add(NetworkNamespace namespace, String family, String hook, String match) {
        String table = family + " filter_" + hook;
        namespace.feed(
                "table " + table + " { chain drops { type filter hook " + hook + " priority 0; " + match
                        + " counter drop; }; }\n",
                "nft",
                "-f",
                "-");
        return new PacketFilter(namespace, table);
    }

    /** How many packets it has dropped so far. */
    int dropped() {
        Matcher matcher = COUNT.matcher(namespace.run("sh", "-c", "nft list table " + table));
        return matcher.find() ? Integer.parseInt(matcher.group(1)) : 0;
    }

    @Override
    public void close() {
        namespace.run("sh", "-c", "nft delete table " + table);
    }
}
