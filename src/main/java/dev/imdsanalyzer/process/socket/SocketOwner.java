package dev.imdsanalyzer.process.socket;

/**
 * What the kernel says of a connection's socket.
 *
 * @param inode 0 where no process has it open any more, as after its close
 * @param userId whose it is
 * @param namespace inode of the network namespace it was found in; -1 when unknown
 * @param cgroupId where the socket was made, as {@link dev.imdsanalyzer.kernel.ControlGroups} knows it; 0 when unknown
 */
record SocketOwner(long inode, long userId, long namespace, long cgroupId) {}
