package dev.imdsanalyzer.kernel;

import java.util.EnumSet;
import java.util.Set;

/**
 * What the calling thread may do: its effective capabilities, by capget(2). Linux keeps them for each thread; threads
 * started later inherit them.
 */
public final class Capabilities {
    /** _LINUX_CAPABILITY_VERSION_3: two words of 32 bits for each set. */
    private static final int VERSION = 0x20080522;

    /** struct __user_cap_header_struct {u32 version; int pid}. */
    private static final int HEADER_SIZE = 8;

    /** struct __user_cap_data_struct {u32 effective, permitted, inheritable}, twice. */
    private static final int WORD_SIZE = 12;

    private static final int EFFECTIVE = 0;
    private static final int PERMITTED = 4;
    private static final int INHERITABLE = 8;

    private static final int PR_CAP_AMBIENT = 47;
    private static final int PR_CAP_AMBIENT_CLEAR_ALL = 4;

    private Capabilities() {}

    /** Those of {@link Capability} that the calling thread has; empty when the kernel does not tell. */
    public static Set<Capability> effective() {
        NativeBuffer memory = new NativeBuffer(HEADER_SIZE + 2 * WORD_SIZE);
        Set<Capability> capabilities = EnumSet.noneOf(Capability.class);
        if (get(memory)) {
            for (Capability capability : Capability.values()) {
                int word = HEADER_SIZE + WORD_SIZE * (capability.number() / 32);
                if ((memory.bytes().getInt(word + EFFECTIVE) >>> (capability.number() % 32) & 1) != 0) {
                    capabilities.add(capability);
                }
            }
        }
        return capabilities;
    }

    /** Whether the calling thread has it. */
    public static boolean has(Capability capability) {
        return effective().contains(capability);
    }

    /**
     * Gives up every capability but these for the calling thread, as {@link #keepOnly}, unless it is root's: what root
     * owns and may do is not a matter of capabilities alone.
     *
     * @return why the kernel refused; null when it did not
     */
    public static String keepAtMost(Capability... kept) {
        if (Libc.geteuid() == 0) {
            return null;
        }
        try {
            keepOnly(Set.of(kept));
            return null;
        } catch (KernelException e) {
            return e.getMessage();
        }
    }

    /**
     * Gives up every capability but these, for good, for the calling thread and those that it starts later. Nothing that
     * any of them executes inherits one. Threads that run already keep theirs.
     *
     * @throws KernelException when the kernel refuses
     */
    public static void keepOnly(Set<Capability> kept) throws KernelException {
        NativeBuffer memory = new NativeBuffer(HEADER_SIZE + 2 * WORD_SIZE);
        if (!get(memory)) {
            throw new KernelException("capget", Libc.errno());
        }
        long mask = 0;
        for (Capability capability : kept) {
            mask |= 1L << capability.number();
        }
        for (int i = 0; i < 2; i++) {
            int word = HEADER_SIZE + WORD_SIZE * i;
            int wordMask = (int) (mask >>> (32 * i));
            memory.bytes().putInt(word + EFFECTIVE, memory.bytes().getInt(word + EFFECTIVE) & wordMask);
            memory.bytes().putInt(word + PERMITTED, memory.bytes().getInt(word + PERMITTED) & wordMask);
            memory.bytes().putInt(word + INHERITABLE, 0);
        }
        // Refused by kernels before 4.3, which have no ambient capabilities to clear.
        Libc.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL);
        if (Libc.capset(memory, HEADER_SIZE) < 0) {
            throw new KernelException("capset", Libc.errno());
        }
    }

    private static boolean get(NativeBuffer memory) {
        memory.clear();
        memory.bytes().putInt(0, VERSION);
        return Libc.capget(memory, HEADER_SIZE) == 0;
    }
}
