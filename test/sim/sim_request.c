/* sim_request.c - exchanges: what the parser found, as offsets into the bytes received, and their reuse. */
#include "sim_http.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum {
    SPARE_MAX = 1024,              /* exchanges kept for reuse */
    KEPT_BUFFER_BYTES = 64 * 1024, /* larger buffers go back to the system */
};

static size_t offset_of(const sim_exchange *exchange, const char *at)
{
    return (size_t)(at - exchange->raw.data);
}

static int refuse(sim_exchange *exchange, int status, const char *reason)
{
    exchange->refusal = status;
    exchange->refusal_reason = reason;
    return -1;
}

static sim_exchange *exchange_of(llhttp_t *parser)
{
    return ((sim_conn *)parser->data)->exchange;
}

static int on_url(llhttp_t *parser, const char *at, size_t length)
{
    sim_exchange *exchange = exchange_of(parser);

    if (exchange->target_len == 0)
        exchange->target_at = offset_of(exchange, at);
    exchange->target_len += length;
    return 0;
}

static int on_header_field(llhttp_t *parser, const char *at, size_t length)
{
    sim_exchange *exchange = exchange_of(parser);
    sim_header *header;

    if (exchange->head_done)
        return 0; /* a trailer */
    if (exchange->in_value || exchange->header_count == 0) {
        if (exchange->header_count == SIM_HEADERS_MAX)
            return refuse(exchange, 431, "too many headers");
        header = &exchange->headers[exchange->header_count++];
        *header = (sim_header){.name_at = (uint32_t)offset_of(exchange, at)};
        exchange->in_value = false;
    }
    exchange->headers[exchange->header_count - 1].name_len += (uint32_t)length;
    return 0;
}

static int on_header_value(llhttp_t *parser, const char *at, size_t length)
{
    sim_exchange *exchange = exchange_of(parser);
    sim_header *header;

    if (exchange->head_done)
        return 0;
    header = &exchange->headers[exchange->header_count - 1];
    if (!exchange->in_value)
        header->value_at = (uint32_t)offset_of(exchange, at);
    header->value_len += (uint32_t)length;
    exchange->in_value = true;
    return 0;
}

/* Go's server, which the real services run on, refuses these before any handler sees them. */
static int check_head(sim_exchange *exchange, const llhttp_t *parser)
{
    weft_str expect = sim_request_header(exchange, "expect");

    if (parser->http_minor > 0 && !sim_request_header(exchange, "host").ptr)
        return refuse(exchange, 400, "missing required Host header");
    if (sim_request_header_count(exchange, "host") > 1)
        return refuse(exchange, 400, "too many Host headers");
    if (expect.ptr && (expect.len != 12 || strncasecmp(expect.ptr, "100-continue", 12) != 0))
        return refuse(exchange, 417, "unknown Expect value");
    return 0;
}

static int on_headers_complete(llhttp_t *parser)
{
    static const char interim[] = "HTTP/1.1 100 Continue\r\n\r\n";
    sim_conn *conn = parser->data;
    sim_exchange *exchange = conn->exchange;
    sim_http *http = conn->http;
    const sim_header *last = &exchange->headers[exchange->header_count ? exchange->header_count - 1 : 0];
    bool has_body;

    exchange->head_done = true;
    exchange->chunked = (parser->flags & F_CHUNKED) != 0;
    if (exchange->header_count > 0 && last->value_at + last->value_len > http->options.head_max_bytes)
        return refuse(exchange, 431, "request head too large");
    if (check_head(exchange, parser) != 0)
        return -1;
    if (!exchange->chunked && parser->content_length > http->options.body_max_bytes)
        return refuse(exchange, 413, "request body too large");
    has_body = exchange->chunked || ((parser->flags & F_CONTENT_LENGTH) && parser->content_length > 0);
    if (has_body && parser->http_minor > 0 && sim_request_header(exchange, "expect").ptr)
        sim_conn_send(conn, interim, sizeof(interim) - 1);
    return 0;
}

static int on_body(llhttp_t *parser, const char *at, size_t length)
{
    sim_exchange *exchange = exchange_of(parser);

    if (exchange->joined.len + exchange->body_len + length > exchange->http->options.body_max_bytes)
        return refuse(exchange, 413, "request body too large");
    if (exchange->chunked)
        return weft__buffer_append(&exchange->joined, at, length) ? 0 : refuse(exchange, 413, "out of memory");
    if (exchange->body_len == 0)
        exchange->body_at = offset_of(exchange, at);
    exchange->body_len += length;
    return 0;
}

static int on_message_complete(llhttp_t *parser)
{
    sim_exchange *exchange = exchange_of(parser);

    exchange->whole = true;
    exchange->keep_alive = llhttp_should_keep_alive(parser) && !parser->upgrade;
    return HPE_PAUSED;
}

const llhttp_settings_t sim_request_settings = {
    .on_url = on_url,
    .on_header_field = on_header_field,
    .on_header_value = on_header_value,
    .on_headers_complete = on_headers_complete,
    .on_body = on_body,
    .on_message_complete = on_message_complete,
};

static void on_hold_over(weft__timer *timer)
{
    sim_exchange *exchange = (sim_exchange *)(void *)((char *)timer - offsetof(sim_exchange, timer));
    sim_conn *conn = exchange->conn;
    bool cut = exchange->cut;

    /* The exchange goes with the connection, should that turn out to be dead. */
    sim_conn_send(conn, exchange->held.data, exchange->held.len);
    if (cut)
        sim_conn_close(conn, true);
    else
        sim_conn_answered(conn);
}

sim_exchange *sim_exchange_take(sim_conn *conn)
{
    sim_http *http = conn->http;
    sim_exchange *exchange = conn->exchange;

    if (exchange)
        return exchange;
    exchange = http->spare;
    if (exchange) {
        http->spare = exchange->next_spare;
        http->spare_count--;
    } else {
        exchange = calloc(1, sizeof(*exchange));
        if (!exchange)
            return NULL;
        exchange->http = http;
        exchange->timer.callback = on_hold_over;
        weft__buffer_init(&exchange->raw, &http->heap, UINT32_MAX);
        weft__buffer_init(&exchange->joined, &http->heap, UINT32_MAX);
        weft__buffer_init(&exchange->held, &http->heap, SIZE_MAX / 2);
        weft__buffer_init(&exchange->extra, &http->heap, 64 * 1024);
        weft__arena_init(&exchange->arena, &http->heap);
    }
    exchange->conn = conn;
    conn->exchange = exchange;
    return exchange;
}

static void recycle_buffer(weft__buffer *buffer)
{
    if (buffer->cap > KEPT_BUFFER_BYTES)
        weft__buffer_deinit(buffer);
    weft__buffer_clear(buffer);
}

/* Forgets the request, but not the bytes received. */
static void clear(sim_exchange *exchange)
{
    sim_timer_stop(&exchange->http->timers, &exchange->timer);
    exchange->fed = 0;
    exchange->target_len = exchange->body_len = exchange->header_count = 0;
    exchange->in_value = exchange->head_done = exchange->whole = false;
    exchange->chunked = exchange->answered = exchange->cut = false;
    exchange->refusal = 0;
    exchange->hold_ms = 0;
    exchange->gone = NULL;
    exchange->call = NULL;
    recycle_buffer(&exchange->joined);
    recycle_buffer(&exchange->held);
    recycle_buffer(&exchange->extra);
    weft__arena_release(&exchange->arena);
}

bool sim_exchange_next(sim_exchange *exchange)
{
    size_t behind = exchange->raw.len - exchange->fed;

    if (behind > 0)
        memmove(exchange->raw.data, exchange->raw.data + exchange->fed, behind);
    clear(exchange);
    exchange->raw.len = behind;
    return behind > 0;
}

void sim_exchange_free(sim_exchange *exchange)
{
    weft__arena_release(&exchange->arena);
    weft__buffer_deinit(&exchange->raw);
    weft__buffer_deinit(&exchange->joined);
    weft__buffer_deinit(&exchange->held);
    weft__buffer_deinit(&exchange->extra);
    free(exchange);
}

void sim_exchange_give_back(sim_exchange *exchange)
{
    sim_http *http = exchange->http;

    clear(exchange);
    recycle_buffer(&exchange->raw);
    exchange->conn = NULL;
    if (http->spare_count >= SPARE_MAX) {
        sim_exchange_free(exchange);
        return;
    }
    exchange->next_spare = http->spare;
    http->spare = exchange;
    http->spare_count++;
}

weft_str sim_request_raw(const sim_exchange *exchange)
{
    return (weft_str){exchange->raw.data, exchange->fed};
}

const char *sim_request_method(const sim_exchange *exchange)
{
    return llhttp_method_name((llhttp_method_t)exchange->conn->parser.method);
}

weft_str sim_request_target(const sim_exchange *exchange)
{
    return (weft_str){exchange->raw.data + exchange->target_at, exchange->target_len};
}

weft_str sim_request_body(const sim_exchange *exchange)
{
    if (exchange->chunked)
        return (weft_str){exchange->joined.data ? exchange->joined.data : "", exchange->joined.len};
    return (weft_str){exchange->body_len ? exchange->raw.data + exchange->body_at : "", exchange->body_len};
}

static bool header_is(const sim_exchange *exchange, const sim_header *header, const char *name, size_t len)
{
    return header->name_len == len && strncasecmp(exchange->raw.data + header->name_at, name, len) == 0;
}

weft_str sim_request_header(const sim_exchange *exchange, const char *name)
{
    size_t name_len = strlen(name);

    for (size_t i = 0; i < exchange->header_count; i++) {
        const sim_header *header = &exchange->headers[i];
        weft_str value = {exchange->raw.data + header->value_at, header->value_len};

        if (!header_is(exchange, header, name, name_len))
            continue;
        while (value.len > 0 && (value.ptr[value.len - 1] == ' ' || value.ptr[value.len - 1] == '\t'))
            value.len--;
        return value;
    }
    return (weft_str){NULL, 0};
}

size_t sim_request_header_count(const sim_exchange *exchange, const char *name)
{
    size_t name_len = strlen(name), count = 0;

    for (size_t i = 0; i < exchange->header_count; i++)
        count += header_is(exchange, &exchange->headers[i], name, name_len);
    return count;
}
