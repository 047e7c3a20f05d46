#include "events_client.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

typedef struct client_line {
    uv_poll_t poll;
    int fd;
    void *state;
} client_line;

static peer_run *self;
static const events_reader *reader;
static int control = -1;
static int open_lines;
static char buffer[64 * 1024];

static bool in_rounds(void)
{
    return strcmp(self->work, "rounds") == 0;
}

int rounds_open(const peer_run *peer)
{
    static const char ask[] = "GET /control HTTP/1.1\r\n\r\n";
    int fd = peer_connect(peer);

    if (send(fd, ask, sizeof(ask) - 1, MSG_NOSIGNAL) != (ssize_t)sizeof(ask) - 1)
        peer_fail(peer, "control", strerror(errno));
    return fd;
}

void rounds_count(peer_run *peer, int fd, long events)
{
    long round = peer->answered / peer->connections;

    peer->answered += events;
    if (peer->answered / peer->connections == round)
        return;
    if (round == 0)
        peer_begin(peer);
    if (send(fd, ".", 1, MSG_NOSIGNAL) != 1)
        peer_fail(peer, "control", strerror(errno));
}

static void on_end(client_line *line)
{
    uv_close((uv_handle_t *)&line->poll, NULL);
    if (--open_lines == 0)
        peer_end(self);
}

static void on_poll(uv_poll_t *poll, int status, int events)
{
    client_line *line = poll->data;
    ssize_t got = recv(line->fd, buffer, sizeof(buffer), 0);
    long count;

    (void)events;
    if (got < 0 && errno == EAGAIN)
        return;
    if (status < 0 || got < 0)
        peer_fail(self, "recv", strerror(errno));
    if (got == 0) {
        on_end(line);
        return;
    }
    count = reader->read(line->state, buffer, (size_t)got);
    if (in_rounds())
        rounds_count(self, control, count < 0 ? 1 : count);
    else
        self->answered += count < 0 ? 0 : count;
}

static void open_line(uv_loop_t *loop, client_line *line)
{
    char text[256];
    int len = snprintf(text, sizeof(text),
                       "GET /run/stream?prompt=hi HTTP/1.1\r\nHost: 127.0.0.1:%u\r\nAccept: text/event-stream\r\n\r\n",
                       (unsigned)self->port);

    line->fd = peer_connect(self);
    line->state = calloc(1, reader->size + 1);
    if (!line->state)
        peer_fail(self, "out of memory", "");
    if (reader->init)
        reader->init(line->state);
    uv_poll_init(loop, &line->poll, line->fd);
    line->poll.data = line;
    uv_poll_start(&line->poll, UV_READABLE, on_poll);
    if (send(line->fd, text, (size_t)len, MSG_NOSIGNAL) != len)
        peer_fail(self, "send", strerror(errno));
}

void events_client_run(peer_run *peer, const events_reader *how)
{
    uv_loop_t *loop = uv_default_loop();
    client_line *lines = calloc((size_t)peer->connections, sizeof(*lines));

    if (!lines)
        peer_fail(peer, "out of memory", "");
    self = peer;
    reader = how;
    open_lines = peer->connections;
    if (in_rounds())
        control = rounds_open(peer);
    peer_begin(peer);
    for (int i = 0; i < peer->connections; i++)
        open_line(loop, &lines[i]);
    uv_run(loop, UV_RUN_DEFAULT);
    for (int i = 0; i < peer->connections; i++)
        free(lines[i].state);
    free(lines);
    if (control >= 0)
        close(control);
    peer_report_cpu(peer, peer->count);
}
