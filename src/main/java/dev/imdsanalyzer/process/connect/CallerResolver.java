package dev.imdsanalyzer.process.connect;

import dev.imdsanalyzer.kernel.bpf.ConnectRecord;
import dev.imdsanalyzer.process.Ancestor;
import dev.imdsanalyzer.process.AttributionMethod;
import dev.imdsanalyzer.process.Caller;
import dev.imdsanalyzer.process.CallerBuilder;
import dev.imdsanalyzer.process.CallerKind;
import dev.imdsanalyzer.process.ProcessReader;
import dev.imdsanalyzer.process.RecentlyUsed;
import dev.imdsanalyzer.process.proc.PidStat;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;

/**
 * Names the caller of a connect: reads /proc at once, and takes what the kernel's record says where that is surer or
 * /proc has nothing left. Equal records within a short time are answered from memory, so that a busy caller costs one
 * look; and records that are equal but for the numbers of processes, so that a busy script costs one, too. For one thread.
 */
final class CallerResolver {
    private static final int REMEMBERED = 256;
    private static final long REMEMBERED_BYTES = 2L << 20;
    private static final int KINDS = 128;
    private static final long KINDS_BYTES = 1L << 20;

    private static final String RECORD_LOST =
            "the kernel's record of the connect was lost: read from /proc a moment later";
    /** With the process's start time, arguments and ancestors in the key, only its working directory could differ. */
    private static final long FRESH_NANOS = 5_000_000_000L;
    /** Without them another process with the same number and name could come. */
    private static final long FRESH_WITHOUT_PROCESS_NANOS = 200_000_000L;

    private record Known(Caller caller, long readNanos) {}

    /** Bytes, the first so many of them. */
    private static final class Identity {
        private final byte[] bytes;
        private int length;
        private int hash;

        Identity(byte[] bytes) {
            this.bytes = bytes;
            this.length = bytes.length;
        }

        /** Of all bytes: those that differ lie anywhere. */
        void hold(int bytesHeld, CRC32 sum) {
            length = bytesHeld;
            sum.reset();
            sum.update(bytes, 0, length);
            hash = (int) sum.getValue();
        }

        Identity copy() {
            Identity copy = new Identity(Arrays.copyOf(bytes, length));
            copy.hash = hash;
            return copy;
        }

        @Override
        public int hashCode() {
            return hash;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Identity identity
                    && hash == identity.hash
                    && Arrays.equals(bytes, 0, length, identity.bytes, 0, identity.length);
        }
    }

    private final ProcessReader reader;
    private final RecordMerger merger;
    private final boolean hostPids;
    private final RecentlyUsed<Identity, Known> known = new RecentlyUsed<>(
            REMEMBERED,
            REMEMBERED_BYTES,
            (identity, known) -> identity.length + known.caller().weight());

    private final RecentlyUsed<Identity, Known> kinds = new RecentlyUsed<>(
            KINDS,
            KINDS_BYTES,
            (identity, known) -> identity.length + known.caller().weight());

    /** Used again and again: a busy caller makes no garbage. */
    private final Identity asked = new Identity(new byte[ConnectRecord.MAXIMUM_BYTES]);

    private final Identity askedKind = new Identity(new byte[ConnectRecord.MAXIMUM_BYTES]);
    private final CRC32 sum = new CRC32();
    private final long rememberedSince;

    /**
     * Makes a resolver.
     *
     * @param hostPids whether the kernel's pids are those of our /proc: false in a pid namespace of our own
     * @param rememberedSince see {@link AncestorChain}
     */
    CallerResolver(ProcessReader reader, boolean hostPids, long rememberedSince) {
        this.reader = reader;
        this.merger = new RecordMerger(reader, hostPids, rememberedSince);
        this.hostPids = hostPids;
        this.rememberedSince = rememberedSince;
    }

    Caller resolve(ConnectRecord record) {
        Caller remembered = remembered(record, true);
        return remembered != null ? remembered : read(record);
    }

    /**
     * Out of memory, with no look at the process but at its control groups where the record does not tell them.
     *
     * @param mayHaveEnded whether one whose control groups cannot be read has ended; else it is not answered
     * @return null where this one has to be read
     */
    Caller remembered(ConnectRecord record, boolean mayHaveEnded) {
        asked.hold(record.identity(asked.bytes), sum);
        Known before = known.get(asked);
        long now = System.nanoTime();
        boolean whole = isWhole(record);
        if (before != null && now - before.readNanos() < (whole ? FRESH_NANOS : FRESH_WITHOUT_PROCESS_NANOS)) {
            return before.caller();
        }
        askedKind.hold(whole && hostPids ? Math.max(0, record.kind(askedKind.bytes, rememberedSince)) : 0, sum);
        Known model = askedKind.length == 0 ? null : kinds.get(askedKind);
        // Elsewhere all containers and units have the same number in the record.
        return model != null
                        && now - model.readNanos() < FRESH_NANOS
                        && (merger.placesByGroup() || reader.isWhere(record.pid(), model.caller(), mayHaveEnded))
                ? another(model.caller(), record)
                : null;
    }

    private static boolean isWhole(ConnectRecord record) {
        return record.has(ConnectRecord.FLAG_PROCESS) && record.kind() == ConnectRecord.KIND_CONNECT;
    }

    /** Of the record that was asked for last. */
    private Caller read(ConnectRecord record) {
        boolean whole = isWhole(record);
        long now = System.nanoTime();
        Caller proc = hostPids ? reader.read(record.pid(), AttributionMethod.CONNECT, record.place()) : null;
        Caller caller = reader.named(whole ? merger.merge(record, proc) : withoutProcess(record, proc));
        if (askedKind.length > 0 && merger.hasRead()) {
            caller = caller.ofKind(new CallerKind());
            kinds.put(askedKind.copy(), new Known(caller, now));
        }
        known.put(asked.copy(), new Known(caller, now));
        return caller;
    }

    /** What was read of one holds for all that are equal but for their numbers. */
    private Caller another(Caller model, ConnectRecord record) {
        return model.another(record.pid(), merger.startNanos(record), ancestors(model.ancestors(), record));
    }

    /** The very same list where they are the same processes: callers are kept for a while, and so are their ancestors. */
    private static List<Ancestor> ancestors(List<Ancestor> models, ConnectRecord record) {
        int same = 0;
        while (same < models.size() && models.get(same).pid() == record.ancestorPid(same)) {
            same++;
        }
        if (same == models.size()) {
            return models;
        }
        Ancestor[] ancestors = new Ancestor[models.size()];
        for (int i = 0; i < ancestors.length; i++) {
            ancestors[i] = models.get(i).withPid(record.ancestorPid(i));
        }
        return List.of(ancestors);
    }

    /** Loads and runs all that the first record will need, with this process as the caller. */
    Caller rehearse() {
        int pid = (int) ProcessHandle.current().pid();
        PidStat stat = reader.stat(pid);
        ConnectRecord record = new ConnectRecord();
        long start = stat == null ? 0 : stat.startTicks() * merger.nanosPerTick();
        return record.wrap(ConnectRecord.rehearsal(pid, start)) ? resolve(record) : null;
    }

    /** The kernel told the number and the name only. */
    private Caller withoutProcess(ConnectRecord record, Caller proc) {
        boolean reused = proc != null
                && proc.startNanos() > KernelTime.ofMonotonic(record.connectTime()) + merger.nanosPerTick();
        Caller caller = proc != null && !reused ? proc : merger.unread(record);
        boolean lost = record.kind() == ConnectRecord.KIND_PORT && caller.reason() == null;
        return lost ? new CallerBuilder(caller).reason(RECORD_LOST).build() : caller;
    }
}
