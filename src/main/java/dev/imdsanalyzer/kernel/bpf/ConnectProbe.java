package dev.imdsanalyzer.kernel.bpf;

import dev.imdsanalyzer.kernel.Clock;
import dev.imdsanalyzer.kernel.Errno;
import dev.imdsanalyzer.kernel.KernelException;
import dev.imdsanalyzer.kernel.SystemCalls;
import dev.imdsanalyzer.kernel.perf.CpuList;
import dev.imdsanalyzer.kernel.perf.PerfRings;
import dev.imdsanalyzer.kernel.perf.RecordChannel;
import dev.imdsanalyzer.kernel.perf.RecordHandler;
import dev.imdsanalyzer.kernel.perf.TracepointFormat;
import dev.imdsanalyzer.kernel.perf.TracepointHook;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * {@link ConnectProgram} at work: loaded, attached to its tracepoint, its ring open. From the return of {@link #open}
 * until {@link #close} every connect to IMDS in any network namespace gives its two records. One thread drains.
 */
public final class ConnectProbe implements AutoCloseable {
    /** Connections that have called connect and have no port yet, at once, on the whole machine. */
    private static final int OPEN_SOCKETS = 8192;

    private static final String GROUP = "sock";
    private static final String TRACEPOINT = "inet_sock_set_state";

    private final Deque<AutoCloseable> resources = new ArrayDeque<>();
    private final List<String> weaknesses = new ArrayList<>();
    private final RecordChannel channel;
    private final LossCounts losses;
    private final ConnectRecord view = new ConnectRecord();
    private final RecordHandler onRecord = this::onRecord;
    private RecordHandler taker;
    private volatile long toldPastShare;
    private long rememberedSince = Long.MAX_VALUE;
    /** Why the tracepoint is taken raw; null where it is not. */
    private String tracefsLack;

    private ConnectProbe(ConnectProbeOptions options) throws IOException {
        try {
            KernelLayout layout = layout();
            TracepointFormat format = format(layout, options.tracefs());
            SystemCalls.raiseLockedMemoryLimit();
            losses = own(new LossCounts(options.ringBuffer()));
            BpfMap open =
                    own(new BpfMap(BpfMap.Type.LRU_HASH, 8, ConnectRecord.HEADER_BYTES, OPEN_SOCKETS, "imds_open"));
            BpfMap scratch =
                    own(new BpfMap(BpfMap.Type.PERCPU_ARRAY, 4, ConnectRecord.MAXIMUM_BYTES, 1, "imds_scratch"));
            BpfMap ringBuffer = options.ringBuffer() ? ringBuffer(options.ringBytes()) : null;
            BpfMap output = ringBuffer != null
                    ? ringBuffer
                    : own(new BpfMap(BpfMap.Type.PERF_EVENT_ARRAY, 4, 4, CpuList.possible(), "imds_output"));
            channel =
                    ringBuffer != null ? own(new BpfRing(ringBuffer, options.ringBytes())) : perfRings(output, options);
            BpfMap shares =
                    own(new BpfMap(BpfMap.Type.LRU_HASH, 8, FairShare.STATE_BYTES, FairShare.OWNERS, "imds_shares"));
            ExecMemory memory = options.execMemory() ? execMemory(layout, options.cpus()) : null;
            ConnectMaps maps = new ConnectMaps(
                    open,
                    scratch,
                    output,
                    options.ringBytes(),
                    shares,
                    losses,
                    memory == null ? null : memory.programs(),
                    memory == null ? null : memory.orphans());
            attach(format, load(format, maps, ringBuffer != null, layout));
        } catch (KernelException e) {
            close();
            throw new IOException(e.getMessage() + remedy(e) + tracefsReason(), e);
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    /** Null where tracefs does not tell it, or perf events are refused, but BTF tells enough for the raw tracepoint. */
    private TracepointFormat format(KernelLayout layout, boolean tracefs) throws IOException {
        try {
            if (!tracefs) {
                throw new IOException("tracefs is left aside");
            }
            String refusal = PerfEventPolicy.refusal();
            if (refusal != null) {
                throw new IOException(refusal);
            }
            return TracepointFormat.read(GROUP, TRACEPOINT);
        } catch (IOException e) {
            if (layout == null || !layout.socket().hasEvent()) {
                throw e;
            }
            tracefsLack = e.getMessage();
            return null;
        }
    }

    private String tracefsReason() {
        return tracefsLack == null ? "" : "; " + tracefsLack;
    }

    /** Since Linux 5.8; null before. */
    private BpfMap ringBuffer(int bytes) {
        try {
            return own(new BpfMap(BpfMap.Type.RINGBUF, 0, 0, bytes, "imds_output"));
        } catch (KernelException e) {
            weaknesses.add("no BPF ring buffer (before Linux 5.8): each user is held to " + FairShare.RECORDS_A_SECOND
                    + " records of connects a second, also where there is room");
            return null;
        }
    }

    /** Null where it cannot be: then a weakness says why. */
    private ExecMemory execMemory(KernelLayout layout, int cpus) {
        IOException first = null;
        for (boolean separateReads : new boolean[] {true, false}) {
            try {
                ExecMemory memory = own(ExecMemory.open(new KernelFeatures(false, separateReads, true, layout), cpus));
                rememberedSince = Clock.bootNanos();
                return memory;
            } catch (IOException e) {
                first = first == null ? e : first;
            }
        }
        weaknesses.add("no exec memory (" + first.getMessage()
                + "): a script that has ended when its caller is read may be missing");
        return null;
    }

    private PerfRings perfRings(BpfMap output, ConnectProbeOptions options) throws IOException {
        PerfRings rings = own(PerfRings.forBpfOutput(CpuList.online(), options.pagesPerCpu()));
        register(rings, output);
        return rings;
    }

    private void attach(TracepointFormat format, BpfProgram program) throws IOException {
        own(
                format == null
                        ? new RawTracepointHook(TRACEPOINT, program.descriptor())
                        : new TracepointHook(format.id(), program.descriptor()));
    }

    private static String remedy(KernelException e) {
        boolean permission = e.errno() == Errno.EPERM || e.errno() == Errno.EACCES;
        String capability = e.getMessage().startsWith("perf_event_open") ? "CAP_PERFMON" : "CAP_BPF";
        return permission ? ": the capability " + capability + " is missing (CAP_SYS_ADMIN before Linux 5.8)" : "";
    }

    /**
     * Reads what the kernel tells of its structs ahead of {@link #open}, which needs it; any thread.
     *
     * @throws IOException where it tells nothing; {@link #open} asks again
     */
    public static void warmUp() throws IOException {
        KernelLayout.ofThisKernel();
    }

    /**
     * Loads and attaches.
     *
     * @param execMemory whether to remember what processes execute
     * @throws IOException with a sentence for the user; {@link BpfException} if the kernel refused the program itself
     */
    public static ConnectProbe open(boolean execMemory) throws IOException {
        return new ConnectProbe(ConnectProbeOptions.forCpus(CpuList.online().size(), execMemory));
    }

    static ConnectProbe open(ConnectProbeOptions options) throws IOException {
        return new ConnectProbe(options);
    }

    private <T extends AutoCloseable> T own(T resource) {
        resources.push(resource);
        return resource;
    }

    private static void register(PerfRings rings, BpfMap output) throws KernelException {
        int[] descriptors = rings.descriptors();
        for (int i = 0; i < descriptors.length; i++) {
            output.update(
                    SystemCalls.nativeBuffer(4).putInt(0, rings.cpus().get(i)),
                    SystemCalls.nativeBuffer(4).putInt(0, descriptors[i]));
        }
    }

    private KernelLayout layout() {
        try {
            KernelLayout layout = KernelLayout.ofThisKernel();
            if (layout.complete()) {
                return layout;
            }
            weaknesses.add("the kernel's BTF lacks members: " + layout);
        } catch (IOException e) {
            weaknesses.add("no BTF (" + e.getMessage() + "): callers that exit at once are named without arguments");
        }
        return null;
    }

    /** Tries what the newest kernels have, then less. */
    private BpfProgram load(TracepointFormat format, ConnectMaps maps, boolean ringBuffer, KernelLayout layout)
            throws BpfException {
        BpfException first = null;
        for (boolean programs : new boolean[] {true, false}) {
            for (KernelFeatures features : List.of(
                    new KernelFeatures(ringBuffer, true, true, layout),
                    new KernelFeatures(ringBuffer, false, true, layout),
                    new KernelFeatures(ringBuffer, false, true, null),
                    new KernelFeatures(ringBuffer, false, false, null))) {
                // First with all that there is, then without the exec memory, and without BTF at last.
                if ((features.layout() == null && (programs || format == null))
                        || (programs && maps.programs() == null)) {
                    continue;
                }
                try {
                    BpfProgram program = own(load(format, programs ? maps : maps.withoutPrograms(), features));
                    noteLacks(features.layout() == null ? layout : null, programs ? null : maps.programs(), first);
                    return program;
                } catch (BpfException e) {
                    first = first == null ? e : first;
                }
            }
        }
        throw first;
    }

    /** What had to be left out, and why; null for what had not. */
    private void noteLacks(KernelLayout layout, BpfMap programs, BpfException why) {
        if (layout != null) {
            weaknesses.add("the kernel refused to read processes from BPF: " + why.getMessage());
        } else if (programs != null) {
            rememberedSince = Long.MAX_VALUE;
            weaknesses.add("the kernel refused to read its exec memory: " + why.getMessage());
        }
    }

    private static BpfProgram load(TracepointFormat format, ConnectMaps maps, KernelFeatures features)
            throws BpfException {
        EventFields fields = format == null
                ? new RawTracepointFields(features.layout().socket(), features)
                : new TracepointFields(format);
        return BpfProgram.load(
                format == null ? BpfProgram.Type.RAW_TRACEPOINT : BpfProgram.Type.TRACEPOINT,
                ConnectProgram.assemble(fields, maps, features),
                "imds_connect");
    }

    /** Where the program hangs, for a person: by the tracepoint that tracefs describes, or by the raw one. */
    public String hook() {
        return tracefsLack == null
                ? "the tracepoint " + GROUP + ":" + TRACEPOINT
                : "the raw tracepoint " + TRACEPOINT + ", as " + tracefsLack;
    }

    /** What this kernel or these permissions do not give, a sentence each; empty when all is well. */
    public List<String> weaknesses() {
        return List.copyOf(weaknesses);
    }

    /**
     * Since when the kernel remembers what processes execute, CLOCK_BOOTTIME ns: of what was started later {@link
     * ConnectRecord#programs} knows. Long.MAX_VALUE where it does not.
     */
    public long rememberedSince() {
        return rememberedSince;
    }

    /** The descriptors that become readable when a record arrives. */
    public int[] descriptors() {
        return channel.descriptors();
    }

    /** Hands over all records that are there now; their bytes are for {@link ConnectRecord}. */
    public int drain(RecordHandler handler) {
        taker = handler;
        return channel.drain(onRecord);
    }

    private void onRecord(ByteBuffer record) {
        if (view.wrap(record)) {
            toldPastShare = Math.max(toldPastShare, view.pastShare());
        }
        taker.onRecord(record);
    }

    /** Whether all records come in the order in which they were written. */
    public boolean isOrdered() {
        return channel.isOrdered();
    }

    /** Records that found no room, from the start. */
    public long lost() {
        return lostForLackOfRoom() + lostPastShare();
    }

    /** Records that found the ring full, whoever's, from the start. */
    public long lostForLackOfRoom() {
        try {
            // Kernels before 5.1 do not tell the program, but the ring tells us.
            return Math.max(losses.noRoom(), channel.lost());
        } catch (KernelException e) {
            return channel.lost();
        }
    }

    /** Records past their owners' shares, from the start; up to the last record where the kernel does not let it be read. */
    public long lostPastShare() {
        try {
            return losses.pastShare();
        } catch (KernelException e) {
            return toldPastShare;
        }
    }

    /** Whose records were lost, from the start, as far as it is known. */
    public List<ConnectLoss> lossesByOwner() {
        try {
            return losses.byOwner();
        } catch (KernelException e) {
            return List.of();
        }
    }

    @Override
    public void close() {
        while (!resources.isEmpty()) {
            try {
                resources.pop().close();
            } catch (Exception e) {
                throw new IllegalStateException("close(2) does not fail", e);
            }
        }
    }
}
