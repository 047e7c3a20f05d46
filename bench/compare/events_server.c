/* compare/events_server.c - serves event streams as fast as they are taken. Prints its port, then serves.
 *
 *     compare-events PATTERN EVENT_BYTES EVENTS [STREAMS]
 *
 * bulk: chunks of 64 KiB full of events; chunks: one event in each chunk, many chunks in a write; rounds: one
 * event to each stream, and then to all again whenever a byte comes on the control connection; idle: one
 * event, and then nothing; silent: no answer at all. `port`: only prints a port that is free, and ends.
 * EVENTS is for each stream, and the last one is "done". Ends with its standard input.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BLOCK_BYTES = 256 * 1024, CHUNK_BYTES = 64 * 1024, STREAMS_MAX = 20000 };

static const char head[] = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n"
                           "Connection: close\r\n\r\n";
static const char last[] = "1b\r\nevent: done\ndata: {\"a\":1}\n\n\r\n0\r\n\r\n";

static const char *pattern;
static size_t event_bytes;
static long events;
static char *event; /* one, as it is sent */
static char *block; /* many, in chunks */
static size_t block_len;
static long block_events;
static int streams[STREAMS_MAX];
static int stream_count;

static bool is(const char *name)
{
    return strcmp(pattern, name) == 0;
}

static void *must(void *memory)
{
    if (!memory)
        abort();
    return memory;
}

static bool send_all(int fd, const char *bytes, size_t len)
{
    while (len > 0) {
        ssize_t sent = send(fd, bytes, len, MSG_NOSIGNAL);

        if (sent <= 0)
            return false;
        bytes += sent;
        len -= (size_t)sent;
    }
    return true;
}

/* "data: xxxx\n\n" of `event_bytes`. */
static void make_event(void)
{
    event = must(malloc(event_bytes));
    memset(event, 'x', event_bytes);
    memcpy(event, "data: ", 6);
    memcpy(event + event_bytes - 2, "\n\n", 2);
}

static void add_chunk(size_t count)
{
    block_len += (size_t)sprintf(block + block_len, "%zx\r\n", count * event_bytes);
    for (size_t i = 0; i < count; i++, block_len += event_bytes, block_events++)
        memcpy(block + block_len, event, event_bytes);
    memcpy(block + block_len, "\r\n", 2);
    block_len += 2;
}

static void make_block(void)
{
    size_t per_chunk = !is("bulk") || event_bytes > CHUNK_BYTES ? 1 : CHUNK_BYTES / event_bytes;

    block = must(malloc(BLOCK_BYTES + 2 * (CHUNK_BYTES + event_bytes)));
    do
        add_chunk(per_chunk);
    while (block_len < BLOCK_BYTES && !is("rounds") && !is("idle"));
}

/* As many whole blocks as fit, then single events. */
static void *stream_all(void *arg)
{
    int fd = (int)(intptr_t)arg;
    char frame[32];
    int frame_len = snprintf(frame, sizeof(frame), "%zx\r\n", event_bytes);
    bool good = send_all(fd, head, sizeof(head) - 1);
    long left = events - 1;

    for (; good && left >= block_events; left -= block_events)
        good = send_all(fd, block, block_len);
    for (; good && left > 0; left--)
        good = send_all(fd, frame, (size_t)frame_len) && send_all(fd, event, event_bytes) && send_all(fd, "\r\n", 2);
    if (good)
        send_all(fd, last, sizeof(last) - 1);
    close(fd);
    return NULL;
}

static void begin_stream(int fd)
{
    pthread_t thread;

    if (pthread_create(&thread, NULL, stream_all, (void *)(intptr_t)fd) != 0)
        abort();
    pthread_detach(thread);
}

/* A round to all streams whenever the client asks; the last one ends them. */
static void run_rounds(int control)
{
    char byte;

    for (long round = 1; round <= events; round++) {
        for (int i = 0; i < stream_count; i++) {
            if (round == events)
                send_all(streams[i], last, sizeof(last) - 1);
            else
                send_all(streams[i], block, block_len);
        }
        if (round < events && recv(control, &byte, 1, 0) != 1)
            break;
    }
    for (int i = 0; i < stream_count; i++)
        close(streams[i]);
    close(control);
    stream_count = 0;
}

/* Reads the request's head; true when it is for the control connection. */
static bool read_request(int fd)
{
    char text[8192] = "";
    size_t len = 0;

    while (len < sizeof(text) - 1 && !strstr(text, "\r\n\r\n")) {
        ssize_t got = recv(fd, text + len, sizeof(text) - 1 - len, 0);

        if (got <= 0)
            break;
        len += (size_t)got;
        text[len] = '\0';
    }
    return strncmp(text, "GET /control", 12) == 0;
}

/* The control connection comes first, then `streams_wanted` streams: so that all are there when the rounds
 * begin. */
static void serve(int fd, int streams_wanted)
{
    static int control = -1;
    bool is_control = read_request(fd);

    if (is_control) {
        control = fd;
    } else if (is("bulk") || is("chunks")) {
        begin_stream(fd);
    } else if (is("silent")) {
        /* Kept open, and never heard of again. */
    } else {
        send_all(fd, head, sizeof(head) - 1);
        streams[stream_count++ % STREAMS_MAX] = fd;
        if (is("idle"))
            send_all(fd, block, block_len);
    }
    if (control >= 0 && stream_count == streams_wanted) {
        run_rounds(control);
        control = -1;
    }
}

static int listen_anywhere(uint16_t *ret_port)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t len = sizeof(address);
    int fd = socket(AF_INET, SOCK_STREAM, 0), on = 1;

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) != 0 ||
        bind(fd, (struct sockaddr *)&address, sizeof(address)) != 0 || listen(fd, STREAMS_MAX) != 0 ||
        getsockname(fd, (struct sockaddr *)&address, &len) != 0)
        abort();
    *ret_port = ntohs(address.sin_port);
    return fd;
}

int main(int argc, char **argv)
{
    uint16_t port;
    int server = listen_anywhere(&port);
    struct pollfd waiting[2] = {{.fd = server, .events = POLLIN}, {.fd = STDIN_FILENO, .events = POLLIN}};

    pattern = argc > 1 ? argv[1] : "bulk";
    event_bytes = argc > 2 ? (size_t)atol(argv[2]) : 88;
    events = argc > 3 ? atol(argv[3]) : 1000;
    signal(SIGPIPE, SIG_IGN);
    printf("%u\n", (unsigned)port);
    fflush(stdout);
    if (is("port"))
        return 0;
    make_event();
    make_block();
    while (poll(waiting, 2, -1) >= 0 && !waiting[1].revents) {
        int on = 1, fd = accept(server, NULL, NULL);

        if (fd < 0)
            continue;
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
        serve(fd, argc > 4 ? atoi(argv[4]) : 0);
    }
    return 0;
}
