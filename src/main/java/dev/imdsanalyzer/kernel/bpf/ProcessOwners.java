package dev.imdsanalyzer.kernel.bpf;

import static dev.imdsanalyzer.kernel.bpf.BpfAssembler.Condition.EQUAL;
import static dev.imdsanalyzer.kernel.bpf.BpfAssembler.Condition.GREATER;
import static dev.imdsanalyzer.kernel.bpf.Register.FRAME;
import static dev.imdsanalyzer.kernel.bpf.Register.R0;
import static dev.imdsanalyzer.kernel.bpf.Register.R1;
import static dev.imdsanalyzer.kernel.bpf.Register.R2;
import static dev.imdsanalyzer.kernel.bpf.Register.R3;
import static dev.imdsanalyzer.kernel.bpf.Register.R4;
import static dev.imdsanalyzer.kernel.bpf.Register.R7;

import dev.imdsanalyzer.kernel.KernelException;

/**
 * How many living processes of each owner the exec memory has, so that nobody fills it with processes that he keeps: a map
 * from the owner to {u64 processes, u64 since when they are counted, CLOCK_MONOTONIC ns}. R7 is the {@link ProgramEntry}.
 *
 * <p>A process whose entry was evicted is not taken off when it ends. So a count that has reached the bound begins anew after an
 * hour.
 */
final class ProcessOwners implements AutoCloseable {
    private static final int OWNERS = 1024;
    private static final int STATE_BYTES = 16;
    private static final int SINCE = 8;
    private static final long ANEW_NANOS = 3_600_000_000_000L;
    private static final int STACK_OWNER = -112;
    private static final int STACK_STATE = -128;

    private final BpfMap map;
    private final int maximum;

    /** @param maximum processes of one owner */
    ProcessOwners(int maximum) throws KernelException {
        this.map = new BpfMap(BpfMap.Type.LRU_HASH, 8, STATE_BYTES, OWNERS, "imds_owners");
        this.maximum = maximum;
    }

    /** On a map that stands for the kernel's, for tests. */
    ProcessOwners(BpfMap map, int maximum) {
        this.map = map;
        this.maximum = maximum;
    }

    /** Counts the process, or goes to {@code denied}. */
    void add(BpfAssembler code, String denied) {
        lookUp(code);
        code.jumpIf(EQUAL, R0, 0, "new owner")
                .load(Size.DOUBLE, R1, R0, 0)
                .set(R2, maximum)
                .jumpIf(GREATER, R2, R1, "owner counts")
                .setWide(R2, FairShare.BELOW_ZERO)
                .jumpIf(GREATER, R1, R2, "owner anew")
                .load(Size.DOUBLE, R1, R7, ProgramEntry.TIME_OFFSET)
                .load(Size.DOUBLE, R2, R0, SINCE)
                .subtract(R1, R2)
                .setWide(R2, ANEW_NANOS)
                .jumpIf(GREATER, R2, R1, denied)
                .label("owner anew")
                .storeConstant(Size.DOUBLE, R0, 0, 0)
                .load(Size.DOUBLE, R1, R7, ProgramEntry.TIME_OFFSET)
                .store(Size.DOUBLE, R0, SINCE, R1)
                .label("owner counts")
                .set(R1, 1)
                .atomicAdd(R0, 0, R1)
                .jump("owner counted")
                .label("new owner")
                .storeConstant(Size.DOUBLE, FRAME, STACK_STATE, 1)
                .load(Size.DOUBLE, R1, R7, ProgramEntry.TIME_OFFSET)
                .store(Size.DOUBLE, FRAME, STACK_STATE + SINCE, R1)
                .setMap(R1, map)
                .move(R2, FRAME)
                .add(R2, STACK_OWNER)
                .move(R3, FRAME)
                .add(R3, STACK_STATE)
                .set(R4, 0)
                .call(Helper.MAP_UPDATE_ELEM)
                .label("owner counted");
    }

    /** The process ends. */
    void remove(BpfAssembler code) {
        lookUp(code);
        code.jumpIf(EQUAL, R0, 0, "owner removed")
                .load(Size.DOUBLE, R1, R0, 0)
                .jumpIf(EQUAL, R1, 0, "owner removed")
                .set(R1, -1)
                .atomicAdd(R0, 0, R1)
                .label("owner removed");
    }

    private void lookUp(BpfAssembler code) {
        code.load(Size.DOUBLE, R1, R7, ProgramEntry.OWNER_OFFSET)
                .store(Size.DOUBLE, FRAME, STACK_OWNER, R1)
                .setMap(R1, map)
                .move(R2, FRAME)
                .add(R2, STACK_OWNER)
                .call(Helper.MAP_LOOKUP_ELEM);
    }

    @Override
    public void close() {
        map.close();
    }
}
