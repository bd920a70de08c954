package dev.imdsanalyzer.daemon;

import dev.imdsanalyzer.config.Configuration;
import dev.imdsanalyzer.kernel.KernelException;
import dev.imdsanalyzer.process.Attributor;
import dev.imdsanalyzer.process.PackageOwners;
import dev.imdsanalyzer.process.SocketAttributor;
import dev.imdsanalyzer.status.Counters;
import java.util.List;

/** The sources that name callers on this host, and what is lacking. */
final class AttributionSources implements AutoCloseable {
    private final Attributor attributor;
    private final List<String> names;
    private final String lack;

    private AttributionSources(Attributor attributor, List<String> names, String lack) {
        this.attributor = attributor;
        this.names = names;
        this.lack = lack;
    }

    static AttributionSources open(Configuration configuration, Counters counters) throws KernelException {
        SocketAttributor socket = new SocketAttributor(counters, PackageOwners.NONE);
        return new AttributionSources(socket, List.of("socket"), null);
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
    }
}
