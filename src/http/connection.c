#include "http/connection.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "http/pool.h"

enum {
    /* One that always has more to read, or always takes more, must not keep the loop from the others. */
    MAX_READS_PER_TURN = 4,
    MAX_SENT_PER_TURN = 512 * 1024,
    KEEP_ALIVE_MARGIN_S = 1, /* for the way there and back, and for clocks that are read late, on either side */
};

static const weft__response_events response_events;

static void on_task(weft__task *task);

static weft__loop *loop_of(const weft__connection *connection)
{
    return connection->transport.route->loop;
}

/* Not by the origin, which may be gone before the memory of its last connection is. */
static weft__heap *heap_of(const weft__connection *connection)
{
    return weft__response_parser_heap(&connection->parser);
}

weft__connection *weft__connection_open(weft__origin *origin, weft__exchange *exchange)
{
    weft__heap *heap = &origin->pool->loop->heap;
    weft__connection *connection = weft__zalloc(heap, sizeof(*connection));

    if (!connection)
        return NULL;
    connection->origin = origin;
    connection->task.run = on_task;
    weft__response_parser_init(&connection->parser, heap, &response_events, NULL);
    if (!weft__transport_open(&connection->transport, &origin->route)) {
        weft__free(heap, connection);
        return NULL;
    }
    connection->exchange = exchange;
    connection->lane = exchange->lane;
    exchange->connection = connection;
    exchange->state = WEFT__EXCHANGE_CONNECTING;
    exchange->events->moved(exchange);
    return connection;
}

/* Closed, and out of everybody's sight; the memory goes in the loop's next turn, for a parser or a reader further up
 * the stack may still be looking at it. */
void weft__connection_close(weft__connection *connection)
{
    weft__connection_state state = connection->state;
    weft__exchange *exchange = connection->exchange;

    if (state == WEFT__CONNECTION_CLOSED)
        return;
    connection->state = WEFT__CONNECTION_CLOSED;
    connection->exchange = NULL;
    weft__transport_close(&connection->transport);
    weft__origin_forget(connection->origin, connection, state == WEFT__CONNECTION_IDLE);
    if (state != WEFT__CONNECTION_IDLE)
        weft__origin_release(connection->origin, connection, connection->lane);
    if (exchange)
        exchange->connection = NULL;
    weft__loop_defer(loop_of(connection), &connection->task);
}

/* Part of an answer, which may be a secret. */
static void free_stash(weft__heap *heap, char *stash, size_t len)
{
    if (stash)
        weft__wipe(stash, len);
    weft__free(heap, stash);
}

static void connection_free(weft__connection *connection)
{
    weft__heap *heap = heap_of(connection);

    weft__response_parser_deinit(&connection->parser);
    free_stash(heap, connection->stash, connection->stash_len);
    weft__free(heap, connection);
}

/* Ends the exchange with a failure; the connection is of no more use. */
static void fail(weft__connection *connection, weft_code code, const char *text)
{
    weft__exchange *exchange = connection->exchange;
    weft__failure failure = {.code = code};

    snprintf(failure.text, sizeof(failure.text), "%s", text);
    weft__connection_close(connection);
    if (exchange) {
        exchange->state = WEFT__EXCHANGE_OFF;
        exchange->events->failed(exchange, &failure);
    }
}

static void fail_lost(weft__connection *connection, int status)
{
    const weft__exchange *exchange = connection->exchange;
    char text[sizeof(((weft__failure *)0)->text)];
    const char *when = exchange && exchange->state == WEFT__EXCHANGE_RECEIVING ? "in the middle of the answer"
                       : exchange && exchange->state == WEFT__EXCHANGE_SENDING ? "while the request was sent"
                                                                               : "before an answer came";
    weft__failure failure;

    if (weft__transport_explain(&connection->transport, &failure)) {
        fail(connection, failure.code, failure.text);
        return;
    }
    if (status == 0)
        snprintf(text, sizeof(text), "the server closed the connection %s", when);
    else
        snprintf(text, sizeof(text), "connection lost %s: %s", when, uv_strerror(status));
    fail(connection, WEFT_E_CONNECTION_LOST, text);
}

/* ---- sending ------------------------------------------------------------------------------------------------- */

/* Drops what has been sent from the front of the parts. */
static int skip_sent(struct iovec *parts, int count, uint64_t sent)
{
    int first = 0;

    while (first < count && sent >= parts[first].iov_len)
        sent -= parts[first++].iov_len;
    if (first < count) {
        parts[first].iov_base = (char *)parts[first].iov_base + sent;
        parts[first].iov_len -= (size_t)sent;
    }
    return first;
}

/* Asks for what the connection waits for. Also after each event: an error on the socket has stopped the poll, and what
 * came before the error may not all be read yet. */
static void watch(weft__connection *connection)
{
    int events = connection->state == WEFT__CONNECTION_PAUSED ? 0 : UV_READABLE;

    if (connection->blocked)
        events |= UV_WRITABLE;
    weft__transport_watch(&connection->transport, events);
}

static void move(weft__exchange *exchange, weft__exchange_state state)
{
    exchange->state = (uint8_t)state;
    exchange->events->moved(exchange);
}

/* The beginning of the parts, at most `room` bytes of it. */
static int take_beginning(const struct iovec *parts, int count, uint64_t room, struct iovec *ret_parts)
{
    int taken = 0;

    while (taken < count && room > 0) {
        ret_parts[taken] = parts[taken];
        if (ret_parts[taken].iov_len > room)
            ret_parts[taken].iov_len = (size_t)room;
        room -= ret_parts[taken++].iov_len;
    }
    return taken;
}

/* What became of writing what the exchange has at hand. BLOCKED: the rest waits for room, or for the next turn. */
typedef enum write_status { WRITTEN, BLOCKED, BROKEN } write_status;

/* Until `limit` bytes of the request are written. */
static write_status write_parts(weft__connection *connection, uint64_t limit, int *ret_error)
{
    weft__exchange *exchange = connection->exchange;
    struct iovec parts[WEFT__REQUEST_PARTS], now[WEFT__REQUEST_PARTS];
    int count = exchange->events->gather(exchange, parts);
    int first = skip_sent(parts, count, exchange->offset);

    while (first < count) {
        int now_count = take_beginning(parts + first, count - first, limit - exchange->sent, now);
        ssize_t sent = now_count > 0 ? weft__transport_send(&connection->transport, now, now_count) : -EAGAIN;

        if (sent == -EAGAIN)
            return BLOCKED;
        if (sent < 0) {
            *ret_error = (int)sent;
            return BROKEN;
        }
        exchange->sent += (uint64_t)sent;
        exchange->offset += (uint64_t)sent;
        first += skip_sent(parts + first, count - first, (uint64_t)sent);
    }
    return WRITTEN;
}

static void send_request(weft__connection *connection)
{
    weft__exchange *exchange = connection->exchange;
    uint64_t sent_before = exchange->sent, limit = sent_before + MAX_SENT_PER_TURN;
    write_status status;
    int error = 0;

    while ((status = write_parts(connection, limit, &error)) == WRITTEN && exchange->more) {
        exchange->offset = 0;
        if (!exchange->events->drained(exchange))
            break;
    }
    if (connection->exchange != exchange)
        return;
    if (status == BROKEN && exchange->sent == 0) {
        fail_lost(connection, error);
        return;
    }
    connection->blocked = status == BLOCKED;
    watch(connection);
    if (status == BROKEN || (status == WRITTEN && !exchange->more)) {
        connection->sent_whole = true;
        /* An answer may have come before the server closed; reading finds it, or the same error. */
        connection->broken = status == BROKEN;
    }
    if (connection->sent_whole && exchange->state == WEFT__EXCHANGE_SENDING)
        move(exchange, WEFT__EXCHANGE_WAITING);
    else if (exchange->sent != sent_before)
        exchange->progress_ms = weft__now_ms();
}

void weft__connection_lease(weft__connection *connection, weft__exchange *exchange)
{
    connection->exchange = exchange;
    connection->state = WEFT__CONNECTION_BUSY;
    connection->lane = exchange->lane;
    exchange->connection = connection;
    exchange->reused = connection->served;
    exchange->sent = exchange->offset = 0;
    if (connection->served)
        loop_of(connection)->stats.connections_reused++;
    connection->served = true;
    connection->sent_whole = connection->broken = connection->blocked = false;
    weft__response_parser_limit(&connection->parser, &exchange->limits);
    weft__response_parser_reset(&connection->parser, exchange->is_head_request, connection);
    move(exchange, WEFT__EXCHANGE_SENDING);
    if (connection->exchange == exchange)
        send_request(connection);
}

void weft__connection_continue(weft__connection *connection)
{
    if (connection->exchange && connection->state != WEFT__CONNECTION_OPENING && !connection->sent_whole)
        send_request(connection);
}

static bool is_old(const weft__connection *connection)
{
    uint32_t max = connection->origin->pool->limits.max_age_ms;

    return max && (uint32_t)weft__now_ms() - connection->opened_ms > max;
}

uint32_t weft__connection_idle_left_ms(const weft__connection *connection)
{
    /* By the real clock: libuv's stands still while nobody runs the loop. */
    uint32_t idle_ms = (uint32_t)weft__now_ms() - connection->idle_since_ms;

    return idle_ms < connection->idle_limit_ms ? connection->idle_limit_ms - idle_ms : 0;
}

bool weft__connection_is_usable(weft__connection *connection)
{
    return !is_old(connection) && weft__connection_idle_left_ms(connection) > 0 &&
           !weft__transport_has_ended(&connection->transport) && weft__transport_is_quiet(&connection->transport);
}

/* How long it may stay idle after an answer: a server that is about to close it would lose the next request. */
static uint32_t idle_limit_after(const weft__connection *connection)
{
    uint32_t own_ms = connection->origin->pool->limits.keep_alive_ms;
    uint64_t server_s = weft__response_parser_keep_alive_s(&connection->parser);
    uint64_t server_ms = server_s > KEEP_ALIVE_MARGIN_S ? (server_s - KEEP_ALIVE_MARGIN_S) * 1000 : 0;

    if (server_s == WEFT__KEEP_ALIVE_UNKNOWN)
        return own_ms;
    return server_ms < own_ms ? (uint32_t)server_ms : own_ms;
}

/* ---- receiving ----------------------------------------------------------------------------------------------- */

static weft__parse_flow to_parse_flow(weft__flow flow)
{
    switch (flow) {
    case WEFT__FLOW_GO:
        return WEFT__PARSE_GO;
    case WEFT__FLOW_PAUSE:
        return WEFT__PARSE_PAUSE;
    case WEFT__FLOW_STOP:
        break;
    }
    return WEFT__PARSE_STOP;
}

static bool on_fields(void *arg, weft_str lines)
{
    weft__connection *connection = arg;

    return connection->exchange->events->fields(connection->exchange, lines);
}

static weft__parse_flow on_head(void *arg, int status, int64_t content_length)
{
    weft__connection *connection = arg;

    return to_parse_flow(connection->exchange->events->head(connection->exchange, status, content_length));
}

static weft__parse_flow on_body(void *arg, char *bytes, size_t len, size_t *used)
{
    weft__connection *connection = arg;

    return to_parse_flow(connection->exchange->events->body(connection->exchange, bytes, len, used));
}

static const weft__response_events response_events = {on_fields, on_head, on_body};

/* The answer is whole: the connection serves the next exchange, or goes; then the exchange is told. */
static void finish(weft__connection *connection, bool reusable)
{
    weft__exchange *exchange = connection->exchange;
    weft__origin *origin = weft__origin_ref(connection->origin); /* telling may end its last user */

    /* An answer that came before the request was sent leaves the rest of the request in the way. */
    reusable = reusable && connection->sent_whole && !connection->broken && !is_old(connection);
    connection->idle_limit_ms = idle_limit_after(connection);
    exchange->connection = NULL;
    exchange->state = WEFT__EXCHANGE_OFF;
    connection->exchange = NULL;
    if (reusable && connection->idle_limit_ms > 0) {
        connection->state = WEFT__CONNECTION_IDLE;
        connection->idle_since_ms = (uint32_t)exchange->progress_ms;
        weft__origin_release(connection->origin, connection, connection->lane);
    } else {
        weft__connection_close(connection);
    }
    exchange->events->done(exchange);
    /* Only now: the answer may ask for a pause. */
    weft__origin_serve(origin);
    weft__origin_unref(origin);
}

static void fail_parse(weft__connection *connection, weft__parse_status status)
{
    weft__parse_problem problem;
    char text[sizeof(((weft__failure *)0)->text)];

    weft__response_parser_explain(&connection->parser, &problem);
    snprintf(text, sizeof(text), "%s at byte %llu of the answer's %s", problem.reason,
             (unsigned long long)problem.position, problem.in_body ? "body" : "head");
    switch (status) {
    case WEFT__PARSE_CLOSED:
    case WEFT__PARSE_TRUNCATED:
        fail_lost(connection, 0);
        break;
    case WEFT__PARSE_HEAD_TOO_LARGE:
    case WEFT__PARSE_TOO_MANY_HEADERS:
        fail(connection, WEFT_E_TOO_LARGE, text);
        break;
    case WEFT__PARSE_NO_MEMORY:
        fail(connection, WEFT_E_NO_MEMORY, "out of memory for the answer");
        break;
    default:
        fail(connection, WEFT_E_PROTOCOL, text);
    }
}

/* Keeps what was read and not parsed; `bytes` may lie in the stash itself. */
static void hold_back(weft__connection *connection, const char *bytes, size_t len)
{
    char *stash = NULL;

    if (len > 0) {
        stash = weft__alloc(heap_of(connection), len);
        if (!stash) {
            fail(connection, WEFT_E_NO_MEMORY, "out of memory for the answer");
            return;
        }
        memcpy(stash, bytes, len);
    }
    free_stash(heap_of(connection), connection->stash, connection->stash_len);
    connection->stash = stash;
    connection->stash_len = len;
    connection->state = WEFT__CONNECTION_PAUSED;
    watch(connection);
}

/* Whether to read on. */
static bool feed(weft__connection *connection, char *bytes, size_t len)
{
    size_t used = 0;
    weft__parse_status status;

    connection->feeding = true;
    status = weft__response_parser_feed(&connection->parser, bytes, len, &used);
    connection->feeding = false;
    if (connection->state == WEFT__CONNECTION_CLOSED)
        return false;
    switch (status) {
    case WEFT__PARSE_NEED_MORE:
        return true;
    case WEFT__PARSE_PAUSED:
        hold_back(connection, bytes + used, len - used);
        return false;
    case WEFT__PARSE_DONE:
        finish(connection, used == len && weft__response_parser_keeps_alive(&connection->parser));
        return false;
    case WEFT__PARSE_STOPPED:
        /* Whoever stops has cancelled the exchange, and that closes the connection. */
        weft__connection_close(connection);
        return false;
    default:
        fail_parse(connection, status);
        return false;
    }
}

static void on_end(weft__connection *connection, int status)
{
    weft__parse_status parsed;

    if (connection->state == WEFT__CONNECTION_IDLE) {
        weft__connection_close(connection);
        return;
    }
    if (status < 0) {
        fail_lost(connection, status);
        return;
    }
    parsed = weft__response_parser_finish(&connection->parser);
    if (parsed == WEFT__PARSE_DONE)
        finish(connection, false);
    else
        fail_parse(connection, parsed);
}

static void receive(weft__connection *connection)
{
    char *buffer = loop_of(connection)->read_buffer;
    uint64_t began_ms = UINT64_MAX;

    for (int i = 0; i < MAX_READS_PER_TURN; i++) {
        weft__exchange *exchange = connection->exchange;
        ssize_t got = weft__transport_receive(&connection->transport, buffer, WEFT__READ_BUFFER_BYTES);
        bool is_secret, goes_on;

        if (got == -EAGAIN)
            return;
        /* Nothing was asked of an idle connection: what comes can only be its end, or garbage. */
        if (got <= 0 || !exchange) {
            on_end(connection, (int)(got < 0 ? got : 0));
            return;
        }
        exchange->received += (uint64_t)got;
        is_secret = exchange->secret;
        if (exchange->state < WEFT__EXCHANGE_RECEIVING)
            move(exchange, WEFT__EXCHANGE_RECEIVING);
        else
            exchange->progress_ms = weft__now_ms();
        if (i == 0)
            began_ms = exchange->progress_ms;
        goes_on = feed(connection, buffer, (size_t)got);
        if (is_secret)
            weft__wipe(buffer, (size_t)got);
        /* A read that did not fill the buffer took all there was. */
        if (!goes_on || got < WEFT__READ_BUFFER_BYTES || weft__now_ms() > began_ms)
            return; /* the next turn tells again of what is left */
    }
}

/* ---- events of the transport and the loop -------------------------------------------------------------------- */

static weft__connection *connection_of(weft__transport *transport)
{
    return WEFT__CONTAINER_OF(transport, weft__connection, transport);
}

/* Few addresses stand behind an origin: each is written down once. */
static const char *intern_peer(weft__connection *connection)
{
    weft__origin *origin = connection->origin;
    weft__peer *peer;
    char text[128];

    weft__transport_peer(&connection->transport, text, sizeof(text));
    for (peer = origin->peers; peer; peer = peer->next)
        if (strcmp(peer->text, text) == 0)
            return peer->text;
    peer = weft__alloc(heap_of(connection), sizeof(*peer) + strlen(text) + 1);
    if (!peer)
        return "";
    strcpy(peer->text, text);
    peer->next = origin->peers;
    origin->peers = peer;
    return peer->text;
}

/* The server may have asked for a pause while the connection was opened: it stays in the pool, and its exchange waits
 * elsewhere. */
static bool take_back(weft__connection *connection)
{
    weft__exchange *exchange = connection->exchange;
    weft__origin *origin = connection->origin;

    exchange->state = WEFT__EXCHANGE_OFF;
    exchange->connection = NULL;
    exchange->progress_ms = weft__now_ms();
    if (!exchange->events->postpone(exchange)) {
        exchange->connection = connection;
        return false;
    }
    connection->exchange = NULL;
    connection->state = WEFT__CONNECTION_IDLE;
    connection->idle_since_ms = connection->opened_ms;
    connection->idle_limit_ms = origin->pool->limits.keep_alive_ms;
    watch(connection);
    weft__origin_release(origin, connection, connection->lane);
    weft__origin_serve(origin);
    return true;
}

static void on_opened(weft__transport *transport)
{
    weft__connection *connection = connection_of(transport);

    connection->peer = intern_peer(connection);
    connection->opened_ms = (uint32_t)weft__now_ms();
    if (!take_back(connection))
        weft__connection_lease(connection, connection->exchange);
}

static void on_open_failed(weft__transport *transport, const weft__failure *failure)
{
    weft__connection *connection = connection_of(transport);
    weft__exchange *exchange = connection->exchange;

    if (failure->no_descriptors) {
        weft__connection_close(connection);
        if (weft__origin_wait(connection->origin, exchange))
            return;
        exchange->state = WEFT__EXCHANGE_OFF;
        exchange->events->failed(exchange, failure);
        return;
    }
    fail(connection, failure->code, failure->text);
}

static void on_ready(weft__transport *transport, int events)
{
    weft__connection *connection = connection_of(transport);

    if ((events & UV_WRITABLE) && connection->exchange && !connection->sent_whole)
        send_request(connection);
    if ((events & UV_READABLE) &&
        (connection->state == WEFT__CONNECTION_BUSY || connection->state == WEFT__CONNECTION_IDLE))
        receive(connection);
    if (connection->state != WEFT__CONNECTION_CLOSED)
        watch(connection);
}

const weft__transport_events weft__connection_transport_events = {on_opened, on_open_failed, on_ready};

void weft__connection_pause(weft__connection *connection)
{
    if (connection->state == WEFT__CONNECTION_PAUSED)
        weft__loop_undefer(&connection->task); /* a resume that has not come to pass */
    if (connection->state != WEFT__CONNECTION_BUSY || connection->feeding)
        return;
    connection->state = WEFT__CONNECTION_PAUSED;
    watch(connection);
}

void weft__connection_resume(weft__connection *connection)
{
    if (connection->state == WEFT__CONNECTION_PAUSED)
        weft__loop_defer(loop_of(connection), &connection->task);
}

static void go_on(weft__connection *connection)
{
    char *stash = connection->stash;
    size_t len = connection->stash_len;

    connection->stash = NULL;
    connection->stash_len = 0;
    connection->state = WEFT__CONNECTION_BUSY;
    connection->exchange->progress_ms = weft__now_ms();
    watch(connection);
    /* Also without bytes: the parser may hold an end that it was not let tell. */
    feed(connection, stash, len);
    free_stash(heap_of(connection), stash, len);
}

static void on_task(weft__task *task)
{
    weft__connection *connection = WEFT__CONTAINER_OF(task, weft__connection, task);

    if (connection->state == WEFT__CONNECTION_CLOSED)
        connection_free(connection);
    else if (connection->state == WEFT__CONNECTION_PAUSED)
        go_on(connection);
}
