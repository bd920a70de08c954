package dev.imdsanalyzer.daemon.calls;

import dev.imdsanalyzer.config.Configuration;
import dev.imdsanalyzer.config.Setting;
import dev.imdsanalyzer.daemon.host.KernelRelease;
import dev.imdsanalyzer.daemon.host.Privileges;
import dev.imdsanalyzer.kernel.HostRoot;
import dev.imdsanalyzer.kernel.KernelException;
import dev.imdsanalyzer.process.Attributor;
import dev.imdsanalyzer.process.Caller;
import dev.imdsanalyzer.process.CallerBudget;
import dev.imdsanalyzer.process.PackageOwners;
import dev.imdsanalyzer.process.attribution.CompositeAttributor;
import dev.imdsanalyzer.process.containers.ContainerNames;
import dev.imdsanalyzer.process.containers.Rehearsal;
import dev.imdsanalyzer.process.packages.PackageAttributor;
import dev.imdsanalyzer.process.packages.PackageLookup;
import dev.imdsanalyzer.process.socket.SocketAttributor;
import dev.imdsanalyzer.status.Counter;
import dev.imdsanalyzer.status.Counters;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** The sources that name callers on this host, and what is lacking. */
public final class AttributionSources implements AutoCloseable {
    private static final long REHEARSAL_MILLIS = 2_000;

    private final PackageLookup packages;
    private final ContainerNames containers;
    private final Thread rehearsal;
    private final Attributor attributor;
    /** Null where the kernel does not report connects. */
    private final CompositeAttributor connects;

    private final Counters counters;
    private final List<String> names;
    private final String lack;

    private AttributionSources(
            Attributor callers,
            CompositeAttributor connects,
            ContainerNames containers,
            Thread rehearsal,
            CallerBudget budget,
            Counters counters,
            List<String> names,
            String lack) {
        this.connects = connects;
        this.containers = containers;
        this.rehearsal = rehearsal;
        this.counters = counters;
        this.packages = new PackageLookup(counters);
        this.attributor = new PackageAttributor(callers, packages, budget);
        this.names = names;
        this.lack = lack;
    }

    /** @param kernel release of the kernel */
    public static AttributionSources open(
            Configuration configuration, Counters counters, Privileges privileges, KernelRelease kernel)
            throws KernelException {
        List<String> lacks = new ArrayList<>();
        CallerBudget budget = new CallerBudget(CallerBudget.DEFAULT_BYTES, counters);
        HostRoot.choose(configuration.text(Setting.HOST_ROOT));
        ContainerNames containers = new ContainerNames(configuration.texts(Setting.CONTAINERS_FOLDERS));
        String unwatched = containers.watch(counters);
        if (unwatched != null) {
            lacks.add(unwatched);
        }
        Thread rehearsal = new Thread(() -> Rehearsal.run(containers), "container-rehearsal");
        rehearsal.setDaemon(true);
        rehearsal.start();
        SocketAttributor socket = new SocketAttributor(counters, PackageOwners.NONE, containers, budget);
        if (!configuration.flag(Setting.ATTRIBUTION_CONNECT)) {
            lacks.add(Privileges.SOCKETS_ALONE + ": attribution.connect is false");
            lacks.addAll(privileges.otherLacks(kernel));
            lacks.addAll(HostView.lacks());
            return new AttributionSources(
                    socket, null, containers, rehearsal, budget, counters, List.of("socket"), sentence(lacks));
        }
        CompositeAttributor both = CompositeAttributor.start(
                socket, containers, budget, counters, configuration.flag(Setting.ATTRIBUTION_EXEC_MEMORY));
        if (both.unavailableReason() != null) {
            String missing = privileges.missingForConnect(kernel);
            lacks.add(Privileges.SOCKETS_ALONE + ": " + both.unavailableReason()
                    + (missing.isEmpty() ? refusal(both.unavailableReason()) : " (not effective: " + missing + ")"));
        }
        lacks.addAll(both.weaknesses());
        lacks.addAll(privileges.otherLacks(kernel));
        lacks.addAll(HostView.lacks());
        return new AttributionSources(
                both,
                both,
                containers,
                rehearsal,
                budget,
                counters,
                both.unavailableReason() == null ? List.of("connect", "socket") : List.of("socket"),
                sentence(lacks));
    }

    /** Where all capabilities are there, somebody else says no. */
    private static String refusal(String reason) {
        return reason.contains("EPERM")
                ? " (the capabilities are there, so a seccomp filter or the kernel's lockdown refuses it: those of containerd"
                        + " before 1.6.9 and docker before 23 do)"
                : "";
    }

    private static String sentence(List<String> lacks) {
        return lacks.isEmpty() ? null : String.join("; ", lacks);
    }

    /** All sources as one; closed with this. */
    public Attributor attributor() {
        return attributor;
    }

    /** Waits until the first caller will be named as fast as any other. */
    public void awaitRehearsal() throws InterruptedException {
        if (connects != null) {
            connects.awaitRehearsal();
        }
        rehearsal.join(REHEARSAL_MILLIS);
        containers.awaitWatch(REHEARSAL_MILLIS);
    }

    /** Connect events that the kernel could not hand over so far. */
    public LostConnects lostConnects() {
        if (connects == null) {
            return LostConnects.NONE;
        }
        connects.noteLosses();
        return new LostConnects(counters.get(Counter.CONNECT_EVENTS_LOST), connects.lossesByOwner());
    }

    /** Who is to be told who made each connect that the capture has not shown, as it is counted; must not call back. */
    public void onUnseen(Consumer<Caller> told) {
        if (connects != null) {
            connects.onUnseen(told);
        }
    }

    /** The connects that the capture has not shown, as counted since the last time. */
    public UnseenConnects unseen() {
        return connects == null ? UnseenConnects.NONE : UnseenConnects.of(connects.takeUnseen());
    }

    /**
     * Counts the connects that the capture has not shown by its end.
     *
     * @param endNanos of the capture, ns since the epoch
     */
    public void noteUnseenAtEnd(long endNanos) {
        if (connects != null) {
            connects.noteUnseenAtEnd(endNanos);
        }
    }

    /** Best first, as in attribution.method. */
    public List<String> names() {
        return names;
    }

    /** What is lacking and what it costs, one sentence; null if nothing is. */
    public String lack() {
        return lack;
    }

    @Override
    public void close() {
        attributor.close();
        packages.close();
        containers.close();
    }
}
