package dev.imdsanalyzer.process;

import java.util.function.Consumer;

/** Adds to callers the package that owns their program. Any thread. */
public interface PackageOwners {
    /** Knows no packages. */
    PackageOwners NONE = (caller, done) -> done.accept(caller);

    /**
     * Completes a caller, at once where the package is known already, else a little later on a thread of its own.
     *
     * @param done takes the caller, with its package or without; called exactly once
     */
    void complete(Caller caller, Consumer<Caller> done);
}
