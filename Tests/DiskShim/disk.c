/* A disk that fails when a test says so: loaded before the C library (LD_PRELOAD, ld.so(8)), it has fsync(2) and
   fdatasync(2) fail with EIO for files whose name ends as the file KEYWARD_TEST_DISK says; an empty file is a disk
   that is well. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static int is_broken(int descriptor) {
    char ending[64] = "", link[64], name[4096];
    const char *path = getenv("KEYWARD_TEST_DISK");
    int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    if (file < 0) return 0;
    ssize_t length = read(file, ending, sizeof ending - 1);
    close(file);
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    ssize_t end = readlink(link, name, sizeof name);
    if (length <= 0 || end < length) return 0;
    return memcmp(name + end - length, ending, (size_t)length) == 0;
}

int fsync(int descriptor) {
    if (!is_broken(descriptor)) return (int)syscall(SYS_fsync, descriptor);
    errno = EIO;
    return -1;
}

int fdatasync(int descriptor) {
    if (!is_broken(descriptor)) return (int)syscall(SYS_fdatasync, descriptor);
    errno = EIO;
    return -1;
}
