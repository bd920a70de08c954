package dev.imdsanalyzer.process.connect;

import dev.imdsanalyzer.kernel.bpf.ConnectOwner;
import dev.imdsanalyzer.packet.FourTuple;
import dev.imdsanalyzer.process.Caller;
import java.util.List;

/** A connect that the kernel reported: one half of the pairs of {@link ConnectTable}, which alone changes it. */
final class Connect extends JoinIndex.Entry implements OwnerBudget.Kept {
    /** Nothing has answered. */
    static final long NEVER = -1;

    final Caller caller;
    private final ConnectOwner owner;
    /** When something had answered, ns since the epoch, or {@link #NEVER}. */
    final long establishedNanos;
    /** The answer that was given by the four-tuple alone; such a connect stays for those that come after it. */
    ConnectAnswer answered;
    /** Whether it was counted as one that the capture does not show. */
    boolean counted;
    /** Its place among {@link UnseenConnects}, from 1; 0 where it never was one. */
    long number;
    /** What else the call may be for by which a relay passed it on to IMDS; null where none did. */
    List<Connect> mayBeFor;

    Connect(
            FourTuple fourTuple,
            long initialSequenceNumber,
            long nanos,
            Caller caller,
            ConnectOwner owner,
            long establishedNanos) {
        super(fourTuple, initialSequenceNumber, nanos);
        this.caller = caller;
        this.owner = owner;
        this.establishedNanos = establishedNanos;
    }

    @Override
    public ConnectOwner owner() {
        return owner;
    }

    @Override
    public Caller caller() {
        return caller;
    }

    boolean isOtherCaller(Connect other) {
        return caller.pid() != other.caller.pid() || caller.startNanos() != other.caller.startNanos();
    }

    /** Whether something answered it and the capture has not shown it by now. */
    boolean isUnseen() {
        return establishedNanos != NEVER && answered == null;
    }

    /** For a person: who made it, with what runs in it where an interpreter does. */
    String callerName() {
        String name = (caller.name() == null ? "a process" : caller.name()) + "[" + caller.pid() + "]";
        String program = caller.program() != null ? caller.program() : caller.script();
        String unit = caller.containerId() != null ? caller.containerId() : caller.systemdUnit();
        return name + (program == null ? "" : " (" + program + ")") + (unit == null ? "" : " of " + unit);
    }
}
