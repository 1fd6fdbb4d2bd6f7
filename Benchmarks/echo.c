// The floor: a server on epoll that answers each line with the same line of as many bytes as it was told, unread.
//   echo SOCKET BYTES
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static char input[64 << 10];

static void fail(const char *what) {
    perror(what);
    exit(1);
}

static void watch(int poller, int descriptor) {
    struct epoll_event event = {.events = EPOLLIN, .data.fd = descriptor};
    if (epoll_ctl(poller, EPOLL_CTL_ADD, descriptor, &event) != 0) fail("epoll_ctl");
}

static size_t lines_in(size_t count) {
    size_t lines = 0;
    for (char *at = input; (at = memchr(at, '\n', (size_t)(input + count - at))); at++) lines++;
    return lines;
}

// Answers one read; the replies are sent together. `replies` holds the largest possible number.
static void serve(int descriptor, const char *replies, size_t reply_length) {
    ssize_t count = recv(descriptor, input, sizeof input, MSG_DONTWAIT);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (count <= 0) {
        close(descriptor);
        return;
    }
    size_t length = lines_in((size_t)count) * reply_length;
    for (size_t sent = 0; sent < length;) {
        ssize_t taken = send(descriptor, replies + sent, length - sent, MSG_NOSIGNAL);
        if (taken < 0 && errno != EINTR) return;
        if (taken > 0) sent += (size_t)taken;
    }
}

int main(int argument_count, char **arguments) {
    if (argument_count != 3) return 2;
    size_t reply_length = strtoul(arguments[2], NULL, 10);
    if (reply_length < 2) return 2;
    char *replies = malloc(reply_length * sizeof input);
    if (!replies) fail("malloc");
    for (size_t i = 0; i < sizeof input; i++) {
        memset(replies + i * reply_length, 'x', reply_length - 1);
        replies[(i + 1) * reply_length - 1] = '\n';
    }

    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(arguments[1]) >= sizeof address.sun_path) return 2;
    strcpy(address.sun_path, arguments[1]);
    int listener = socket(AF_UNIX, SOCK_STREAM, 0), poller = epoll_create1(0);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) != 0 || listen(listener, 128) != 0) fail("bind");
    watch(poller, listener);
    struct epoll_event events[128];
    while (1) {
        int count = epoll_wait(poller, events, 128, -1);
        for (int i = 0; i < count; i++) {
            if (events[i].data.fd != listener) serve(events[i].data.fd, replies, reply_length);
            else watch(poller, accept(listener, NULL, NULL));
        }
    }
}
