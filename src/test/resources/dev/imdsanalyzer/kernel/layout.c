/* Compiled, never run: every number that the classes of package kernel have of the kernel's structs and constants. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/if_arp.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/openat2.h>
#include <linux/sock_diag.h>
#include <linux/stat.h>
#include <sched.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define SAME(a, b) _Static_assert((a) == (b), #a " is not " #b)

SAME(sizeof(long), 8);
SAME(sizeof(struct nlmsghdr), 16);
SAME(offsetof(struct nlmsghdr, nlmsg_type), 4);
SAME(offsetof(struct nlmsghdr, nlmsg_flags), 6);
SAME(offsetof(struct nlmsghdr, nlmsg_seq), 8);
SAME(offsetof(struct nlmsghdr, nlmsg_pid), 12);
SAME(NLMSG_ERROR, 2);
SAME(NLMSG_DONE, 3);
SAME(NLM_F_REQUEST, 1);
SAME(NLM_F_DUMP, 0x300);
SAME(NLMSG_ALIGNTO, 4);
SAME(AF_NETLINK, 16);
SAME(SOCK_DGRAM, 2);
SAME(SOCK_CLOEXEC, 0x80000);
SAME(SOL_SOCKET, 1);
SAME(NETLINK_SOCK_DIAG, 4);
SAME(SOCK_DIAG_BY_FAMILY, 20);
SAME(sizeof(struct inet_diag_sockid), 48);
SAME(offsetof(struct inet_diag_sockid, idiag_src), 4);
SAME(offsetof(struct inet_diag_sockid, idiag_dst), 20);
SAME(offsetof(struct inet_diag_sockid, idiag_if), 36);
SAME(offsetof(struct inet_diag_sockid, idiag_cookie), 40);
SAME(sizeof(struct inet_diag_req_v2), 56);
SAME(offsetof(struct inet_diag_req_v2, sdiag_protocol), 1);
SAME(offsetof(struct inet_diag_req_v2, idiag_states), 4);
SAME(offsetof(struct inet_diag_req_v2, id), 8);
SAME(sizeof(struct inet_diag_msg), 72);
SAME(offsetof(struct inet_diag_msg, idiag_state), 1);
SAME(offsetof(struct inet_diag_msg, id), 4);
SAME(offsetof(struct inet_diag_msg, idiag_uid), 64);
SAME(offsetof(struct inet_diag_msg, idiag_inode), 68);
SAME(sizeof(struct statx), 256);
SAME(offsetof(struct statx, stx_uid), 20);
SAME(offsetof(struct statx, stx_mode), 28);
SAME(offsetof(struct statx, stx_ino), 32);
SAME(offsetof(struct statx, stx_size), 40);
SAME(offsetof(struct statx, stx_mtime), 112);
SAME(offsetof(struct statx, stx_dev_major), 136);
SAME(offsetof(struct statx, stx_dev_minor), 140);
SAME(STATX_BASIC_STATS, 0x7ff);
SAME(AT_EMPTY_PATH, 0x1000);
SAME(AT_FDCWD, -100);
SAME(sizeof(struct open_how), 24);
SAME(offsetof(struct open_how, resolve), 16);
SAME(RESOLVE_NO_MAGICLINKS, 0x02);
SAME(RESOLVE_IN_ROOT, 0x10);
SAME(O_NONBLOCK, 0x800);
SAME(O_CLOEXEC, 0x80000);
SAME(O_PATH, 0x200000);
SAME(CLONE_NEWNET, 0x40000000);
SAME(CLOCK_BOOTTIME, 7);
SAME(_SC_CLK_TCK, 2);
SAME(_LINUX_CAPABILITY_VERSION_3, 0x20080522);
SAME(CAP_DAC_READ_SEARCH, 2);
SAME(CAP_NET_ADMIN, 12);
SAME(CAP_NET_RAW, 13);
SAME(CAP_SYS_PTRACE, 19);
SAME(CAP_SYS_ADMIN, 21);
SAME(CAP_PERFMON, 38);
SAME(CAP_BPF, 39);
SAME(PR_SET_NO_NEW_PRIVS, 38);
SAME(PR_CAP_AMBIENT, 47);
SAME(PR_CAP_AMBIENT_CLEAR_ALL, 4);
SAME(SYS_pidfd_open, 434);
SAME(SYS_openat2, 437);
SAME(sizeof(struct tpacket2_hdr), 32);
SAME(offsetof(struct tpacket2_hdr, tp_status), 0);
SAME(offsetof(struct tpacket2_hdr, tp_len), 4);
SAME(offsetof(struct tpacket2_hdr, tp_snaplen), 8);
SAME(offsetof(struct tpacket2_hdr, tp_net), 14);
SAME(offsetof(struct tpacket2_hdr, tp_sec), 16);
SAME(offsetof(struct tpacket2_hdr, tp_nsec), 20);
SAME(TPACKET2_HDRLEN, 52);
SAME(TPACKET_ALIGNMENT, 16);
SAME(TP_STATUS_KERNEL, 0);
SAME(TP_STATUS_USER, 1);
SAME(TP_STATUS_CSUMNOTREADY, 1 << 3);
SAME(TP_STATUS_CSUM_VALID, 1 << 7);
SAME(TPACKET_V2, 1);
SAME(sizeof(struct tpacket3_hdr), 48);
SAME(offsetof(struct tpacket3_hdr, tp_next_offset), 0);
SAME(offsetof(struct tpacket3_hdr, tp_sec), 4);
SAME(offsetof(struct tpacket3_hdr, tp_nsec), 8);
SAME(offsetof(struct tpacket3_hdr, tp_snaplen), 12);
SAME(offsetof(struct tpacket3_hdr, tp_len), 16);
SAME(offsetof(struct tpacket3_hdr, tp_status), 20);
SAME(offsetof(struct tpacket3_hdr, tp_net), 26);
SAME(offsetof(struct tpacket_block_desc, hdr.bh1.block_status), 8);
SAME(offsetof(struct tpacket_block_desc, hdr.bh1.num_pkts), 12);
SAME(offsetof(struct tpacket_block_desc, hdr.bh1.offset_to_first_pkt), 16);
SAME(sizeof(struct tpacket_req3), 28);
SAME(offsetof(struct tpacket_req3, tp_retire_blk_tov), 16);
SAME(TPACKET_V3, 2);
SAME(sizeof(struct sockaddr_ll), 20);
SAME(offsetof(struct sockaddr_ll, sll_protocol), 2);
SAME(offsetof(struct sockaddr_ll, sll_ifindex), 4);
SAME(offsetof(struct sockaddr_ll, sll_hatype), 8);
SAME(offsetof(struct sockaddr_ll, sll_pkttype), 10);
SAME(offsetof(struct sockaddr_ll, sll_halen), 11);
SAME(offsetof(struct sockaddr_ll, sll_addr), 12);
SAME(sizeof(struct tpacket_req), 16);
SAME(offsetof(struct tpacket_req, tp_block_nr), 4);
SAME(offsetof(struct tpacket_req, tp_frame_size), 8);
SAME(offsetof(struct tpacket_req, tp_frame_nr), 12);
SAME(sizeof(struct tpacket_stats), 8);
SAME(offsetof(struct tpacket_stats, tp_drops), 4);
SAME(sizeof(struct sock_filter), 8);
SAME(offsetof(struct sock_filter, k), 4);
SAME(sizeof(struct sock_fprog), 16);
SAME(offsetof(struct sock_fprog, filter), 8);
SAME(SKF_AD_OFF + SKF_AD_PKTTYPE, -0x1000 + 4);
SAME(SKF_AD_OFF + SKF_AD_HATYPE, -0x1000 + 28);
SAME(PACKET_OUTGOING, 4);
SAME(ARPHRD_LOOPBACK, 772);
SAME(PACKET_RX_RING, 5);
SAME(PACKET_STATISTICS, 6);
SAME(PACKET_VERSION, 10);
SAME(AF_PACKET, 17);
SAME(SOL_PACKET, 263);
SAME(SOL_SOCKET, 1);
SAME(SO_ERROR, 4);
SAME(SO_ATTACH_FILTER, 26);
SAME(SOCK_DGRAM, 2);
SAME(SOCK_CLOEXEC, 0x80000);
SAME(ETH_P_ALL, 3);
#if defined(__x86_64__)
SAME(SO_RCVTIMEO, 20);
SAME(O_DIRECTORY, 0x10000);
SAME(SYS_capget, 125);
SAME(SYS_capset, 126);
SAME(SYS_getdents64, 217);
SAME(SYS_perf_event_open, 298);
SAME(SYS_bpf, 321);
SAME(SYS_statx, 332);
#elif defined(__aarch64__)
SAME(O_DIRECTORY, 0x4000);
SAME(SYS_capget, 90);
SAME(SYS_capset, 91);
SAME(SYS_getdents64, 61);
SAME(SYS_perf_event_open, 241);
SAME(SYS_bpf, 280);
SAME(SYS_statx, 291);
#else
#error "no numbers for this machine"
#endif
