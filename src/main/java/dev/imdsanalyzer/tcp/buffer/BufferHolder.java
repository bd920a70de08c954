package dev.imdsanalyzer.tcp.buffer;

/** Who borrows memory of the {@link BufferBudget}. */
public interface BufferHolder {
    /** Place in the list of those that hold memory. */
    IntrusiveList.Node<BufferHolder> holding();

    /** Somebody else needs the memory: everything buffered is lost. */
    void giveUpBuffered();
}
