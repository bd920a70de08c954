package dev.imdsanalyzer.process;

/** Says of a caller which of its names are its own claim, and leaves out those that would be somebody else's. */
final class Claims {
    private Claims() {}

    /**
     * The caller with a clause in its reason for each claim.
     *
     * <p>A user may make a control group with the name of any container. In one that belongs to him, only a process in a
     * user namespace that is not the host's can be a container's, as those that a user runs himself are; it is then told
     * as his, and never as a pod. Any other is in no container.
     */
    static Caller told(Caller caller) {
        CallerBuilder told = new CallerBuilder(caller);
        Provenance provenance = caller.provenance();
        long owner = provenance.containerOwner();
        boolean contained = caller.containerId() != null || caller.podUid() != null;
        if (owner > 0) {
            told.pod(null, null);
            if (provenance.hostUsers() || caller.containerId() == null) {
                told.container(null, null);
                told.addReason("its control group, named like a container's, is user " + owner + "'s own");
            } else {
                told.addReason("the container is user " + owner + "'s own");
            }
        } else if (contained && owner < 0) {
            told.addReason("who made the container's control group is not known");
        }
        if (provenance.path() == PathOrigin.OWN) {
            told.addReason("the path is the caller's own: another file than the host's, or seen nowhere else");
        }
        return told.build();
    }
}
