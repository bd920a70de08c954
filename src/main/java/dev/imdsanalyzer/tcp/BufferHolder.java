package dev.imdsanalyzer.tcp;

/** Who borrows memory of the {@link BufferBudget}. */
interface BufferHolder {
    /** Place in the list of those that hold memory. */
    IntrusiveList.Node<BufferHolder> holding();

    /** Somebody else needs the memory: everything buffered is lost. */
    void giveUpBuffered();
}
