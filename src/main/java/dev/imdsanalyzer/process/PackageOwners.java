package dev.imdsanalyzer.process;

import java.util.function.Consumer;

/** Adds to callers the package that owns their program. Any thread. */
public interface PackageOwners {
    /** Knows no packages. */
    PackageOwners NONE = (caller, done) -> done.accept(caller);

    /**
     * Completes a caller, at once where nothing is to be looked up, else a little later on a thread of its own. Never
     * blocks and touches no file, as the caller's may be on a file system that answers nobody.
     *
     * @param done takes the caller, with its package or without; called exactly once
     */
    void complete(Caller caller, Consumer<Caller> done);
}
