package dev.imdsanalyzer.process;

import dev.imdsanalyzer.process.proc.CgroupPath;
import dev.imdsanalyzer.process.proc.GroupOwners;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** What control groups say of unit, container and pod; the newest are kept. For one thread at a time. */
final class ControlGroups {
    private static final int GROUPS_KEPT = 128;
    private static final int GROUP_LENGTH_KEPT = 4096;

    private final GroupOwners owners;
    private final RecentlyUsed<ByteBuffer, CgroupPath> groups = new RecentlyUsed<>(GROUPS_KEPT);

    ControlGroups(GroupOwners owners) {
        this.owners = owners;
    }

    /** Where the control group of that path in the unified hierarchy is, and whose. */
    CgroupPath at(String path) {
        return CgroupPath.parse(("0::" + path).getBytes(StandardCharsets.UTF_8), owners);
    }

    /** A process's, one hierarchy a line; most callers are in groups that were seen before. */
    CgroupPath parse(byte[] content) {
        return content == null || content.length > GROUP_LENGTH_KEPT
                ? CgroupPath.parse(content, owners)
                : known(content);
    }

    /** Whose a group is may not be known yet, or change: only root's is kept. */
    private CgroupPath known(byte[] content) {
        ByteBuffer key = ByteBuffer.wrap(content);
        CgroupPath known = groups.get(key);
        if (known == null) {
            known = CgroupPath.parse(content, owners);
            if (known.owner() == 0) {
                groups.put(key, known);
            }
        }
        return known;
    }
}
