#include "http_server.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "world.h"

struct http_peer {
    net_connection *connection;
    net_bytes received;
    bool busy;      /* an answer is on its way */
    bool closed;    /* by either side */
    uint64_t keeps; /* an idle connection for so long */
    unsigned moves; /* of its life: a plan of an earlier one is stale */
};

typedef enum step_kind {
    STEP_SEND,
    STEP_FREE,
    STEP_END,
    STEP_ABORT,
} step_kind;

typedef struct http_step {
    http_peer *peer;
    step_kind kind;
    const char *text;
    size_t len;
    schedule_cb *sent;
    void *arg;
} http_step;

typedef struct idle_check {
    http_peer *peer;
    unsigned moves;
} idle_check;

static void read_request(http_peer *peer);

static void on_idle(void *arg)
{
    const idle_check *check = arg;
    http_peer *peer = check->peer;

    if (peer->closed || peer->busy || peer->moves != check->moves)
        return;
    peer->closed = true;
    world_log("the server ends %d, which is idle", peer->connection->fd);
    net_end(peer->connection);
}

static void rest(http_peer *peer)
{
    idle_check *check = world_alloc(sizeof(*check));

    peer->busy = false;
    *check = (idle_check){peer, ++peer->moves};
    schedule_there(world.there + peer->keeps, on_idle, check);
}

static void on_accept(net_connection *connection)
{
    http_peer *peer = world_alloc(sizeof(*peer));

    peer->connection = connection;
    peer->keeps = 75 * SECOND;
    if (world_strikes(FAULT_END, 400))
        peer->keeps = world_below(world_chance(500) ? 50 * MILLISECOND : 5 * SECOND);
    connection->server = peer;
    rest(peer);
}

static void on_ended(net_connection *connection)
{
    http_peer *peer = connection->server;

    peer->closed = true;
    net_end(connection);
}

static void run_step(const http_step *step)
{
    http_peer *peer = step->peer;

    switch (step->kind) {
    case STEP_SEND:
        net_send(peer->connection, step->text, step->len);
        break;
    case STEP_FREE:
        rest(peer);
        read_request(peer);
        break;
    case STEP_END:
        peer->closed = true;
        net_end(peer->connection);
        break;
    case STEP_ABORT:
        peer->closed = true;
        net_abort(peer->connection);
        break;
    }
}

static void on_step(void *arg)
{
    const http_step *step = arg;

    if (step->peer->closed || net_is_gone(step->peer->connection))
        return;
    if (step->sent)
        step->sent(step->arg);
    run_step(step);
}

static http_step *plan(http_peer *peer, uint64_t at, step_kind kind, const char *bytes, size_t len)
{
    http_step *made = world_alloc(sizeof(*made));
    char *copy = world_alloc(len + 1);

    if (len)
        memcpy(copy, bytes, len);
    *made = (http_step){.peer = peer, .kind = kind, .text = copy, .len = len};
    schedule_there(at, on_step, made);
    return made;
}

uint64_t http_send(http_peer *peer, uint64_t at, const char *text)
{
    plan(peer, at, STEP_SEND, text, strlen(text));
    return at + 1;
}

uint64_t http_send_and_tell(http_peer *peer, uint64_t at, const char *text, schedule_cb *sent, void *arg)
{
    http_step *made = plan(peer, at, STEP_SEND, text, strlen(text));

    made->sent = sent;
    made->arg = arg;
    return at + 1;
}

void http_free(http_peer *peer, uint64_t at)
{
    plan(peer, at, STEP_FREE, NULL, 0);
}

void http_end(http_peer *peer, uint64_t at)
{
    plan(peer, at, STEP_END, NULL, 0);
}

void http_abort(http_peer *peer, uint64_t at)
{
    plan(peer, at, STEP_ABORT, NULL, 0);
}

typedef enum answer_framing {
    FRAMING_LENGTH,
    FRAMING_CHUNKS,
    FRAMING_END,    /* of the connection */
    FRAMING_EXCESS, /* more than it says */
} answer_framing;

static answer_framing any_framing(void)
{
    uint64_t draw = world_below(10);
    bool excess = world_strikes(FAULT_MALFORMED, 10);

    if (draw == 9)
        return FRAMING_END;
    if (excess)
        return FRAMING_EXCESS;
    return draw < 6 ? FRAMING_LENGTH : FRAMING_CHUNKS;
}

static void add(net_bytes *bytes, const char *text)
{
    net_bytes_add(bytes, text, strlen(text));
}

static void add_chunks(net_bytes *bytes, const char *body, size_t len)
{
    char size[32];

    while (len > 0) {
        size_t piece = 1 + world_below(len);

        snprintf(size, sizeof(size), "%zx\r\n", piece);
        add(bytes, size);
        net_bytes_add(bytes, body, piece);
        add(bytes, "\r\n");
        body += piece;
        len -= piece;
    }
    add(bytes, "0\r\n\r\n");
}

static void add_body(net_bytes *bytes, answer_framing framing, const char *body, size_t len)
{
    char length[64];

    if (framing == FRAMING_CHUNKS) {
        add(bytes, "Transfer-Encoding: chunked\r\n\r\n");
        add_chunks(bytes, body, len);
        return;
    }
    snprintf(length, sizeof(length), "Content-Length: %zu\r\n\r\n", len);
    add(bytes, framing == FRAMING_END ? "\r\n" : length);
    net_bytes_add(bytes, body, len);
    if (framing == FRAMING_EXCESS) /* no whole answer: nobody could tell that from the next request's */
        add(bytes, "and more than it said");
}

/* All at once, or a few bytes at a time. Returns when it is over. */
static uint64_t send_all(http_peer *peer, uint64_t at, const net_bytes *bytes)
{
    bool drips = world_strikes(FAULT_SLOW, 60);

    for (size_t i = 0, piece; i < bytes->len; i += piece) {
        piece = drips ? 1 + world_below(40) : bytes->len;
        piece = piece < bytes->len - i ? piece : bytes->len - i;
        plan(peer, at, STEP_SEND, bytes->ptr + i, piece);
        at += 1 + (drips ? world_below(400 * MILLISECOND) : 0);
    }
    return at;
}

void http_answer(http_peer *peer, uint64_t at, int status, const char *headers, const char *type, const char *body)
{
    char head[700];
    net_bytes bytes = {0};
    answer_framing framing = any_framing();
    bool closes = world_strikes(FAULT_END, 100), cut = world_strikes(FAULT_END, 25) && framing != FRAMING_END;

    if (world_chance(30))
        at = http_send(peer, at,
                       world_chance(500) ? "HTTP/1.1 100 Continue\r\n\r\n"
                                         : "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n");
    snprintf(head, sizeof(head), "HTTP/1.1 %d Whatever\r\n%s%s%s%s%s", status, headers, type ? "Content-Type: " : "",
             type ? type : "", type ? "\r\n" : "", framing == FRAMING_END || closes ? "Connection: close\r\n" : "");
    add(&bytes, head);
    add_body(&bytes, framing, body, strlen(body));
    if (cut)
        bytes.len = world_below(bytes.len);
    at = send_all(peer, at, &bytes);
    if (cut && world_chance(300))
        http_abort(peer, at + world_below(MILLISECOND));
    else if (cut || closes || framing == FRAMING_END || framing == FRAMING_EXCESS)
        http_end(peer, at + world_below(MILLISECOND));
    else
        http_free(peer, at);
}

void http_answer_json(http_peer *peer, uint64_t at, const char *body)
{
    http_answer(peer, at, 200, "", "application/json", body);
}

const char *http_header(const http_asked *asked, const char *name_and_colon)
{
    const char *found = strcasestr(asked->head, name_and_colon);

    return found ? found + strlen(name_and_colon) + strspn(found + strlen(name_and_colon), " ") : NULL;
}

/* "GET http://host/path HTTP/1.1": method and path, in memory of the world's. */
static bool split_line(const char *head, http_asked *ret_asked)
{
    char *method = world_alloc(16), *target = world_alloc(400);
    const char *path;

    if (sscanf(head, "%15s %399s HTTP/1.1", method, target) != 2)
        return false;
    path = strncmp(target, "http://", 7) == 0 ? strchr(target + 7, '/') : target;
    ret_asked->method = method;
    ret_asked->target = path ? path : "/";
    return true;
}

/* Says no before it has read all. */
static void turn_away(http_peer *peer)
{
    peer->busy = true;
    peer->received.at = peer->received.len;
    http_send(peer, world.there, "HTTP/1.1 503 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    http_end(peer, world.there + 1);
}

static void serve(http_peer *peer, const char *bytes, size_t head_len, size_t body_len)
{
    char *copy = world_alloc(head_len + body_len + 2), *body = copy + head_len + 1;
    http_asked asked = {.head = copy, .body = body, .body_len = body_len};
    bool is_request;

    memcpy(copy, bytes, head_len);
    memcpy(body, bytes + head_len, body_len);
    is_request = split_line(copy, &asked);
    INVARIANT(REQUESTS, is_request, "the server gets no request: %.60s", copy);
    if (!is_request)
        return;
    peer->busy = true;
    peer->moves++;
    world.exchanges++;
    service_at(peer->connection->host)->request(peer, &asked);
}

static size_t body_length(const char *head, size_t head_len)
{
    static const char name[] = "\r\ncontent-length: ";

    for (size_t i = 0; i + sizeof(name) < head_len; i++)
        if (strncasecmp(head + i, name, sizeof(name) - 1) == 0)
            return strtoul(head + i + sizeof(name) - 1, NULL, 10);
    return 0;
}

static void read_request(http_peer *peer)
{
    const char *start = peer->received.ptr + peer->received.at, *end;
    size_t there = peer->received.len - peer->received.at, head_len, body_len;

    if (peer->busy || peer->closed || there == 0)
        return;
    peer->moves++;
    end = memmem(start, there, "\r\n\r\n", 4);
    if (!end)
        return;
    head_len = (size_t)(end - start) + 4;
    body_len = body_length(start, head_len);
    if (there < head_len + body_len) {
        if (world_strikes(FAULT_REFUSAL, 20))
            turn_away(peer);
        return;
    }
    INVARIANT(REQUESTS, there == head_len + body_len, "a request comes before the last one is answered");
    peer->received.at += head_len + body_len;
    serve(peer, start, head_len, body_len);
}

static void on_bytes(net_connection *connection, const char *bytes, size_t len)
{
    http_peer *peer = connection->server;

    if (peer->closed)
        return;
    net_bytes_add(&peer->received, bytes, len);
    read_request(peer);
}

const world_server http_server = {"http", on_accept, on_bytes, on_ended};
