package dev.imdsanalyzer.output.line.caller;

import dev.imdsanalyzer.imds.ImdsCall;
import dev.imdsanalyzer.process.Caller;
import java.util.Objects;

/**
 * Remembers the identities of the newest callers and of those like them: working an identity out costs a digest.
 * Direct-mapped and of fixed size. Confined to the lock of {@link dev.imdsanalyzer.output.EventLog}.
 */
public final class IdentityMemo {
    private static final int SLOTS = 64;

    /** A heavier caller is not kept here: strangers choose how heavy they are. */
    static final int MAX_KEPT_BYTES = 16 << 10;

    private final Slot[] slots = new Slot[SLOTS];

    private record Slot(Caller caller, String product, String version, CallerIdentity identity) {}

    public CallerIdentity of(Caller caller, ImdsCall call) {
        int index = (caller.likeHash() ^ Objects.hashCode(call.userAgentName())) & SLOTS - 1;
        Slot slot = slots[index];
        if (slot == null || !isFor(slot, caller, call)) {
            slot = new Slot(caller, call.userAgentName(), call.userAgentVersion(), CallerIdentity.of(caller, call));
            if (caller.weight() <= MAX_KEPT_BYTES) {
                slots[index] = slot;
            }
        }
        return slot.identity;
    }

    // Numbers and start times are in no identity.
    private static boolean isFor(Slot slot, Caller caller, ImdsCall call) {
        return slot.caller.isLike(caller)
                && Objects.equals(slot.product, call.userAgentName())
                && Objects.equals(slot.version, call.userAgentVersion());
    }
}
