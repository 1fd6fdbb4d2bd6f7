#define _GNU_SOURCE
#include <malloc.h>
#include <pthread.h>
#include <sys/socket.h>

#include "CLinux.h"

_Static_assert(sizeof(struct clinux_ucred) == sizeof(struct ucred), "struct ucred as the kernel has it");

const int clinux_so_peercred = SO_PEERCRED;
const int clinux_so_peergroups = SO_PEERGROUPS;

int clinux_accept(int listener) {
    return accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
}

int clinux_name_thread(const char *name) {
    return pthread_setname_np(pthread_self(), name);
}

void clinux_trim_memory(void) {
#ifdef __GLIBC__
    malloc_trim(0);
#endif
}
