// A load generator: so many connections to a Unix socket, so many requests in flight on each, every reply checked.
//
// It reads its requests from a file of entries, `REQUEST-LENGTH PREFIX-LENGTH\n`, the request, and what its reply
// must begin with. Each connection starts elsewhere in the file and goes round it. One line of JSON on stdout tells the
// result; a reply that is not as expected ends it with status 1. No reply is ever printed: it may hold a secret.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { INPUT_ROOM = 256 << 10, OUTPUT_ROOM = 256 << 10, BUCKETS_PER_OCTAVE = 64, OCTAVES = 36 };

struct entry {
    const char *request, *prefix;
    size_t request_length, prefix_length;
};

struct flight {
    size_t entry;
    uint64_t sent_at;
};

struct client {
    int socket;
    size_t cursor;
    // The requests in flight, oldest first, in a ring of `depth`.
    struct flight *flights;
    size_t first, count;
    char *input;
    size_t input_length;
};

static struct entry *entries;
static size_t entry_count;
static size_t depth = 1;
// `--framing bulk`: replies are Redis bulk strings, not lines.
static int is_bulk;
// `--requests N`: the number of requests left to send, each entry once, on any free connection. Without it, time ends
// the run, and every connection uses all entries.
static uint64_t unsent = UINT64_MAX;
static size_t shared_cursor;
static uint64_t replies;
static uint64_t histogram[OCTAVES * BUCKETS_PER_OCTAVE];
static int is_measuring;

static void fail(const char *what) {
    fprintf(stderr, "load: %s%s%s\n", what, errno ? ": " : "", errno ? strerror(errno) : "");
    exit(1);
}

static uint64_t nanoseconds(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

// Buckets are 1/64 of an octave wide, so a percentile is accurate to 1.6 %.
static size_t bucket_of(uint64_t value) {
    if (value < BUCKETS_PER_OCTAVE) return value;
    int shift = 63 - __builtin_clzll(value) - 6;
    size_t bucket = (size_t)(shift + 1) * BUCKETS_PER_OCTAVE + ((value >> shift) - BUCKETS_PER_OCTAVE);
    return bucket < OCTAVES * BUCKETS_PER_OCTAVE ? bucket : OCTAVES * BUCKETS_PER_OCTAVE - 1;
}

static uint64_t percentile(double share) {
    uint64_t total = 0, seen = 0;
    for (size_t i = 0; i < OCTAVES * BUCKETS_PER_OCTAVE; i++) total += histogram[i];
    for (size_t i = 0; i < OCTAVES * BUCKETS_PER_OCTAVE; i++) {
        seen += histogram[i];
        if (seen > 0 && (double)seen >= share * (double)total) {
            if (i < BUCKETS_PER_OCTAVE) return i;
            return (BUCKETS_PER_OCTAVE + i % BUCKETS_PER_OCTAVE) << (i / BUCKETS_PER_OCTAVE - 1);
        }
    }
    return 0;
}

// The file is mapped, because it may have a million requests; the mapping stays.
static void read_entries(const char *path) {
    int descriptor = open(path, O_RDONLY);
    struct stat status;
    if (descriptor < 0 || fstat(descriptor, &status) != 0 || status.st_size == 0) fail(path);
    const char *text = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, descriptor, 0);
    if (text == MAP_FAILED) fail(path);
    size_t room = 0;
    for (const char *at = text, *end = text + status.st_size; at < end;) {
        char *next;
        if (entry_count == room) entries = realloc(entries, (room = room ? room * 2 : 1024) * sizeof *entries);
        if (!entries) fail("realloc");
        struct entry *entry = &entries[entry_count++];
        entry->request_length = strtoul(at, &next, 10);
        entry->prefix_length = strtoul(next, &next, 10);
        entry->request = next + 1;
        entry->prefix = entry->request + entry->request_length;
        at = entry->prefix + entry->prefix_length;
        if (*next != '\n' || at > end) fail(path);
    }
    close(descriptor);
}

// The length of the first whole reply, 0 if there is none yet.
static size_t reply_length(const char *bytes, size_t count) {
    const char *feed = memchr(bytes, '\n', count);
    if (!feed) return 0;
    size_t line = (size_t)(feed - bytes) + 1;
    if (!is_bulk) return line;
    long length = strtol(bytes + 1, NULL, 10);
    if (bytes[0] != '$' || length < 0) return line;
    size_t whole = line + (size_t)length + 2;
    return whole <= count ? whole : 0;
}

// Sends as many requests as may be in flight, at once. They are few and short, so a blocking send is quick.
static void send_more(struct client *client, uint64_t now) {
    static char output[OUTPUT_ROOM];
    size_t length = 0;
    while (client->count < depth && unsent > 0) {
        size_t *cursor = unsent == UINT64_MAX ? &client->cursor : &shared_cursor;
        const struct entry *entry = &entries[*cursor];
        if (length + entry->request_length > sizeof output) break;
        memcpy(output + length, entry->request, entry->request_length);
        length += entry->request_length;
        client->flights[(client->first + client->count++) % depth] = (struct flight){*cursor, now};
        *cursor = *cursor + 1 < entry_count ? *cursor + 1 : 0;
        if (unsent != UINT64_MAX) unsent--;
    }
    for (size_t sent = 0; sent < length;) {
        ssize_t count = send(client->socket, output + sent, length - sent, MSG_NOSIGNAL);
        if (count < 0 && errno != EINTR) fail("send");
        if (count > 0) sent += (size_t)count;
    }
}

static void take_reply(struct client *client, const char *reply, size_t length, uint64_t now) {
    errno = 0;
    if (client->count == 0) fail("a reply that nobody asked for");
    struct flight flight = client->flights[client->first];
    const struct entry *entry = &entries[flight.entry];
    if (length < entry->prefix_length || memcmp(reply, entry->prefix, entry->prefix_length) != 0) {
        fprintf(stderr, "load: the reply to request %zu of the file is not as expected\n", flight.entry);
        exit(1);
    }
    client->first = (client->first + 1) % depth;
    client->count--;
    replies++;
    if (is_measuring) histogram[bucket_of(now - flight.sent_at)]++;
}

static void receive(struct client *client) {
    ssize_t count =
        recv(client->socket, client->input + client->input_length, INPUT_ROOM - client->input_length, MSG_DONTWAIT);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (count < 0) fail("recv");
    errno = 0;
    if (count == 0) fail("the server closed a connection");
    uint64_t now = nanoseconds();
    client->input_length += (size_t)count;
    size_t start = 0, length;
    while ((length = reply_length(client->input + start, client->input_length - start)) > 0) {
        take_reply(client, client->input + start, length, now);
        start += length;
    }
    client->input_length -= start;
    memmove(client->input, client->input + start, client->input_length);
    send_more(client, now);
}

static int connect_to(const char *path) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof address.sun_path) fail("the socket's path is too long");
    strcpy(address.sun_path, path);
    int descriptor = socket(AF_UNIX, SOCK_STREAM, 0);
    if (descriptor < 0 || connect(descriptor, (struct sockaddr *)&address, sizeof address) != 0) fail(path);
    return descriptor;
}

int main(int argument_count, char **arguments) {
    const char *socket_path = NULL, *work = NULL;
    size_t connections = 1;
    // `--cut SECONDS`: ends a run of `--requests` that lasts longer, and ignores the requests in flight.
    double seconds = 1, warm_up = 0.1, cut = 1e6;
    for (int i = 1; i + 1 < argument_count; i += 2) {
        const char *name = arguments[i], *value = arguments[i + 1];
        if (!strcmp(name, "--socket")) socket_path = value;
        else if (!strcmp(name, "--work")) work = value;
        else if (!strcmp(name, "--connections")) connections = strtoul(value, NULL, 10);
        else if (!strcmp(name, "--depth")) depth = strtoul(value, NULL, 10);
        else if (!strcmp(name, "--seconds")) seconds = strtod(value, NULL);
        else if (!strcmp(name, "--warm-up")) warm_up = strtod(value, NULL);
        else if (!strcmp(name, "--cut")) cut = strtod(value, NULL);
        else if (!strcmp(name, "--requests")) unsent = strtoull(value, NULL, 10);
        else if (!strcmp(name, "--framing")) is_bulk = !strcmp(value, "bulk");
        else fail("unknown option");
    }
    if (!socket_path || !work || !connections || !depth) fail("--socket and --work are needed");
    read_entries(work);

    uint64_t limit = unsent;
    int poller = epoll_create1(0);
    struct client *clients = calloc(connections, sizeof *clients);
    for (size_t i = 0; i < connections; i++) {
        clients[i].socket = connect_to(socket_path);
        clients[i].cursor = i * (entry_count / connections) % entry_count;
        clients[i].flights = calloc(depth, sizeof *clients[i].flights);
        clients[i].input = malloc(INPUT_ROOM);
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = &clients[i]};
        if (epoll_ctl(poller, EPOLL_CTL_ADD, clients[i].socket, &event) != 0) fail("epoll_ctl");
    }

    uint64_t start = nanoseconds(), begin = start, end = UINT64_MAX, measured = 0;
    is_measuring = limit != UINT64_MAX;
    for (size_t i = 0; i < connections; i++) send_more(&clients[i], start);
    struct epoll_event events[64];
    while (replies < limit) {
        int count = epoll_wait(poller, events, 64, -1);
        if (count < 0 && errno != EINTR) fail("epoll_wait");
        for (int i = 0; i < count; i++) receive(events[i].data.ptr);
        uint64_t now = nanoseconds();
        if (!is_measuring && now - start >= (uint64_t)(warm_up * 1e9)) {
            is_measuring = 1;
            begin = now;
            measured = replies;
        }
        end = now;
        if ((double)(now - start) >= cut * 1e9) break;
        if (limit == UINT64_MAX && is_measuring && end - begin >= (uint64_t)(seconds * 1e9)) break;
    }
    double elapsed = (double)(end - begin) / 1e9;
    printf("{\"rate\": %.1f, \"p50\": %.3f, \"p99\": %.3f, \"replies\": %llu}\n", (double)(replies - measured) / elapsed,
           (double)percentile(0.50) / 1e3, (double)percentile(0.99) / 1e3, (unsigned long long)replies);
    return 0;
}
