/* sim_reply.c - response heads, whole answers, and bodies made piece by piece. */
#include "sim_http.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { BATCH_BYTES = 16 * 1024 }; /* what one stream may write before the others have their turn */

static const struct {
    int status;
    const char *line;
} status_lines[] = {
    {200, "HTTP/1.1 200 OK\r\n"},
    {201, "HTTP/1.1 201 Created\r\n"},
    {202, "HTTP/1.1 202 Accepted\r\n"},
    {204, "HTTP/1.1 204 No Content\r\n"},
    {301, "HTTP/1.1 301 Moved Permanently\r\n"},
    {302, "HTTP/1.1 302 Found\r\n"},
    {303, "HTTP/1.1 303 See Other\r\n"},
    {307, "HTTP/1.1 307 Temporary Redirect\r\n"},
    {400, "HTTP/1.1 400 Bad Request\r\n"},
    {401, "HTTP/1.1 401 Unauthorized\r\n"},
    {402, "HTTP/1.1 402 Payment Required\r\n"},
    {403, "HTTP/1.1 403 Forbidden\r\n"},
    {404, "HTTP/1.1 404 Not Found\r\n"},
    {405, "HTTP/1.1 405 Method Not Allowed\r\n"},
    {408, "HTTP/1.1 408 Request Timeout\r\n"},
    {409, "HTTP/1.1 409 Conflict\r\n"},
    {410, "HTTP/1.1 410 Gone\r\n"},
    {413, "HTTP/1.1 413 Request Entity Too Large\r\n"},
    {415, "HTTP/1.1 415 Unsupported Media Type\r\n"},
    {417, "HTTP/1.1 417 Expectation Failed\r\n"},
    {422, "HTTP/1.1 422 Unprocessable Entity\r\n"},
    {429, "HTTP/1.1 429 Too Many Requests\r\n"},
    {431, "HTTP/1.1 431 Request Header Fields Too Large\r\n"},
    {500, "HTTP/1.1 500 Internal Server Error\r\n"},
    {501, "HTTP/1.1 501 Not Implemented\r\n"},
    {502, "HTTP/1.1 502 Bad Gateway\r\n"},
    {503, "HTTP/1.1 503 Service Unavailable\r\n"},
    {504, "HTTP/1.1 504 Gateway Timeout\r\n"},
};

static void append_status(weft__buffer *out, int status)
{
    char line[48];

    for (size_t i = 0; i < sizeof(status_lines) / sizeof(status_lines[0]); i++) {
        if (status_lines[i].status == status) {
            weft__buffer_append_text(out, status_lines[i].line);
            return;
        }
    }
    snprintf(line, sizeof(line), "HTTP/1.1 %d Status\r\n", status);
    weft__buffer_append_text(out, line);
}

/* The Date header, made once a second. */
static void append_date(sim_http *http, weft__buffer *out)
{
    uint64_t now_ms = uv_now(http->loop);
    time_t now;
    struct tm utc;

    if (!http->date[0] || now_ms - http->date_ms >= 1000) {
        now = time(NULL);
        strftime(http->date, sizeof(http->date), "Date: %a, %d %b %Y %H:%M:%S GMT\r\n", gmtime_r(&now, &utc));
        http->date_ms = now_ms;
    }
    weft__buffer_append_text(out, http->date);
}

static void append_length(weft__buffer *out, size_t len)
{
    char text[48], *digit = text + sizeof(text);

    *--digit = '\n';
    *--digit = '\r';
    do
        *--digit = (char)('0' + len % 10);
    while ((len /= 10) > 0);
    weft__buffer_append_text(out, "Content-Length: ");
    weft__buffer_append(out, digit, (size_t)(text + sizeof(text) - digit));
}

/* The head up to the framing headers, which differ. */
static void append_head(sim_exchange *exchange, weft__buffer *out, int status, const char *content_type)
{
    append_status(out, status);
    if (content_type) {
        weft__buffer_append_text(out, "Content-Type: ");
        weft__buffer_append_text(out, content_type);
        weft__buffer_append(out, "\r\n", 2);
    }
    append_date(exchange->http, out);
    weft__buffer_append(out, exchange->extra.data, exchange->extra.len);
}

static void append_connection(sim_exchange *exchange, weft__buffer *out)
{
    if (!exchange->keep_alive)
        weft__buffer_append_text(out, "Connection: close\r\n");
    else if (exchange->conn->parser.http_minor == 0)
        weft__buffer_append_text(out, "Connection: keep-alive\r\n");
}

void sim_reply_header(sim_exchange *exchange, const char *name, const char *value)
{
    weft__buffer_append_text(&exchange->extra, name);
    weft__buffer_append(&exchange->extra, ": ", 2);
    weft__buffer_append_text(&exchange->extra, value);
    weft__buffer_append(&exchange->extra, "\r\n", 2);
}

static bool has_no_body(const sim_exchange *exchange, int status)
{
    return status == 204 || status == 304 || exchange->conn->parser.method == HTTP_HEAD;
}

void sim_reply(sim_exchange *exchange, int status, const char *content_type, const void *body, size_t len)
{
    sim_http *http = exchange->http;
    sim_conn *conn = exchange->conn;
    weft__buffer *out = exchange->hold_ms ? &exchange->held : &http->scratch;
    bool cut = exchange->cut;

    exchange->answered = true;
    if (conn->state != SIM_CONN_ANSWERING)
        return;
    weft__buffer_clear(out);
    append_head(exchange, out, status, content_type);
    if (status != 204)
        append_length(out, len);
    append_connection(exchange, out);
    weft__buffer_append(out, "\r\n", 2);
    if (!has_no_body(exchange, status))
        weft__buffer_append(out, body, len);
    if (out->failed) {
        sim_conn_close(conn, true);
        return;
    }
    if (cut)
        out->len /= 2;
    if (exchange->hold_ms) {
        sim_timer_start(&http->timers, &exchange->timer, exchange->hold_ms);
        return;
    }
    sim_conn_send(conn, out->data, out->len);
    if (cut)
        sim_conn_close(conn, true);
    else
        sim_conn_answered(conn);
}

void sim_abort(sim_exchange *exchange)
{
    exchange->answered = true;
    sim_conn_close(exchange->conn, true);
}

static void end_stream(sim_stream *stream, bool reset)
{
    sim_conn *conn = stream->conn;
    sim_http *http = conn->http;

    if (reset) {
        sim_conn_close(conn, true);
        return;
    }
    conn->stream = NULL;
    http->counts.streams_open -= !stream->hidden;
    sim_timer_stop(&http->timers, &stream->timer);
    free(stream->head);
    stream->release(stream);
    sim_conn_answered(conn);
}

static void append_chunk_size(weft__buffer *out, size_t len)
{
    char size[24];
    int size_len = snprintf(size, sizeof(size), "%zx\r\n", len);

    weft__buffer_append(out, size, (size_t)size_len);
}

/* One piece as one chunk, as a server that flushes after every event sends it. */
static int64_t append_piece(sim_stream *stream, weft__buffer *out, weft__buffer *piece)
{
    int64_t wait;

    weft__buffer_clear(piece);
    wait = stream->next(stream, piece);
    if (piece->failed)
        return SIM_STREAM_RESET;
    if (stream->chunked && piece->len > 0) {
        append_chunk_size(out, piece->len);
        weft__buffer_append(out, piece->data, piece->len);
        weft__buffer_append(out, "\r\n", 2);
    } else {
        weft__buffer_append(out, piece->data, piece->len);
    }
    if (wait == SIM_STREAM_END && stream->chunked)
        weft__buffer_append_text(out, "0\r\n\r\n");
    return wait;
}

void sim_stream_run(sim_stream *stream)
{
    sim_conn *conn = stream->conn;
    sim_http *http = conn->http;
    weft__buffer *out = &http->scratch;
    int64_t wait;

    stream->waiting = conn->queued > 0;
    if (stream->waiting)
        return;
    weft__buffer_clear(out);
    if (stream->head) {
        weft__buffer_append(out, stream->head, stream->head_len);
        free(stream->head);
        stream->head = NULL;
    }
    do
        wait = append_piece(stream, out, &http->piece);
    while (wait == 0 && out->len < BATCH_BYTES);
    if (out->failed)
        wait = SIM_STREAM_RESET;
    sim_conn_send(conn, out->data, out->len);
    if (conn->state != SIM_CONN_STREAMING)
        return; /* the send found the connection dead, and the stream went with it */
    if (wait < 0)
        end_stream(stream, wait == SIM_STREAM_RESET);
    else if (conn->queued > 0 && wait == 0)
        stream->waiting = true;
    else
        sim_timer_start(&http->timers, &stream->timer, (uint64_t)wait);
}

static void on_stream_timer(weft__timer *timer)
{
    sim_stream_run((sim_stream *)(void *)((char *)timer - offsetof(sim_stream, timer)));
}

/* The stream's head as a copy of its own: the exchange goes before it is sent. */
static bool keep_head(sim_exchange *exchange, sim_stream *stream, const char *content_type)
{
    weft__buffer *out = &exchange->http->scratch;

    weft__buffer_clear(out);
    append_head(exchange, out, 200, content_type);
    if (stream->chunked)
        weft__buffer_append_text(out, "Transfer-Encoding: chunked\r\n");
    append_connection(exchange, out);
    weft__buffer_append(out, "\r\n", 2);
    stream->head = out->failed ? NULL : malloc(out->len);
    if (!stream->head)
        return false;
    memcpy(stream->head, out->data, out->len);
    stream->head_len = out->len;
    return true;
}

void sim_stream_start(sim_exchange *exchange, sim_stream *stream, const char *content_type, uint64_t after_ms)
{
    sim_conn *conn = exchange->conn;
    sim_http_counts *counts = &exchange->http->counts;

    exchange->answered = true;
    stream->conn = conn;
    stream->timer = (weft__timer){.callback = on_stream_timer};
    stream->waiting = false;
    stream->chunked = conn->parser.http_minor > 0;
    if (!stream->chunked)
        conn->keep_alive = exchange->keep_alive = false;
    if (conn->state != SIM_CONN_ANSWERING || !keep_head(exchange, stream, content_type)) {
        stream->release(stream);
        sim_conn_close(conn, true);
        return;
    }
    conn->stream = stream;
    conn->state = SIM_CONN_STREAMING;
    if (!stream->hidden) {
        counts->streams++;
        if (++counts->streams_open > counts->streams_open_max)
            counts->streams_open_max = counts->streams_open;
    }
    if (after_ms == 0)
        sim_stream_run(stream);
    else
        sim_timer_start(&conn->http->timers, &stream->timer, after_ms);
}

void sim_refuse(sim_conn *conn, int status, const char *reason)
{
    sim_http *http = conn->http;
    sim_exchange *exchange = conn->exchange;
    char body[256];
    int len;

    http->on_refused(http, status, reason, (weft_str){exchange->raw.data, exchange->raw.len});
    exchange->keep_alive = conn->keep_alive = false;
    exchange->hold_ms = 0;
    conn->state = SIM_CONN_ANSWERING;
    for (size_t i = 0; i < sizeof(status_lines) / sizeof(status_lines[0]); i++) {
        if (status_lines[i].status != status)
            continue;
        len = snprintf(body, sizeof(body), "%.*s: %s", (int)strlen(status_lines[i].line) - 11, status_lines[i].line + 9,
                       reason);
        sim_reply(exchange, status, "text/plain; charset=utf-8", body, (size_t)len);
        return;
    }
    sim_conn_close(conn, true);
}
