package dev.imdsanalyzer.packet;

/**
 * The two ends of a connection, the client's first.
 *
 * @param clientPort 0 to 65535
 * @param serverPort 0 to 65535
 */
public record FourTuple(IpAddress client, int clientPort, IpAddress server, int serverPort) {
    /** Written out: what a record has by itself goes from method handle to method handle, and this is asked many times a call. */
    @Override
    public boolean equals(Object other) {
        return other instanceof FourTuple ends
                && clientPort == ends.clientPort
                && serverPort == ends.serverPort
                && client.equals(ends.client)
                && server.equals(ends.server);
    }

    @Override
    public int hashCode() {
        return ((client.hashCode() * 31 + clientPort) * 31 + server.hashCode()) * 31 + serverPort;
    }
}
