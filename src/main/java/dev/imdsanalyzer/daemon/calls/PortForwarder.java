package dev.imdsanalyzer.daemon.calls;

import dev.imdsanalyzer.packet.FourTuple;
import dev.imdsanalyzer.process.Caller;

/**
 * Docker's forwarder of published ports, which says in its arguments to which container it passes connections on: what answers
 * in the place of IMDS is in there.
 *
 * <p>Source: moby, cmd/docker-proxy/main_linux.go.
 */
final class PortForwarder {
    private static final String NAME = "docker-proxy";
    private static final String TARGET = " -container-ip ";

    private PortForwarder() {}

    /** Whether the process passes on to the address that a connection to IMDS comes from. */
    static boolean leadsTo(Caller process, FourTuple ends) {
        if (process.executable() == null
                || process.commandLine() == null
                || !process.executable().endsWith(NAME)) {
            return false;
        }
        int at = process.commandLine().indexOf(TARGET);
        return at >= 0 && (process.commandLine().substring(at + TARGET.length()) + " ").startsWith(ends.client() + " ");
    }
}
