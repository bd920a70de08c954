package dev.imdsanalyzer.kernel.bpf;

import static dev.imdsanalyzer.kernel.bpf.BpfAssembler.Condition.EQUAL;
import static dev.imdsanalyzer.kernel.bpf.BpfAssembler.Condition.NOT_EQUAL;
import static dev.imdsanalyzer.kernel.bpf.Register.FRAME;
import static dev.imdsanalyzer.kernel.bpf.Register.R0;
import static dev.imdsanalyzer.kernel.bpf.Register.R1;
import static dev.imdsanalyzer.kernel.bpf.Register.R2;
import static dev.imdsanalyzer.kernel.bpf.Register.R7;

import dev.imdsanalyzer.kernel.KernelException;
import dev.imdsanalyzer.kernel.SystemCalls;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Records that were not written, in total and by owner: a BPF array that is read as memory, so that nothing needs to be asked
 * of the kernel when the rights for that are given up. Before Linux 5.5 it is asked all the same, which may be refused: there
 * the total of what was past a share goes with the next record.
 *
 * <pre>
 * element, 16 bytes: 0 u64 owner as in {@link ConnectRecord}   8 u64 lost
 *  0 to 63  an owner each, at the place that its number gives, as long as that is free
 * 64        all other owners
 * 65        no room in the ring, whoever it was        66  past the owner's share
 * </pre>
 */
final class LossCounts implements AutoCloseable {
    private static final int OWNERS = 64;
    private static final int OTHERS = 64;
    private static final int NO_ROOM = 65;
    private static final int PAST_SHARE = 66;
    private static final int ELEMENTS = 67;
    private static final int ELEMENT_BYTES = 16;
    private static final int COUNT = 8;
    private static final int STACK_INDEX = ConnectFrame.STACK_INDEX;

    private final BpfMap map;
    /** Null where the array cannot be mapped. */
    private final ByteBuffer memory;

    /** @param mapped false to do without memory, as before Linux 5.5 */
    LossCounts(boolean mapped) throws KernelException {
        BpfMap mappable = mapped ? mappable() : null;
        map = mappable != null ? mappable : new BpfMap(BpfMap.Type.ARRAY, 4, ELEMENT_BYTES, ELEMENTS, "imds_lost");
        memory = mappable == null ? null : SystemCalls.map(map.descriptor(), 0, SystemCalls.pageSize(), false);
    }

    /** On a map that stands for the kernel's, for tests. */
    LossCounts(BpfMap map, ByteBuffer memory) {
        this.map = map;
        this.memory = memory;
    }

    /** Since Linux 5.5; null before. */
    private static BpfMap mappable() {
        try {
            return BpfMap.mappableArray(ELEMENT_BYTES, ELEMENTS, "imds_lost");
        } catch (KernelException e) {
            return null;
        }
    }

    /** Counts the record at R7. */
    void count(BpfAssembler code, String name, boolean pastShare) {
        String total = name + " total";
        code.load(Size.WORD, R1, R7, ConnectRecord.OWNER_USER_OFFSET)
                .load(Size.WORD, R2, R7, ConnectRecord.OWNER_SPACE_OFFSET)
                .add(R1, R2)
                .and(R1, OWNERS - 1)
                .store(Size.WORD, FRAME, STACK_INDEX, R1);
        lookUp(code);
        code.jumpIf(EQUAL, R0, 0, total)
                .load(Size.DOUBLE, R1, R7, ConnectRecord.OWNER_OFFSET)
                .load(Size.DOUBLE, R2, R0, COUNT)
                .jumpIf(NOT_EQUAL, R2, 0, name + " taken")
                .store(Size.DOUBLE, R0, 0, R1)
                .label(name + " taken")
                .load(Size.DOUBLE, R2, R0, 0)
                .jumpIf(EQUAL, R1, R2, name + " own")
                .storeConstant(Size.WORD, FRAME, STACK_INDEX, OTHERS);
        lookUp(code);
        code.jumpIf(EQUAL, R0, 0, total)
                .label(name + " own")
                .set(R1, 1)
                .atomicAdd(R0, COUNT, R1)
                .label(total)
                .storeConstant(Size.WORD, FRAME, STACK_INDEX, pastShare ? PAST_SHARE : NO_ROOM);
        lookUp(code);
        code.jumpIf(EQUAL, R0, 0, name + " counted")
                .set(R1, 1)
                .atomicAdd(R0, COUNT, R1)
                .label(name + " counted");
    }

    /** Writes into the record at R7 what user space may have no other way to know. */
    void tell(BpfAssembler code) {
        if (memory != null) {
            return;
        }
        code.storeConstant(Size.WORD, FRAME, STACK_INDEX, PAST_SHARE);
        lookUp(code);
        String told = "told" + code.instructionCount();
        code.jumpIf(EQUAL, R0, 0, told)
                .load(Size.DOUBLE, R1, R0, COUNT)
                .store(Size.DOUBLE, R7, ConnectRecord.PAST_SHARE_OFFSET, R1)
                .label(told);
    }

    private void lookUp(BpfAssembler code) {
        code.setMap(R1, map).move(R2, FRAME).add(R2, STACK_INDEX).call(Helper.MAP_LOOKUP_ELEM);
    }

    /** Records that found no room in the ring. Throws where the kernel does not let it be read. */
    long noRoom() throws KernelException {
        return count(NO_ROOM);
    }

    /** Records past their owners' shares. Throws where the kernel does not let it be read. */
    long pastShare() throws KernelException {
        return count(PAST_SHARE);
    }

    private long count(int index) throws KernelException {
        return memory != null
                ? memory.getLong(index * ELEMENT_BYTES + COUNT)
                : element(index).getLong(COUNT);
    }

    /** By owner; what is not here is others'. */
    List<ConnectLoss> byOwner() throws KernelException {
        List<ConnectLoss> losses = new ArrayList<>();
        for (int i = 0; i < OWNERS; i++) {
            ByteBuffer element = element(i);
            if (element.getLong(COUNT) > 0) {
                losses.add(new ConnectLoss(ConnectOwner.of(element.getLong(0)), element.getLong(COUNT)));
            }
        }
        return losses;
    }

    private ByteBuffer element(int index) throws KernelException {
        if (memory != null) {
            return memory.slice(index * ELEMENT_BYTES, ELEMENT_BYTES).order(memory.order());
        }
        ByteBuffer value = SystemCalls.nativeBuffer(ELEMENT_BYTES);
        map.lookup(SystemCalls.nativeBuffer(4).putInt(0, index), value);
        return value;
    }

    @Override
    public void close() {
        if (memory != null) {
            SystemCalls.unmap(memory);
        }
        map.close();
    }
}
