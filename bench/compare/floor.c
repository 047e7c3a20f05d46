/* compare/floor.c - what libuv and the kernel cost by themselves: one fixed request, answers that are only
 * counted.
 *
 * By uv_poll with send and recv, or (--option tcp) by uv_tcp: the table takes whichever is cheaper. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <uv.h>

#include "events_client.h"
#include "peer.h"
#include "stall.h"

typedef struct floor_line {
    union {
        uv_poll_t poll;
        uv_tcp_t tcp;
    };
    uv_write_t write;
    int fd;
    size_t got; /* of the answer at hand */
} floor_line;

static peer_run self;
static char request[PEER_HEAD_MAX + PEER_BODY_BYTES];
static size_t request_len, answer_len;
static char buffer[64 * 1024];
static floor_line *lines;

static void stop_all(void)
{
    for (int i = 0; i < self.connections; i++)
        uv_close((uv_handle_t *)&lines[i].poll, NULL);
}

static void ask(floor_line *line);

static void count(floor_line *line, size_t len)
{
    line->got += len;
    if (line->got < answer_len)
        return;
    line->got = 0;
    if (peer_answered(&self))
        stop_all();
    else
        ask(line);
}

/* ---- by uv_poll
 * ---------------------------------------------------------------------------------------------- */

static void on_poll(uv_poll_t *poll, int status, int events)
{
    floor_line *line = poll->data;
    ssize_t got = recv(line->fd, buffer, sizeof(buffer), 0);

    (void)events;
    if (got < 0 && errno == EAGAIN)
        return;
    if (status < 0 || got <= 0)
        peer_fail(&self, "recv", got == 0 ? "closed" : strerror(errno));
    count(line, (size_t)got);
}

static void open_poll(uv_loop_t *loop, floor_line *line)
{
    line->fd = peer_connect(&self);
    uv_poll_init(loop, &line->poll, line->fd);
    line->poll.data = line;
    uv_poll_start(&line->poll, UV_READABLE, on_poll);
    ask(line);
}

/* ---- by uv_tcp
 * ----------------------------------------------------------------------------------------------- */

static void on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *buf)
{
    (void)handle;
    (void)suggested;
    *buf = uv_buf_init(buffer, sizeof(buffer));
}

static void on_read(uv_stream_t *stream, ssize_t got, const uv_buf_t *buf)
{
    (void)buf;
    if (got < 0)
        peer_fail(&self, "uv_read", uv_strerror((int)got));
    if (got > 0)
        count(stream->data, (size_t)got);
}

static void open_tcp(uv_loop_t *loop, floor_line *line)
{
    uv_tcp_init(loop, &line->tcp);
    line->tcp.data = line;
    uv_tcp_open(&line->tcp, peer_connect(&self));
    uv_read_start((uv_stream_t *)&line->tcp, on_alloc, on_read);
    ask(line);
}

static bool by_tcp(void)
{
    return strcmp(self.option, "tcp") == 0;
}

static void ask(floor_line *line)
{
    uv_buf_t buf = uv_buf_init(request, (unsigned)request_len);

    if (!peer_take(&self))
        return;
    if (by_tcp()) {
        if (uv_try_write((uv_stream_t *)&line->tcp, &buf, 1) != (int)request_len)
            peer_fail(&self, "uv_try_write", "not written whole");
    } else if (send(line->fd, request, request_len, MSG_NOSIGNAL) != (ssize_t)request_len) {
        peer_fail(&self, "send", "not sent whole");
    }
}

static void post(void)
{
    uv_loop_t *loop = uv_default_loop();

    request_len = peer_request(&self, request);
    answer_len = peer_learn_answer(&self);
    if (!answer_len)
        peer_fail(&self, "no answer", "from the server");
    lines = calloc((size_t)self.connections, sizeof(*lines));
    if (!lines)
        peer_fail(&self, "out of memory", "");
    stall_watch(&self, loop);
    for (int i = 0; i < self.connections; i++)
        (by_tcp() ? open_tcp : open_poll)(loop, &lines[i]);
    uv_run(loop, UV_RUN_DEFAULT);
    free(lines);
    if (self.stall)
        peer_report(&self, stall_longest_us());
    else
        peer_report_cpu(&self, self.count);
}

/* ---- event streams
 * ------------------------------------------------------------------------------------------- */

static long count_bytes(void *stream, char *bytes, size_t len)
{
    (void)stream;
    (void)bytes;
    (void)len;
    return -1;
}

static const events_reader counter = {.read = count_bytes};

int main(int argc, char **argv)
{
    peer_init(&self, "floor", argc, argv);
    if (strcmp(self.work, "probe") == 0)
        return peer_learn_answer(&self) == 0;
    if (strcmp(self.work, "post") == 0)
        post();
    else
        events_client_run(&self, &counter);
    return 0;
}
