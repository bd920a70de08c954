/** NETLINK_SOCK_DIAG: asks the kernel which inode and user a TCP connection has; netlink(7), sock_diag(7). */
@NullMarked
package dev.imdsanalyzer.kernel.netlink;

import org.jspecify.annotations.NullMarked;
