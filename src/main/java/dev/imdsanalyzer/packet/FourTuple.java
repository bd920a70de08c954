package dev.imdsanalyzer.packet;

/**
 * The two ends of a connection, the client's first.
 *
 * @param clientPort 0 to 65535
 * @param serverPort 0 to 65535
 */
public record FourTuple(IpAddress client, int clientPort, IpAddress server, int serverPort) {}
