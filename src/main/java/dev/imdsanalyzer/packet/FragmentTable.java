package dev.imdsanalyzer.packet;

import dev.imdsanalyzer.status.Counter;
import dev.imdsanalyzer.status.Counters;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Puts fragmented IP packets together, within a fixed budget: RFC 791 section 3.2, RFC 8200 section 4.5.
 *
 * <p>What arrived is marked in one bit for 8 bytes, the unit in which fragments are cut. Overlaps are treated as Linux
 * does (inet_frag_queue_insert): a fragment all of whose bytes are there already is ignored, whatever is in it, and one of
 * which a part is there spoils its packet (RFC 5722, for IPv4 too).
 *
 * <p>Past the budget the oldest packet goes. Each fragment that never became part of a whole packet is counted as
 * {@link Counter#FRAGMENTS_EXPIRED}. Confined to one thread.
 */
final class FragmentTable {
    /**
     * Bounds of the table.
     *
     * @param packets incomplete packets at a time
     * @param bytes buffer space of them all
     * @param ageNanos how long a packet may stay incomplete
     */
    record Budget(int packets, int bytes, long ageNanos) {
        /** 30 s is what Linux waits (ipfrag_time). */
        static final Budget DEFAULT = new Budget(64, 1 << 20, 30_000_000_000L);
    }

    /** Whose fragment it is and when it came; filled anew for each, copied only for the first of a packet. */
    static final class Key {
        long timestampNanos;
        int interfaceIndex;
        boolean ipv6;
        long sourceHigh;
        long sourceLow;
        long destinationHigh;
        long destinationLow;
        int identification;
        /** Of this fragment; those of one packet may differ only where somebody made them so. */
        int timeToLive;

        private void copyFrom(Key other) {
            timestampNanos = other.timestampNanos;
            interfaceIndex = other.interfaceIndex;
            ipv6 = other.ipv6;
            sourceHigh = other.sourceHigh;
            sourceLow = other.sourceLow;
            destinationHigh = other.destinationHigh;
            destinationLow = other.destinationLow;
            identification = other.identification;
            timeToLive = other.timeToLive;
        }

        private boolean matches(Key other) {
            return identification == other.identification
                    && interfaceIndex == other.interfaceIndex
                    && ipv6 == other.ipv6
                    && sourceLow == other.sourceLow
                    && destinationLow == other.destinationLow
                    && sourceHigh == other.sourceHigh
                    && destinationHigh == other.destinationHigh;
        }
    }

    /** One packet, complete or not. */
    static final class Packet {
        private static final byte[] NOTHING = new byte[0];

        private final Key key = new Key();
        private final long[] present = new long[(MAX_LENGTH / UNIT + Long.SIZE) / Long.SIZE];
        private boolean used;
        private byte[] buffer = NOTHING;
        private int fragments;
        private int presentBytes;
        private int length;
        private int highestEnd;
        private int protocol;
        private boolean otherBytes;
        private boolean otherTimeToLive;

        /** The payload, from index 0. */
        byte[] buffer() {
            return buffer;
        }

        /** Bytes of payload. */
        int length() {
            return length;
        }

        /** Protocol of the payload, from the fragment that has its first byte. */
        int protocol() {
            return protocol;
        }

        /**
         * Whether a fragment was ignored that had other bytes than those that are here, and may be the one that arrived: one
         * of the fragments had fewer hops left than others.
         */
        boolean isContradicted() {
            return otherBytes && otherTimeToLive;
        }

        private boolean isComplete() {
            return length != UNKNOWN && presentBytes == length;
        }
    }

    private static final int UNIT = 8;
    private static final int MAX_LENGTH = 65_535;
    private static final int UNKNOWN = -1;
    private static final int SMALLEST_BUFFER = 4096;

    private final Budget budget;
    private final Counters counters;
    private final Packet[] packets;
    private int bytes;

    FragmentTable(Budget budget, Counters counters) {
        this.budget = budget;
        this.counters = counters;
        this.packets = new Packet[budget.packets()];
    }

    /**
     * Adds a fragment.
     *
     * @param fragmentOffset where its payload starts in the whole, in bytes; a multiple of 8
     * @param protocol what its header says about the payload's protocol
     * @param captured bytes of payload that are there
     * @param wireLength bytes of payload that it had
     * @return the whole packet, where this was the last piece of it; to be given back by {@link #release}; else null
     */
    @Nullable
    Packet add(
            Key key,
            int fragmentOffset,
            boolean moreFragments,
            int protocol,
            byte[] buffer,
            int offset,
            int captured,
            long wireLength) {
        long end = fragmentOffset + wireLength;
        if (wireLength == 0 || end > MAX_LENGTH || (moreFragments && wireLength % UNIT != 0)) {
            counters.increment(Counter.FRAMES_UNDECODABLE);
            return null;
        }
        expire(key.timestampNanos);
        if (captured < wireLength) {
            // Cut short by the capture: its packet can never be whole.
            counters.increment(Counter.FRAGMENTS_EXPIRED);
            return null;
        }
        Packet packet = findOrCreate(key);
        packet.fragments++;
        if (!fits(packet, fragmentOffset, (int) end, moreFragments)) {
            drop(packet);
            return null;
        }
        packet.otherBytes |= contradicts(packet, fragmentOffset, (int) end, buffer, offset);
        packet.otherTimeToLive |= key.timeToLive != packet.key.timeToLive;
        if (fragmentOffset == 0) {
            packet.protocol = protocol;
        }
        store(packet, fragmentOffset, buffer, offset, captured);
        return packet.isComplete() ? packet : null;
    }

    /** Ends the use of a whole packet. */
    void release(Packet packet) {
        packet.used = false;
        bytes -= packet.buffer.length;
        packet.buffer = Packet.NOTHING;
    }

    /** Drops what stayed incomplete for too long. */
    void expire(long nowNanos) {
        if (bytes == 0) {
            return;
        }
        for (Packet packet : packets) {
            if (packet != null && packet.used && nowNanos - packet.key.timestampNanos > budget.ageNanos()) {
                drop(packet);
            }
        }
    }

    /** Buffer space in use. */
    int bytes() {
        return bytes;
    }

    private Packet findOrCreate(Key key) {
        Packet oldest = null;
        int free = UNKNOWN;
        for (int i = 0; i < packets.length; i++) {
            Packet packet = packets[i];
            if (packet == null || !packet.used) {
                free = i;
            } else if (packet.key.matches(key)) {
                return packet;
            } else if (oldest == null || packet.key.timestampNanos < oldest.key.timestampNanos) {
                oldest = packet;
            }
        }
        Packet packet = free == UNKNOWN ? oldest : packets[free];
        if (packet == null) {
            packet = new Packet();
            packets[free] = packet;
        } else if (free == UNKNOWN) {
            drop(packet);
        }
        start(packet, key);
        return packet;
    }

    private static void start(Packet packet, Key key) {
        packet.used = true;
        packet.key.copyFrom(key);
        Arrays.fill(packet.present, 0);
        packet.fragments = 0;
        packet.presentBytes = 0;
        packet.length = UNKNOWN;
        packet.highestEnd = 0;
        packet.protocol = 0;
        packet.otherBytes = false;
        packet.otherTimeToLive = false;
    }

    /** Whether the fragment contradicts nothing that is known of its packet; makes note of the end. */
    private static boolean fits(Packet packet, int start, int end, boolean moreFragments) {
        if (!moreFragments) {
            if ((packet.length != UNKNOWN && packet.length != end) || packet.highestEnd > end) {
                return false;
            }
            packet.length = end;
        } else if (packet.length != UNKNOWN && end > packet.length) {
            return false;
        }
        packet.highestEnd = Math.max(packet.highestEnd, end);
        int absent = 0;
        for (int unit = start / UNIT; unit * UNIT < end; unit++) {
            absent += isPresent(packet, unit) ? 0 : 1;
        }
        return absent == 0 || absent == (end - start + UNIT - 1) / UNIT;
    }

    private static boolean contradicts(Packet packet, int start, int end, byte[] buffer, int offset) {
        return isPresent(packet, start / UNIT)
                && !Arrays.equals(packet.buffer, start, end, buffer, offset, offset + end - start);
    }

    private static boolean isPresent(Packet packet, int unit) {
        return (packet.present[unit / Long.SIZE] >>> unit & 1) != 0;
    }

    private void store(Packet packet, int start, byte[] buffer, int offset, int length) {
        int firstUnit = start / UNIT;
        if (isPresent(packet, firstUnit)) {
            return;
        }
        grow(packet, start + length);
        System.arraycopy(buffer, offset, packet.buffer, start, length);
        for (int unit = firstUnit; unit * UNIT < start + length; unit++) {
            packet.present[unit / Long.SIZE] |= 1L << unit;
        }
        packet.presentBytes += length;
    }

    private void grow(Packet packet, int needed) {
        if (packet.buffer.length >= needed) {
            return;
        }
        int capacity = Math.max(SMALLEST_BUFFER, Integer.highestOneBit(needed - 1) << 1);
        int added = capacity - packet.buffer.length;
        while (bytes + added > budget.bytes()) {
            Packet oldest = oldestBut(packet);
            if (oldest == null) {
                break;
            }
            drop(oldest);
        }
        packet.buffer = Arrays.copyOf(packet.buffer, capacity);
        bytes += added;
    }

    private @Nullable Packet oldestBut(Packet kept) {
        Packet oldest = null;
        for (Packet packet : packets) {
            if (packet != null
                    && packet.used
                    && packet != kept
                    && (oldest == null || packet.key.timestampNanos < oldest.key.timestampNanos)) {
                oldest = packet;
            }
        }
        return oldest;
    }

    private void drop(Packet packet) {
        counters.add(Counter.FRAGMENTS_EXPIRED, packet.fragments);
        release(packet);
    }
}
