// The declarations of Linux and of the compiler that Swift lacks. No logic.
#ifndef KEYWARD_CLINUX_H
#define KEYWARD_CLINUX_H

// Not <sys/socket.h> and not _GNU_SOURCE: what they declare differs from Swift's Glibc module.
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>

/// accept4(2): takes the next connection of a listening socket, closed on exec and non-blocking.
int clinux_accept(int listener);

/// The type `struct ucred` of unix(7), which is declared for _GNU_SOURCE only.
struct clinux_ucred {
    int32_t pid;
    uint32_t uid;
    uint32_t gid;
};

/// SO_PEERCRED of unix(7).
extern const int clinux_so_peercred;
/// SO_PEERGROUPS, since Linux 4.13.
extern const int clinux_so_peergroups;

/// pthread_setname_np(3) on the calling thread; at most 15 bytes.
int clinux_name_thread(const char *name);

/// malloc_trim(3), which only glibc has: returns unused memory of the allocator to the system.
void clinux_trim_memory(void);

/// Has the processor fetch the cache line of an address, and does not wait for it. Any address will do.
static inline void clinux_prefetch(const void *address) { __builtin_prefetch(address); }

#endif
