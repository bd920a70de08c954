package dev.imdsanalyzer.process.connect;

import dev.imdsanalyzer.kernel.bpf.ConnectLoss;
import dev.imdsanalyzer.kernel.bpf.ConnectOwner;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Records between the thread that takes them out of the kernel's rings and the one that names their callers, which needs a
 * thousand times as long for each. So the rings stay empty, and nobody waits behind another's flood: owners are served in
 * turn, one record each, and each one's in the order in which they came.
 *
 * <p>Bounded in bytes: an owner's records may take half of what is free, as in the ring. What is past that is lost, and counted.
 * Buffers are used again, so that a flood makes no garbage. One thread puts, one takes; any asks.
 */
final class RecordQueue {
    /** Of all buffers, the free ones included. */
    static final int MAXIMUM_BYTES = 4 << 20;

    private static final int OWNERS_TOLD = 64;
    private static final int SMALLEST_BITS = 8;
    private static final int SIZES = Integer.SIZE - SMALLEST_BITS;

    /** One reading of all rings. */
    private static final class Pass {
        final long number;
        final long begunNanos;
        int waiting;

        Pass(long number, long begunNanos) {
            this.number = number;
            this.begunNanos = begunNanos;
        }
    }

    private static final class Share {
        final ConnectOwner owner;
        final Deque<Entry> entries = new ArrayDeque<>();
        int bytes;

        Share(ConnectOwner owner) {
            this.owner = owner;
        }
    }

    /** One record, the queue's until it is given back. */
    static final class Entry {
        private final ByteBuffer room;
        private final Pass pass;
        private final ByteBuffer record;

        private Entry(ByteBuffer room, ByteBuffer record, Pass pass) {
            this.room = room;
            this.record = record;
            this.pass = pass;
        }

        /** In host byte order, from index 0 to its limit; until it is given back. */
        ByteBuffer record() {
            return record;
        }
    }

    private final Map<ConnectOwner, Share> shares = new HashMap<>();
    /** Those who have something, whose turn it is first. */
    private final Deque<Share> turns = new ArrayDeque<>();

    private final Deque<Pass> passes = new ArrayDeque<>();
    private final List<Deque<ByteBuffer>> free = new ArrayList<>();
    private final Map<ConnectOwner, Long> losses = new LinkedHashMap<>();
    private long lost;
    private int queuedBytes;
    private int allBytes;
    private boolean closed;
    private boolean reading;
    private Pass reached = new Pass(0, Long.MIN_VALUE);

    RecordQueue() {
        for (int i = 0; i < SIZES; i++) {
            free.add(new ArrayDeque<>());
        }
    }

    /** All rings are about to be read once, from this moment on, ns since the epoch. */
    synchronized void beginPass(long nanos) {
        Pass last = passes.isEmpty() ? reached : passes.getLast();
        passes.add(new Pass(last.number + 1, nanos));
        reading = true;
    }

    /**
     * Puts a copy of the record.
     *
     * @return false if the owner has too much here already: it is lost
     */
    synchronized boolean put(ByteBuffer record, ConnectOwner owner) {
        int length = record.limit();
        int bits = Math.max(SMALLEST_BITS, Integer.SIZE - Integer.numberOfLeadingZeros(length - 1));
        Share share = shares.get(owner);
        long taken = (share == null ? 0L : share.bytes) + (1L << bits);
        if (2 * taken > MAXIMUM_BYTES - queuedBytes) {
            lost++;
            if (losses.containsKey(owner) || losses.size() < OWNERS_TOLD) {
                losses.merge(owner, 1L, Long::sum);
            }
            return false;
        }
        if (share == null) {
            share = new Share(owner);
            shares.put(owner, share);
            turns.add(share);
        }
        ByteBuffer room = room(bits);
        room.put(0, record, 0, length);
        Pass pass = passes.getLast();
        share.entries.add(new Entry(room, room.duplicate().limit(length).order(ByteOrder.nativeOrder()), pass));
        share.bytes += room.capacity();
        queuedBytes += room.capacity();
        pass.waiting++;
        return true;
    }

    private ByteBuffer room(int bits) {
        ByteBuffer room = free.get(bits - SMALLEST_BITS).poll();
        if (room != null) {
            return room;
        }
        int size = 1 << bits;
        for (Deque<ByteBuffer> others : free) {
            while (allBytes + size > MAXIMUM_BYTES && !others.isEmpty()) {
                allBytes -= others.poll().capacity();
            }
        }
        allBytes += size;
        return ByteBuffer.allocate(size);
    }

    /** The rings were read once. Who takes is woken now: one wake-up for both records of a connect. */
    synchronized void endPass() {
        reading = false;
        long before = reached.number;
        reach();
        if (reached.number != before || !turns.isEmpty()) {
            notifyAll();
        }
    }

    /** Whether nothing is here: neither waiting nor being handled. */
    synchronized boolean isIdle() {
        return turns.isEmpty() && passes.size() <= 1 && (passes.isEmpty() || passes.getFirst().waiting == 0);
    }

    /**
     * The same where nothing is here: nobody is woken then.
     *
     * @return false where something is, and the pass goes on
     */
    synchronized boolean endIdlePass() {
        if (!isIdle()) {
            return false;
        }
        reading = false;
        reach();
        return true;
    }

    /**
     * Takes the next one, or waits for it, or for the end of a pass.
     *
     * @param passed what {@link #reached} said last
     * @return null if there is none: more was reached then, or this is closed
     */
    synchronized Entry take(long passed) throws InterruptedException {
        while (turns.isEmpty() && reached.number == passed && !closed) {
            wait();
        }
        Share share = turns.poll();
        if (share == null || closed) {
            return null;
        }
        Entry entry = share.entries.poll();
        share.bytes -= entry.room.capacity();
        queuedBytes -= entry.room.capacity();
        if (share.entries.isEmpty()) {
            shares.remove(share.owner);
        } else {
            turns.add(share);
        }
        return entry;
    }

    /** The record was handled; its bytes are the queue's again. */
    synchronized void giveBack(Entry entry) {
        free.get(Integer.numberOfTrailingZeros(entry.room.capacity()) - SMALLEST_BITS)
                .add(entry.room);
        entry.pass.waiting--;
        reach();
    }

    private void reach() {
        while (!passes.isEmpty() && passes.getFirst().waiting == 0 && !(reading && passes.size() == 1)) {
            reached = passes.poll();
        }
    }

    /** Number of the last pass whose records, and those of all before it, were handled. */
    synchronized long reached() {
        return reached.number;
    }

    /**
     * Whether records may still be here, or just be coming in, of connects before this moment, ns since the epoch: only a pass
     * that began later has seen all of them.
     */
    synchronized boolean isBehind(long nanos) {
        return !passes.isEmpty() && reached.begunNanos < nanos;
    }

    /** How many were lost. */
    synchronized long lost() {
        return lost;
    }

    /** Whose; what is not here is others'. */
    synchronized List<ConnectLoss> losses() {
        List<ConnectLoss> all = new ArrayList<>();
        losses.forEach((owner, records) -> all.add(new ConnectLoss(owner, records)));
        return all;
    }

    /** Of all buffers. */
    synchronized int bytes() {
        return allBytes;
    }

    /** Nobody takes any more. */
    synchronized void close() {
        closed = true;
        notifyAll();
    }
}
