package dev.imdsanalyzer.daemon;

import dev.imdsanalyzer.config.Configuration;
import dev.imdsanalyzer.config.Setting;
import dev.imdsanalyzer.kernel.KernelException;
import dev.imdsanalyzer.process.Attributor;
import dev.imdsanalyzer.process.PackageOwners;
import dev.imdsanalyzer.process.SocketAttributor;
import dev.imdsanalyzer.process.connect.CompositeAttributor;
import dev.imdsanalyzer.process.packages.PackageAttributor;
import dev.imdsanalyzer.process.packages.PackageLookup;
import dev.imdsanalyzer.status.Counters;
import java.util.List;

/** The sources that name callers on this host, and what is lacking. */
final class AttributionSources implements AutoCloseable {
    private static final String COST =
            "callers are found by their sockets alone, which misses programs that end at once: ";

    private final PackageLookup packages = new PackageLookup();
    private final Attributor attributor;
    private final List<String> names;
    private final String lack;

    private AttributionSources(Attributor callers, List<String> names, String lack) {
        this.attributor = new PackageAttributor(callers, packages);
        this.names = names;
        this.lack = lack;
    }

    static AttributionSources open(Configuration configuration, Counters counters) throws KernelException {
        SocketAttributor socket = new SocketAttributor(counters, PackageOwners.NONE);
        if (!configuration.flag(Setting.ATTRIBUTION_CONNECT)) {
            return new AttributionSources(socket, List.of("socket"), COST + "attribution.connect is false");
        }
        CompositeAttributor both = CompositeAttributor.start(socket, counters);
        if (both.unavailableReason() != null) {
            return new AttributionSources(both, List.of("socket"), COST + both.unavailableReason());
        }
        String weaknesses = both.weaknesses().isEmpty() ? null : String.join("; ", both.weaknesses());
        return new AttributionSources(both, List.of("connect", "socket"), weaknesses);
    }

    Attributor attributor() {
        return attributor;
    }

    /** Best first, as in attribution.method. */
    List<String> names() {
        return names;
    }

    /** What is lacking and what it costs, one sentence; null if nothing is. */
    String lack() {
        return lack;
    }

    @Override
    public void close() {
        attributor.close();
        packages.close();
    }
}
