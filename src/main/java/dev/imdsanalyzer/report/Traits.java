package dev.imdsanalyzer.report;

import dev.imdsanalyzer.imds.Finding;
import dev.imdsanalyzer.report.input.EventLine;
import dev.imdsanalyzer.report.input.Field;
import java.util.HashSet;
import java.util.Set;

/**
 * What an instance's lines show it to be, as far as its metadata options depend on it: whether a container behind a network hop
 * calls IMDS, whether it is a node of Kubernetes or ECS, and when it was last watched from its boot on.
 */
public final class Traits {
    /**
     * A run of the analyzer that starts this soon after boot sees what calls at boot, unless IMDS could be reached before it; seconds.
     * What wrote the line may be too old to say whether it could.
     */
    private static final long BOOT_SECONDS = 120;

    private static final int MAXIMUM_ADDRESSES = 64;
    /** Where Docker, Podman and CNI's plain bridge put containers when nobody says otherwise. */
    private static final String[] BRIDGES = {"172.17.", "10.88.", "10.4.0."};

    // Hashes of the addresses from which processes of the host itself called, and of those from which containers did.
    private Set<Long> hostAddresses = Set.of();
    private Set<Long> containerAddresses = Set.of();
    private boolean behindHop;
    private boolean node;
    private boolean credentialsUsed;
    private long lastBoot = Tally.NEVER;

    void add(long time, EventLine line) {
        if (line.is(Field.ACTION, "imds-request")) {
            addCall(line);
        } else if (line.is(Field.ACTION, "analyzer-started")) {
            long uptime = line.number(Field.UPTIME, -1);
            if (uptime >= 0 && uptime <= BOOT_SECONDS && !line.is(Field.IMDS_REACHABLE, "true")) {
                lastBoot = Math.max(lastBoot, time);
            }
        }
    }

    private void addCall(EventLine line) {
        behindHop |= line.has(Finding.TOKEN_RESPONSE_DROPPED);
        node |= isNode(line);
        if (!line.has(Field.SOURCE_IP)) {
            return;
        }
        boolean inContainer = line.has(Field.CONTAINER_ID);
        long address = line.hash(Field.SOURCE_IP);
        if (inContainer) {
            containerAddresses = with(containerAddresses, address);
        } else {
            hostAddresses = with(hostAddresses, address);
        }
        if (inContainer && !behindHop) {
            String text = line.text(Field.SOURCE_IP);
            for (String bridge : BRIDGES) {
                behindHop |= text.startsWith(bridge);
            }
        }
    }

    private static boolean isNode(EventLine line) {
        return line.has(Field.POD_UID)
                || line.has(Field.NAMESPACE)
                || line.has(Field.ECS_TASK)
                || line.has(Field.ECS_TASK_ID)
                || line.has(Field.ECS_FAMILY)
                || line.is(Field.UNIT, "kubelet.service")
                || line.is(Field.UNIT, "ecs.service");
    }

    /** Most instances have none, or one. */
    private static Set<Long> with(Set<Long> addresses, long address) {
        if (addresses.contains(address) || addresses.size() >= MAXIMUM_ADDRESSES) {
            return addresses;
        }
        Set<Long> more = new HashSet<>(addresses);
        more.add(address);
        return more;
    }

    /**
     * Whether a container behind a network hop was seen to call IMDS: its token was lost on the hop, or it called from a
     * bridge's address, or from one that no process of the host itself uses.
     */
    public boolean behindHop() {
        return behindHop
                || (!hostAddresses.isEmpty()
                        && containerAddresses.stream().anyMatch(address -> !hostAddresses.contains(address)));
    }

    /** Takes note that its tags name a cluster: a silent node shows in no line. */
    void setNode() {
        node = true;
    }

    /** Takes note that CloudTrail saw its role's credentials used. */
    void setCredentialsUsed() {
        credentialsUsed = true;
    }

    /** Whether CloudTrail saw its role's credentials used, so that something on it calls IMDS whatever the log says. */
    public boolean credentialsUsed() {
        return credentialsUsed;
    }

    /** Whether it is a node of Kubernetes or ECS. */
    public boolean isNode() {
        return node;
    }

    /** When it last booted while it was watched; {@link Tally#NEVER} if that was not seen. */
    public long lastBoot() {
        return lastBoot;
    }
}
