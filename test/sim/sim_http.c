/* sim_http.c - listening, connections, and when each reads, answers and ends. */
#include "sim_http.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    READ_SIZE = 64 * 1024,
    BEHIND_MAX_BYTES = 1024 * 1024, /* pipelined bytes kept while an answer is under way */
    LINGER_MS = 2000,
    BACKLOG = 4096,
};

typedef struct pending_write {
    uv_write_t request;
    size_t len;
    char bytes[];
} pending_write;

static void on_closed(uv_handle_t *handle)
{
    free(handle->data);
}

void sim_conn_close(sim_conn *conn, bool reset)
{
    sim_http *http = conn->http;
    sim_exchange *exchange = conn->exchange;

    if (conn->state == SIM_CONN_CLOSED)
        return;
    if (conn->state == SIM_CONN_STREAMING || conn->state == SIM_CONN_ANSWERING)
        http->counts.aborted++;
    conn->state = SIM_CONN_CLOSED;
    sim_timer_stop(&http->timers, &conn->timer);
    if (conn->stream) {
        sim_stream *stream = conn->stream;

        conn->stream = NULL;
        sim_timer_stop(&http->timers, &stream->timer);
        http->counts.streams_open -= !stream->hidden;
        free(stream->head);
        stream->release(stream);
    }
    if (exchange && exchange->gone && exchange->whole && !exchange->answered)
        exchange->gone(exchange);
    /* Inside sim_conn_advance the exchange is still being looked at; it gives it back itself. */
    if (exchange && !conn->advancing) {
        conn->exchange = NULL;
        sim_exchange_give_back(exchange);
    }
    if (conn->previous)
        conn->previous->next = conn->next;
    else
        http->conns = conn->next;
    if (conn->next)
        conn->next->previous = conn->previous;
    http->counts.connections_open--;
    if (!reset || conn->uv.handle.type != UV_TCP || uv_tcp_close_reset(&conn->uv.tcp, on_closed) != 0)
        uv_close(&conn->uv.handle, on_closed);
}

static void on_timer(weft__timer *timer)
{
    sim_conn_close((sim_conn *)(void *)((char *)timer - offsetof(sim_conn, timer)), false);
}

/* Ends a connection whose answers are all sent: FIN first, and RST only if the peer will not stop. */
static void linger(sim_conn *conn)
{
    int fd;

    conn->state = SIM_CONN_LINGERING;
    if (uv_fileno(&conn->uv.handle, &fd) == 0)
        shutdown(fd, SHUT_WR);
    sim_timer_start(&conn->http->timers, &conn->timer, LINGER_MS);
}

/* The queue is empty: what waited for that goes on. */
static void drained(sim_conn *conn)
{
    if (conn->state == SIM_CONN_FLUSHING)
        linger(conn);
    else if (conn->state == SIM_CONN_STREAMING && conn->stream->waiting)
        sim_stream_run(conn->stream);
    else if (conn->state == SIM_CONN_READING)
        sim_conn_advance(conn);
}

static void on_written(uv_write_t *request, int status)
{
    pending_write *pending = (pending_write *)request;
    sim_conn *conn = request->handle->data;

    conn->queued--;
    if (status == 0)
        conn->http->counts.bytes_out += pending->len;
    free(pending);
    if (conn->state == SIM_CONN_CLOSED)
        return;
    if (status < 0)
        sim_conn_close(conn, false);
    else if (conn->queued == 0)
        drained(conn);
}

void sim_conn_send(sim_conn *conn, const char *bytes, size_t len)
{
    uv_buf_t part = uv_buf_init((char *)(uintptr_t)bytes, (unsigned)len);
    pending_write *pending;
    int sent = 0;

    if (conn->state == SIM_CONN_CLOSED || len == 0)
        return;
    if (conn->queued == 0)
        sent = uv_try_write(&conn->uv.stream, &part, 1);
    if (sent < 0 && sent != UV_EAGAIN) {
        sim_conn_close(conn, false);
        return;
    }
    if (sent < 0)
        sent = 0;
    conn->http->counts.bytes_out += (uint64_t)sent;
    if ((size_t)sent == len)
        return;
    len -= (size_t)sent;
    pending = malloc(sizeof(*pending) + len);
    if (!pending) {
        sim_conn_close(conn, true);
        return;
    }
    pending->len = len;
    memcpy(pending->bytes, bytes + sent, len);
    part = uv_buf_init(pending->bytes, (unsigned)len);
    if (uv_write(&pending->request, &conn->uv.stream, &part, 1, on_written) != 0) {
        free(pending);
        sim_conn_close(conn, false);
        return;
    }
    conn->queued++;
    /* on_written frees what is pending. */
    /* cppcheck-suppress memleak */
}

void sim_conn_answered(sim_conn *conn)
{
    sim_http *http = conn->http;

    if (conn->state == SIM_CONN_CLOSED)
        return;
    http->counts.responses++;
    conn->answers++;
    if (http->options.requests_per_connection && conn->answers >= http->options.requests_per_connection)
        conn->keep_alive = false;
    if (conn->keep_alive) {
        conn->state = SIM_CONN_READING;
        sim_conn_advance(conn);
        return;
    }
    conn->state = SIM_CONN_FLUSHING;
    if (conn->queued == 0)
        linger(conn);
}

static void alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *buf)
{
    sim_conn *conn = handle->data;

    (void)suggested;
    *buf = uv_buf_init(conn->http->read_memory, READ_SIZE);
}

static void on_read(uv_stream_t *stream, ssize_t nread, const uv_buf_t *buf)
{
    sim_conn *conn = stream->data;
    sim_exchange *exchange;

    if (nread == 0 || conn->state == SIM_CONN_CLOSED)
        return;
    if (nread < 0) {
        if (conn->state == SIM_CONN_READING && conn->exchange && conn->exchange->raw.len > 0)
            conn->http->on_refused(conn->http, 0, "the connection ended inside a request",
                                   (weft_str){conn->exchange->raw.data, conn->exchange->raw.len});
        sim_conn_close(conn, false);
        return;
    }
    conn->http->counts.bytes_in += (uint64_t)nread;
    if (conn->state == SIM_CONN_FLUSHING || conn->state == SIM_CONN_LINGERING)
        return;
    exchange = sim_exchange_take(conn);
    if (!exchange || !weft__buffer_append(&exchange->raw, buf->base, (size_t)nread)) {
        sim_conn_close(conn, true);
        return;
    }
    if (conn->state == SIM_CONN_READING && conn->queued == 0) {
        sim_conn_advance(conn);
    } else if (exchange->raw.len - (exchange->whole ? exchange->fed : 0) > BEHIND_MAX_BYTES) {
        uv_read_stop(stream);
        conn->reading = false;
    }
}

/* Lets the parser see what was received; a whole request goes to the service. */
static void feed(sim_conn *conn)
{
    sim_http *http = conn->http;
    sim_exchange *exchange = conn->exchange;
    llhttp_errno_t error;

    error = llhttp_execute(&conn->parser, exchange->raw.data + exchange->fed, exchange->raw.len - exchange->fed);
    if (conn->state != SIM_CONN_READING)
        return;
    if (error == HPE_OK) {
        exchange->fed = exchange->raw.len;
        if (!exchange->head_done && exchange->fed > http->options.head_max_bytes)
            sim_refuse(conn, 431, "request head too large");
        return;
    }
    if (error == HPE_PAUSED && exchange->whole) {
        exchange->fed = (size_t)(llhttp_get_error_pos(&conn->parser) - exchange->raw.data);
        conn->keep_alive = exchange->keep_alive;
        conn->state = SIM_CONN_ANSWERING;
        http->counts.requests++;
        http->on_request(http, exchange);
        return;
    }
    if (exchange->refusal)
        sim_refuse(conn, exchange->refusal, exchange->refusal_reason);
    else
        sim_refuse(conn, 400, llhttp_get_error_reason(&conn->parser));
}

/* Idle again: no exchange is held, and the idle limit runs. */
static void settle(sim_conn *conn)
{
    sim_http *http = conn->http;

    if (conn->exchange && (conn->state == SIM_CONN_CLOSED || conn->exchange->raw.len == 0)) {
        sim_exchange_give_back(conn->exchange);
        conn->exchange = NULL;
    }
    if (conn->state == SIM_CONN_CLOSED)
        return;
    if (!conn->reading && uv_read_start(&conn->uv.stream, alloc, on_read) == 0)
        conn->reading = true;
    if (conn->state == SIM_CONN_READING && http->options.idle_timeout_ms)
        sim_timer_start(&http->timers, &conn->timer, http->options.idle_timeout_ms);
    else if (conn->state != SIM_CONN_LINGERING)
        sim_timer_stop(&http->timers, &conn->timer);
}

void sim_conn_advance(sim_conn *conn)
{
    sim_exchange *exchange;

    if (conn->advancing)
        return;
    conn->advancing = true;
    for (;;) {
        exchange = conn->exchange;
        /* An answered request makes room for the one behind it, also while a stream goes on. */
        if (exchange && exchange->answered && !weft__timer_is_set(&exchange->timer))
            sim_exchange_next(exchange);
        if (conn->state != SIM_CONN_READING || conn->queued || !exchange || exchange->fed == exchange->raw.len)
            break;
        if (exchange->fed == 0)
            llhttp_reset(&conn->parser);
        feed(conn);
    }
    conn->advancing = false;
    settle(conn);
}

static void on_connection(uv_stream_t *listener, int status)
{
    sim_http *http = listener->data;
    sim_conn *conn = status == 0 ? calloc(1, sizeof(*conn)) : NULL;

    if (!conn)
        return;
    conn->http = http;
    conn->timer.callback = on_timer;
    if (listener->type == UV_TCP)
        uv_tcp_init(http->loop, &conn->uv.tcp);
    else
        uv_pipe_init(http->loop, &conn->uv.pipe, 0);
    conn->uv.handle.data = conn;
    llhttp_init(&conn->parser, HTTP_REQUEST, &sim_request_settings);
    conn->parser.data = conn;
    conn->next = http->conns;
    if (conn->next)
        conn->next->previous = conn;
    http->conns = conn;
    http->counts.connections_open++;
    if (uv_accept(listener, &conn->uv.stream) != 0) {
        sim_conn_close(conn, false);
        return;
    }
    if (http->options.connections_max && http->counts.connections_open > http->options.connections_max) {
        http->counts.connections_refused++;
        sim_conn_close(conn, true);
        return;
    }
    http->counts.connections++;
    if (http->counts.connections_open > http->counts.connections_open_max)
        http->counts.connections_open_max = http->counts.connections_open;
    if (listener->type == UV_TCP)
        uv_tcp_nodelay(&conn->uv.tcp, 1);
    settle(conn);
}

static int listen_tcp(sim_http *http)
{
    struct sockaddr_storage address;
    int status;

    status = uv_ip4_addr(http->options.host, http->options.port, (struct sockaddr_in *)&address);
    if (status != 0)
        status = uv_ip6_addr(http->options.host, http->options.port, (struct sockaddr_in6 *)&address);
    uv_tcp_init(http->loop, &http->listener.tcp);
    if (status == 0)
        status = uv_tcp_bind(&http->listener.tcp, (const struct sockaddr *)&address, 0);
    return status;
}

int sim_http_open(sim_http *http, uv_loop_t *loop)
{
    int status;

    http->loop = loop;
    weft__heap_init(&http->heap, NULL);
    sim_timers_init(&http->timers, loop);
    weft__buffer_init(&http->scratch, &http->heap, SIZE_MAX / 2);
    weft__buffer_init(&http->piece, &http->heap, SIZE_MAX / 2);
    http->read_memory = malloc(READ_SIZE);
    if (http->options.unix_path) {
        uv_pipe_init(loop, &http->listener.pipe, 0);
        unlink(http->options.unix_path);
        status = uv_pipe_bind(&http->listener.pipe, http->options.unix_path);
    } else {
        status = listen_tcp(http);
    }
    http->listener.handle.data = http;
    if (status == 0)
        status = uv_listen(&http->listener.stream, BACKLOG, on_connection);
    return http->read_memory ? status : UV_ENOMEM;
}

void sim_http_address(const sim_http *http, char *text, size_t size)
{
    struct sockaddr_storage address = {0};
    int len = sizeof(address);
    char host[64] = "";
    bool six;

    if (http->options.unix_path) {
        snprintf(text, size, "unix:%s", http->options.unix_path);
        return;
    }
    uv_tcp_getsockname(&http->listener.tcp, (struct sockaddr *)&address, &len);
    six = address.ss_family == AF_INET6;
    if (six)
        uv_ip6_name((struct sockaddr_in6 *)&address, host, sizeof(host));
    else
        uv_ip4_name((struct sockaddr_in *)&address, host, sizeof(host));
    snprintf(text, size, "http://%s%s%s:%d", six ? "[" : "", host, six ? "]" : "",
             ntohs(six ? ((struct sockaddr_in6 *)&address)->sin6_port : ((struct sockaddr_in *)&address)->sin_port));
}

void sim_http_close(sim_http *http)
{
    while (http->conns)
        sim_conn_close(http->conns, false);
    uv_close(&http->listener.handle, NULL);
    sim_timers_close(&http->timers);
}

void sim_http_free(sim_http *http)
{
    while (http->spare) {
        sim_exchange *exchange = http->spare;

        http->spare = exchange->next_spare;
        sim_exchange_free(exchange);
    }
    if (http->options.unix_path)
        unlink(http->options.unix_path);
    weft__buffer_deinit(&http->scratch);
    weft__buffer_deinit(&http->piece);
    weft__heap_deinit(&http->heap);
    free(http->read_memory);
}
