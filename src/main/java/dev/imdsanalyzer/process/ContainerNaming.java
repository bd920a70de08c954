package dev.imdsanalyzer.process;

/** Says which container a caller is in, and what that is called. Any thread. */
public interface ContainerNaming {
    /** Knows nothing. */
    ContainerNaming NONE = new ContainerNaming() {
        @Override
        public Caller placed(Caller caller, long usersOwner) {
            return caller;
        }

        @Override
        public Caller named(Caller caller) {
            return caller;
        }
    };

    /**
     * The caller with its container where its control group has not told any, as of one that ended at once: a process of
     * the container's runtime among its ancestors tells as well. Itself where there is none.
     *
     * @param caller that does not share the host's mounts
     * @param usersOwner who has made its user namespace: a user for one of his own containers; -1 where nobody knows
     */
    Caller placed(Caller caller, long usersOwner);

    /**
     * The caller with the names of its container, pod and task; itself where it is in none, or none is known. To be asked
     * while the container is there: some leave nothing behind.
     */
    Caller named(Caller caller);
}
