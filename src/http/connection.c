#include "http/connection.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/assert.h"
#include "http/pool.h"

enum {
    /* One that always has more to read, or always takes more, must not keep the loop from the others. */
    MAX_READS_PER_TURN = 4,
    MAX_SENT_PER_TURN = 512 * 1024,
    KEEP_ALIVE_MARGIN_S = 1, /* for the way there and back, and for clocks that are read late, on either side */
};

#define TO(state) (1u << WEFT__CONNECTION_##state)

static const uint8_t moves[] = {
    [WEFT__CONNECTION_OPENING] = TO(BUSY) | TO(IDLE) | TO(CLOSED),
    [WEFT__CONNECTION_BUSY] = TO(PAUSED) | TO(IDLE) | TO(CLOSED),
    [WEFT__CONNECTION_PAUSED] = TO(BUSY) | TO(CLOSED),
    [WEFT__CONNECTION_IDLE] = TO(BUSY) | TO(CLOSED),
    [WEFT__CONNECTION_CLOSED] = 0,
};
_Static_assert(sizeof(moves) == WEFT__CONNECTION_CLOSED + 1, "a row for each state");

static const weft__response_events response_events;

static void on_task(weft__task *task);

void weft__connection_enter(weft__connection *connection, weft__connection_state state)
{
    WEFT__ASSERT(connection->state <= WEFT__CONNECTION_CLOSED);
    WEFT__ASSERT(moves[connection->state] & (1u << state));
    connection->state = (uint8_t)state;
}

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
    weft__response_parser_init(&connection->parser, heap, &response_events);
    if (!weft__transport_open(&connection->transport, &origin->route)) {
        weft__free(heap, connection);
        return NULL;
    }
    connection->exchange = exchange;
    connection->lane = exchange->lane;
    exchange->connection = connection;
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
    weft__connection_enter(connection, WEFT__CONNECTION_CLOSED);
    connection->exchange = NULL;
    weft__transport_close(&connection->transport);
    weft__origin_forget(connection->origin, connection, state == WEFT__CONNECTION_IDLE);
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

    WEFT__ASSERT(connection->state == WEFT__CONNECTION_CLOSED && !connection->exchange && !connection->feeding);
    WEFT__ASSERT(!weft__link_is_linked(&connection->link));
    weft__response_parser_deinit(&connection->parser);
    free_stash(heap, connection->stash, connection->stash_len);
    weft__free(heap, connection);
}

/* Ends the exchange with a failure; the connection is of no more use. */
static void fail_with(weft__connection *connection, const weft__failure *failure)
{
    weft__exchange *exchange = connection->exchange;

    weft__connection_close(connection);
    if (exchange)
        weft__exchange_fail(exchange, failure);
}

static void fail(weft__connection *connection, weft_code code, const char *text)
{
    weft__failure failure = {.code = code};

    snprintf(failure.text, sizeof(failure.text), "%s", text);
    fail_with(connection, &failure);
}

static void fail_lost(weft__connection *connection, int status)
{
    const weft__exchange *exchange = connection->exchange;
    const char *when = exchange && exchange->state == WEFT__EXCHANGE_RECEIVING ? "in the middle of the answer"
                       : exchange && exchange->state == WEFT__EXCHANGE_SENDING ? "while the request was sent"
                                                                               : "before an answer came";
    weft__failure failure;

    if (weft__transport_explain(&connection->transport, &failure)) {
        fail_with(connection, &failure);
        return;
    }
    failure = (weft__failure){
        .code = WEFT_E_CONNECTION_LOST,
        .loss = status == 0 ? WEFT_LOSS_ENDED : WEFT_LOSS_RESET,
        .system_error = status,
    };
    if (status == 0)
        snprintf(failure.text, sizeof(failure.text), "the server closed the connection %s", when);
    else
        snprintf(failure.text, sizeof(failure.text), "connection lost %s: %s", when, weft__socket_error_text(status));
    fail_with(connection, &failure);
}

/* ---- sending ------------------------------------------------------------------------------------------------- */

/* Asks for what the connection waits for. Also after each event: an error on the socket has stopped the poll, and what
 * came before the error may not all be read yet. */
static void watch(weft__connection *connection)
{
    int events = connection->state == WEFT__CONNECTION_PAUSED ? 0 : WEFT__READABLE;

    if (connection->blocked)
        events |= WEFT__WRITABLE;
    weft__transport_watch(&connection->transport, events);
}

static void send_request(weft__connection *connection)
{
    weft__exchange *exchange = connection->exchange;
    uint64_t sent_before = exchange->sent, limit = sent_before + MAX_SENT_PER_TURN;
    weft__write_status status;
    int error = 0;

    WEFT__ASSERT(exchange->connection == connection && exchange->state >= WEFT__EXCHANGE_SENDING);
    WEFT__ASSERT(!connection->sent_whole);
    while ((status = weft__exchange_write(exchange, &connection->transport, limit, &error)) == WEFT__WRITE_DONE &&
           exchange->more) {
        exchange->offset = 0;
        if (!exchange->events->drained(exchange))
            break;
    }
    if (connection->exchange != exchange)
        return;
    if (status == WEFT__WRITE_BROKEN && exchange->sent == 0) {
        fail_lost(connection, error);
        return;
    }
    connection->blocked = status == WEFT__WRITE_BLOCKED;
    watch(connection);
    if (status == WEFT__WRITE_BROKEN || (status == WEFT__WRITE_DONE && !exchange->more)) {
        connection->sent_whole = true;
        /* An answer may have come before the server closed; reading finds it, or the same error. */
        connection->broken = status == WEFT__WRITE_BROKEN;
    }
    if (connection->sent_whole && exchange->state == WEFT__EXCHANGE_SENDING)
        weft__exchange_move(exchange, WEFT__EXCHANGE_WAITING);
    else if (exchange->sent != sent_before)
        exchange->progress_ms = weft__now_ms();
}

void weft__connection_lease(weft__connection *connection, weft__exchange *exchange)
{
    WEFT__ASSERT(!exchange->connection && (!connection->exchange || connection->exchange == exchange));
    WEFT__ASSERT(!connection->stash && connection->stash_len == 0);
    weft__connection_enter(connection, WEFT__CONNECTION_BUSY);
    connection->exchange = exchange;
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
    weft__exchange_move(exchange, WEFT__EXCHANGE_SENDING);
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

/* The two know each other no more; the pool is told next. */
static void end_lease(weft__connection *connection)
{
    WEFT__ASSERT(connection->exchange->connection == connection);
    connection->exchange->connection = NULL;
    connection->exchange = NULL;
}

/* The answer is whole. In this order: the exchange is over and the connection back in the pool, or closed, because
 * `done` may submit the exchange again at once, for a retry or a redirect, and find this very connection; then `done`;
 * and only then are those served who wait, for the answer may begin a cooldown, which parks them. */
static void finish(weft__connection *connection, bool reusable)
{
    weft__exchange *exchange = connection->exchange;
    weft__origin *origin = weft__origin_ref(connection->origin); /* telling may end its last user */

    WEFT__ASSERT(connection->state == WEFT__CONNECTION_BUSY && exchange->state == WEFT__EXCHANGE_RECEIVING);
    WEFT__ASSERT(!connection->feeding);
    /* An answer that came before the request was sent leaves the rest of the request in the way. */
    reusable = reusable && connection->sent_whole && !connection->broken && !is_old(connection);
    connection->idle_limit_ms = idle_limit_after(connection);
    connection->idle_since_ms = (uint32_t)exchange->progress_ms;
    end_lease(connection);
    weft__exchange_enter(exchange, WEFT__EXCHANGE_OFF);
    if (reusable && connection->idle_limit_ms > 0)
        weft__origin_release(origin, connection);
    else
        weft__connection_close(connection);
    exchange->events->done(exchange);
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
static void stash_rest(weft__connection *connection, const char *bytes, size_t len)
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
    weft__connection_enter(connection, WEFT__CONNECTION_PAUSED);
    watch(connection);
}

/* Whether to read on. */
static bool feed(weft__connection *connection, char *bytes, size_t len)
{
    size_t used = 0;
    weft__parse_status status;

    WEFT__ASSERT(connection->state == WEFT__CONNECTION_BUSY && !connection->feeding && !connection->stash);
    connection->feeding = true;
    status = weft__response_parser_feed(&connection->parser, bytes, len, &used);
    connection->feeding = false;
    if (connection->state == WEFT__CONNECTION_CLOSED)
        return false;
    switch (status) {
    case WEFT__PARSE_NEED_MORE:
        return true;
    case WEFT__PARSE_PAUSED:
        stash_rest(connection, bytes + used, len - used);
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
        WEFT__ASSERT(connection->state == WEFT__CONNECTION_BUSY && exchange->connection == connection);
        exchange->received += (uint64_t)got;
        is_secret = exchange->secret;
        if (exchange->state < WEFT__EXCHANGE_RECEIVING)
            weft__exchange_move(exchange, WEFT__EXCHANGE_RECEIVING);
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

/* A cooldown may have begun while the connection was opened. The exchange is still CONNECTING when it is
 * asked, and QUEUED when it was parked; then it has no connection, and this one goes to the pool unused. */
static bool park(weft__connection *connection)
{
    weft__exchange *exchange = connection->exchange;
    weft__origin *origin = connection->origin;

    end_lease(connection);
    exchange->progress_ms = weft__now_ms();
    if (!exchange->events->turn(exchange)) {
        connection->exchange = exchange;
        return false;
    }
    connection->idle_since_ms = connection->opened_ms;
    connection->idle_limit_ms = origin->pool->limits.keep_alive_ms;
    watch(connection);
    weft__origin_release(origin, connection);
    weft__origin_serve(origin);
    return true;
}

static void on_opened(weft__transport *transport)
{
    weft__connection *connection = connection_of(transport);
    char peer[128];

    WEFT__ASSERT(connection->state == WEFT__CONNECTION_OPENING && connection->exchange);
    weft__transport_peer(transport, peer, sizeof(peer));
    connection->peer = weft__peers_intern(heap_of(connection), &connection->origin->peers, peer);
    connection->opened_ms = (uint32_t)weft__now_ms();
    if (!park(connection))
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
        weft__exchange_fail(exchange, failure);
        return;
    }
    fail_with(connection, failure);
}

static void on_ready(weft__transport *transport, int events)
{
    weft__connection *connection = connection_of(transport);

    if ((events & WEFT__WRITABLE) && connection->exchange && !connection->sent_whole)
        send_request(connection);
    if ((events & WEFT__READABLE) &&
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
    weft__connection_enter(connection, WEFT__CONNECTION_PAUSED);
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
    weft__connection_enter(connection, WEFT__CONNECTION_BUSY);
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
