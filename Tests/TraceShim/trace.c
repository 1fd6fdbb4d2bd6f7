/* What a process does to its files: loaded before the C library (LD_PRELOAD, ld.so(8)), it appends a line to the file
   KEYWARD_TEST_TRACE for each write, synchronization and renaming that succeeds: a word and the paths, between tabs. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

static void note(const char *word, const char *one, const char *other) {
    char line[2 * PATH_MAX + 64];
    const char *path = getenv("KEYWARD_TEST_TRACE");
    int file = path ? (int)syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600) : -1;
    if (file < 0) return;
    int length = snprintf(line, sizeof line, "%s\t%s\t%s\n", word, one, other);
    syscall(SYS_write, file, line, (size_t)length);
    syscall(SYS_close, file);
}

/* The path of what is open there; empty if it is no file. */
static void find(int descriptor, char path[PATH_MAX]) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    ssize_t length = readlink(link, path, PATH_MAX - 1);
    path[length > 0 && path[0] == '/' ? length : 0] = 0;
}

static void note_file(const char *word, int descriptor) {
    char path[PATH_MAX];
    find(descriptor, path);
    if (path[0]) note(word, path, "");
}

static void resolve(int folder, const char *name, char path[2 * PATH_MAX]) {
    char start[PATH_MAX] = "";
    if (name[0] != '/' && folder != AT_FDCWD) find(folder, start);
    if (name[0] != '/' && folder == AT_FDCWD && !getcwd(start, sizeof start)) start[0] = 0;
    snprintf(path, 2 * PATH_MAX, "%s%s%s", start, start[0] ? "/" : "", name);
}

static int renamed(int result, int from, const char *old, int to, const char *new) {
    char one[2 * PATH_MAX], other[2 * PATH_MAX];
    if (result != 0) return result;
    resolve(from, old, one);
    resolve(to, new, other);
    note("rename", one, other);
    return 0;
}

ssize_t write(int descriptor, const void *bytes, size_t count) {
    ssize_t result = syscall(SYS_write, descriptor, bytes, count);
    if (result > 0) note_file("write", descriptor);
    return result;
}

ssize_t pwrite64(int descriptor, const void *bytes, size_t count, off64_t place) {
    ssize_t result = syscall(SYS_pwrite64, descriptor, bytes, count, place);
    if (result > 0) note_file("write", descriptor);
    return result;
}

ssize_t pwrite(int descriptor, const void *bytes, size_t count, off_t place) {
    return pwrite64(descriptor, bytes, count, place);
}

int fsync(int descriptor) {
    int result = (int)syscall(SYS_fsync, descriptor);
    if (result == 0) note_file("sync", descriptor);
    return result;
}

int fdatasync(int descriptor) {
    int result = (int)syscall(SYS_fdatasync, descriptor);
    if (result == 0) note_file("sync", descriptor);
    return result;
}

int rename(const char *old, const char *new) {
    int result = (int)syscall(SYS_renameat2, AT_FDCWD, old, AT_FDCWD, new, 0);
    return renamed(result, AT_FDCWD, old, AT_FDCWD, new);
}

int renameat(int from, const char *old, int to, const char *new) {
    return renamed((int)syscall(SYS_renameat2, from, old, to, new, 0), from, old, to, new);
}

int renameat2(int from, const char *old, int to, const char *new, unsigned flags) {
    return renamed((int)syscall(SYS_renameat2, from, old, to, new, flags), from, old, to, new);
}

int linkat(int from, const char *old, int to, const char *new, int flags) {
    return renamed((int)syscall(SYS_linkat, from, old, to, new, flags), from, old, to, new);
}

int link(const char *old, const char *new) { return linkat(AT_FDCWD, old, AT_FDCWD, new, 0); }
