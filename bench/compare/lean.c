/* compare/lean.c - a throw-away prototype that does what weft has to do and not a thing more: builds each
 * request, arms a deadline for it, reads the answer with llhttp and its JSON strictly into a struct. No pool,
 * no retries, no error messages, no checks of what llhttp lets pass: what weft costs beyond this is what
 * those cost. */
#include <errno.h>
#include <llhttp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <uv.h>

#include "base/list.h"
#include "events_client.h"
#include "json/codec.h"
#include "peer.h"
#include "stall.h"

typedef struct run_request {
    const char *prompt;
} run_request;

static const weft__field request_fields[] = {WEFT__FIELD(run_request, prompt, "prompt", WEFT__CSTR, 0)};
static const weft__type request_type = WEFT__REQUEST_TYPE(run_request, "request", request_fields);

typedef struct run {
    weft_object object;
    weft_str id;
    weft_str status;
    weft_str output;
    weft_str error;
    weft_str session_id;
} run;

static const weft__field run_fields[] = {
    WEFT__FIELD(run, id, "id", WEFT__STR, 0),
    WEFT__FIELD(run, status, "status", WEFT__STR, 0),
    WEFT__FIELD(run, output, "output", WEFT__STR, 0),
    WEFT__FIELD(run, error, "error", WEFT__STR, 0),
    WEFT__FIELD(run, session_id, "session_id", WEFT__STR, 0),
};
static const weft__type run_type = WEFT__RESULT_TYPE(run, "run", run_fields);

typedef struct lean_line {
    uv_poll_t poll;
    int fd;
    weft__link deadline_link; /* all have the same timeout, so that the list is in order */
    uint64_t deadline_ms;
    llhttp_t parser;
    weft__arena arena;
    char body[4096];
    size_t body_len;
    bool whole;
} lean_line;

static peer_run self;
static char buffer[64 * 1024];
static char head[PEER_HEAD_MAX];
static lean_line *lines;
static weft__list deadlines;
static weft__heap heap;
static weft__buffer body;
static uv_timer_t timer;

static lean_line *line_of_parser(llhttp_t *parser)
{
    return WEFT__CONTAINER_OF(parser, lean_line, parser);
}

static int on_body(llhttp_t *parser, const char *bytes, size_t len)
{
    lean_line *line = line_of_parser(parser);

    if (len > sizeof(line->body) - line->body_len)
        return -1;
    memcpy(line->body + line->body_len, bytes, len);
    line->body_len += len;
    return 0;
}

static int on_complete(llhttp_t *parser)
{
    line_of_parser(parser)->whole = true;
    return 0;
}

static const llhttp_settings_t settings = {.on_body = on_body, .on_message_complete = on_complete};

static void on_timer(uv_timer_t *handle)
{
    weft__link *first = weft__list_first(&deadlines);

    if (first && WEFT__CONTAINER_OF(first, lean_line, deadline_link)->deadline_ms <= uv_now(handle->loop))
        peer_fail(&self, "timeout", "no answer");
}

static void ask(lean_line *line)
{
    run_request request = {.prompt = peer_prompt()};
    weft__codec_error error;
    struct iovec parts[2] = {{.iov_base = head}};
    struct msghdr message = {.msg_iov = parts, .msg_iovlen = 2};

    if (!peer_take(&self))
        return;
    weft__buffer_clear(&body);
    if (weft__encode(&body, &request_type, &request, &error) != WEFT__CODEC_OK)
        peer_fail(&self, "encode", error.what);
    parts[0].iov_len = (size_t)snprintf(head, sizeof(head),
                                        "POST /run HTTP/1.1\r\nHost: 127.0.0.1:%u\r\nUser-Agent: lean\r\n"
                                        "Accept: application/json\r\nContent-Type: application/json\r\n"
                                        "Content-Length: %zu\r\n\r\n",
                                        (unsigned)self.port, body.len);
    parts[1] = (struct iovec){body.data, body.len};
    line->deadline_ms = uv_now(line->poll.loop) + PEER_TIMEOUT_MS;
    weft__list_push_back(&deadlines, &line->deadline_link);
    line->body_len = 0;
    line->whole = false;
    llhttp_init(&line->parser, HTTP_RESPONSE, &settings);
    if (sendmsg(line->fd, &message, MSG_NOSIGNAL) != (ssize_t)(parts[0].iov_len + parts[1].iov_len))
        peer_fail(&self, "send", "not sent whole");
}

static void stop_all(void)
{
    for (int i = 0; i < self.connections; i++)
        uv_close((uv_handle_t *)&lines[i].poll, NULL);
    uv_close((uv_handle_t *)&timer, NULL);
}

static void finish(lean_line *line)
{
    weft__codec_error error;
    void *result;

    weft__list_remove(&line->deadline_link);
    if (weft__decode(&line->arena, &run_type, line->body, line->body_len, &result, &error) != WEFT__CODEC_OK)
        peer_fail(&self, "decode", error.what);
    if (((const run *)result)->output.len == 0)
        peer_fail(&self, "decode", "no output");
    weft__arena_release(&line->arena);
    if (peer_answered(&self))
        stop_all();
    else
        ask(line);
}

static void on_poll(uv_poll_t *poll, int status, int events)
{
    lean_line *line = poll->data;
    ssize_t got = recv(line->fd, buffer, sizeof(buffer), 0);

    (void)events;
    if (got < 0 && errno == EAGAIN)
        return;
    if (status < 0 || got <= 0)
        peer_fail(&self, "recv", got == 0 ? "closed" : strerror(errno));
    if (llhttp_execute(&line->parser, buffer, (size_t)got) != HPE_OK)
        peer_fail(&self, "parse", llhttp_get_error_reason(&line->parser));
    if (line->whole)
        finish(line);
}

static void post(void)
{
    uv_loop_t *loop = uv_default_loop();

    weft__heap_init(&heap, NULL);
    weft__buffer_init(&body, &heap, 4096);
    weft__list_init(&deadlines);
    lines = calloc((size_t)self.connections, sizeof(*lines));
    if (!lines)
        peer_fail(&self, "out of memory", "");
    stall_watch(&self, loop);
    uv_timer_init(loop, &timer);
    uv_timer_start(&timer, on_timer, 1000, 1000);
    for (int i = 0; i < self.connections; i++) {
        lean_line *line = &lines[i];

        weft__arena_init(&line->arena, &heap);
        line->fd = peer_connect(&self);
        uv_poll_init(loop, &line->poll, line->fd);
        line->poll.data = line;
        uv_poll_start(&line->poll, UV_READABLE, on_poll);
        ask(line);
    }
    uv_run(loop, UV_RUN_DEFAULT);
    free(lines);
    weft__buffer_deinit(&body);
    weft__heap_deinit(&heap);
    if (self.stall)
        peer_report(&self, stall_longest_us());
    else
        peer_report_cpu(&self, self.count);
}

/* ---- event streams
 * ------------------------------------------------------------------------------------------- */

/* Lines by memchr, fields by their first byte, data and type as slices; an event that is split is put
 * together. */
typedef struct lean_events {
    llhttp_t parser;
    char *kept; /* of an event that is not whole yet */
    size_t kept_len;
    size_t kept_cap;
    long count;
    size_t data_bytes;
} lean_events;

static void read_event(lean_events *events, const char *bytes, const char *end)
{
    while (bytes < end) {
        const char *newline = memchr(bytes, '\n', (size_t)(end - bytes));

        if (end - bytes > 6 && memcmp(bytes, "data: ", 6) == 0)
            events->data_bytes += (size_t)(newline - bytes) - 6;
        bytes = newline + 1;
    }
    events->count++;
}

static void keep(lean_events *events, const char *bytes, size_t len)
{
    if (events->kept_len + len > events->kept_cap) {
        events->kept_cap = (events->kept_len + len) * 2;
        events->kept = realloc(events->kept, events->kept_cap);
        if (!events->kept)
            peer_fail(&self, "out of memory", "");
    }
    if (len)
        memcpy(events->kept + events->kept_len, bytes, len);
    events->kept_len += len;
}

/* The end of the event that begins at `bytes`, or NULL. */
static const char *event_end(const char *bytes, const char *end)
{
    const char *newline = bytes;

    while (newline < end && (newline = memchr(newline, '\n', (size_t)(end - newline))) != NULL) {
        if (newline + 1 < end && newline[1] == '\n')
            return newline + 2;
        newline++;
    }
    return NULL;
}

static int on_events(llhttp_t *parser, const char *bytes, size_t len)
{
    lean_events *events = parser->data;
    const char *end, *next;

    if (events->kept_len) {
        keep(events, bytes, len);
        bytes = events->kept;
        len = events->kept_len;
    }
    end = bytes + len;
    while ((next = event_end(bytes, end)) != NULL) {
        read_event(events, bytes, next);
        bytes = next;
    }
    if (!events->kept_len) {
        keep(events, bytes, (size_t)(end - bytes));
    } else {
        events->kept_len = (size_t)(end - bytes);
        memmove(events->kept, bytes, events->kept_len);
    }
    return 0;
}

static const llhttp_settings_t stream_settings = {.on_body = on_events};

static void events_init(void *stream)
{
    lean_events *events = stream;

    llhttp_init(&events->parser, HTTP_RESPONSE, &stream_settings);
    events->parser.data = events;
}

static long events_read(void *stream, char *bytes, size_t len)
{
    lean_events *events = stream;
    long before = events->count;

    if (llhttp_execute(&events->parser, bytes, len) != HPE_OK)
        peer_fail(&self, "parse", llhttp_get_error_reason(&events->parser));
    return events->count - before;
}

static const events_reader lean_reader = {sizeof(lean_events), events_init, events_read};

int main(int argc, char **argv)
{
    peer_init(&self, "lean", argc, argv);
    if (strcmp(self.work, "post") == 0)
        post();
    else
        events_client_run(&self, &lean_reader);
    return 0;
}
