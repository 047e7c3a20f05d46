#include "sim_webhook.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/url.h"
#include "sim_service.h"

enum { ATTEMPTS = 2, ATTEMPT_GAP_MS = 100, ANSWER_TIMEOUT_MS = 5000, STATUS_BYTES = 12, REASON_BYTES = 320 };

typedef struct webhook_call {
    weft__link link;
    sim_server *sim;
    union {
        uv_handle_t handle;
        uv_stream_t stream;
        uv_tcp_t tcp;
    } uv;
    bool open; /* `uv` is, and is to be closed before anything else */
    bool delivered, abandoned;
    unsigned attempts;
    weft__timer timer; /* of the answer, or of the gap between two attempts */
    struct sockaddr_storage address;
    uv_connect_t connect;
    uv_write_t write;
    weft__buffer request;
    char status[STATUS_BYTES]; /* "HTTP/1.1 204" */
    size_t status_len;
} webhook_call;

static void attempt(webhook_call *call);

static void call_free(webhook_call *call)
{
    weft__list_remove(&call->link);
    weft__buffer_deinit(&call->request);
    free(call);
}

static void on_closed(uv_handle_t *handle)
{
    webhook_call *call = handle->data;
    sim_webhooks *webhooks = &call->sim->webhooks;

    call->open = false;
    if (!call->abandoned && !call->delivered && call->attempts < ATTEMPTS) {
        sim_timer_start(&call->sim->http.timers, &call->timer, ATTEMPT_GAP_MS);
        return;
    }
    if (call->delivered)
        webhooks->delivered++;
    else
        webhooks->failed++;
    call_free(call);
}

static void attempt_end(webhook_call *call)
{
    sim_timer_stop(&call->sim->http.timers, &call->timer);
    if (!uv_is_closing(&call->uv.handle))
        uv_close(&call->uv.handle, on_closed);
}

static void on_timer(weft__timer *timer)
{
    webhook_call *call = WEFT__CONTAINER_OF(timer, webhook_call, timer);

    if (call->open)
        attempt_end(call);
    else
        attempt(call);
}

static void on_room(uv_handle_t *handle, size_t suggested, uv_buf_t *buffer)
{
    webhook_call *call = handle->data;

    (void)suggested;
    *buffer = uv_buf_init(call->status + call->status_len, (unsigned)(STATUS_BYTES - call->status_len));
}

static void on_read(uv_stream_t *stream, ssize_t count, const uv_buf_t *buffer)
{
    webhook_call *call = stream->data;

    (void)buffer;
    if (count > 0)
        call->status_len += (size_t)count;
    if (count >= 0 && call->status_len < STATUS_BYTES)
        return;
    call->delivered = call->status_len == STATUS_BYTES && memcmp(call->status, "HTTP/1.", 7) == 0 &&
                      memcmp(call->status + 8, " 2", 2) == 0;
    attempt_end(call);
}

static void on_written(uv_write_t *write, int status)
{
    webhook_call *call = write->data;

    if (status != 0)
        attempt_end(call);
}

static void on_connected(uv_connect_t *connect, int status)
{
    webhook_call *call = connect->data;
    uv_buf_t buffer = uv_buf_init(call->request.data, (unsigned)call->request.len);

    if (status == 0)
        status = uv_read_start(&call->uv.stream, on_room, on_read);
    call->write.data = call;
    if (status != 0 || uv_write(&call->write, &call->uv.stream, &buffer, 1, on_written) != 0)
        attempt_end(call);
}

static void attempt(webhook_call *call)
{
    call->attempts++;
    call->status_len = 0;
    call->connect.data = call;
    uv_tcp_init(call->sim->http.loop, &call->uv.tcp);
    call->uv.handle.data = call;
    call->open = true;
    sim_timer_start(&call->sim->http.timers, &call->timer, ANSWER_TIMEOUT_MS);
    if (uv_tcp_connect(&call->connect, &call->uv.tcp, (const struct sockaddr *)&call->address, on_connected) != 0)
        attempt_end(call);
}

/* The address of a loopback host; names are not looked up. */
static bool loopback(const weft__url *url, struct sockaddr_storage *ret_address)
{
    const char *host = strcmp(url->host.ptr, "localhost") == 0 ? "127.0.0.1" : url->host.ptr;
    struct sockaddr_in *v4 = (struct sockaddr_in *)ret_address;
    struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)ret_address;

    if (url->scheme != WEFT__URL_HTTP)
        return false;
    if (uv_ip4_addr(host, url->port, v4) == 0)
        return ntohl(v4->sin_addr.s_addr) >> 24 == 127;
    return uv_ip6_addr(host, url->port, v6) == 0 && IN6_IS_ADDR_LOOPBACK(&v6->sin6_addr);
}

static void append_request(weft__buffer *out, const weft__url *url, const char *headers, weft_str body)
{
    weft__buffer_append_text(out, "POST ");
    weft__buffer_append(out, url->path.ptr, url->path.len);
    weft__buffer_append_text(out, url->query.ptr ? "?" : "");
    weft__buffer_append(out, url->query.ptr, url->query.len);
    weft__buffer_append_text(out, " HTTP/1.1\r\nHost: ");
    weft__buffer_append(out, url->authority.ptr, url->authority.len);
    weft__buffer_append_text(out, "\r\nUser-Agent: weft-sim\r\nContent-Type: application/json\r\n");
    weft__buffer_append_text(out, headers);
    weft__buffer_append_text(out, "Connection: close\r\nContent-Length: ");
    weft__buffer_append_uint(out, body.len);
    weft__buffer_append_text(out, "\r\n\r\n");
    weft__buffer_append(out, body.ptr, body.len);
}

static void start(sim_server *sim, const weft__url *url, const struct sockaddr_storage *address, const char *headers,
                  weft_str body)
{
    webhook_call *call = calloc(1, sizeof(*call));

    if (!call)
        abort();
    call->sim = sim;
    call->address = *address;
    weft__timer_init(&call->timer, on_timer);
    weft__buffer_init(&call->request, &sim->http.heap, SIZE_MAX / 2);
    append_request(&call->request, url, headers, body);
    if (call->request.failed)
        abort();
    weft__list_push_back(&sim->webhooks.calls, &call->link);
    attempt(call);
}

/* The first time only: a line for every run would drown what else is on the terminal. */
static void say_refusal(sim_webhooks *webhooks, const char *reason)
{
    char *kept;

    for (size_t i = 0; i < webhooks->said_count; i++)
        if (strcmp(webhooks->said[i], reason) == 0)
            return;
    if (webhooks->said_count == SIM_REFUSALS_SAID_MAX)
        return;
    kept = strdup(reason);
    if (!kept)
        abort();
    webhooks->said[webhooks->said_count++] = kept;
    fprintf(stderr, "weft-sim: a webhook is not called: %s\n", reason);
}

void sim_webhook_call(sim_server *sim, const char *url, const char *headers, weft_str body)
{
    struct sockaddr_storage address;
    char reason[REASON_BYTES];
    weft__url_error error;
    weft__url parsed;

    if (!weft__url_parse(&sim->http.heap, (weft_str){url, strlen(url)}, 0, &parsed, &error)) {
        sim->webhooks.refused++;
        say_refusal(&sim->webhooks, error.text);
        return;
    }
    if (loopback(&parsed, &address)) {
        start(sim, &parsed, &address, headers, body);
    } else {
        sim->webhooks.refused++;
        snprintf(reason, sizeof(reason), "%s is not http to this machine", parsed.origin.ptr);
        say_refusal(&sim->webhooks, reason);
    }
    weft__url_deinit(&sim->http.heap, &parsed);
}

void sim_webhooks_init(sim_webhooks *webhooks)
{
    webhooks->said_count = 0;
    weft__list_init(&webhooks->calls);
}

void sim_webhooks_close(sim_webhooks *webhooks)
{
    WEFT__LIST_EACH(link, &webhooks->calls) {
        webhook_call *call = WEFT__CONTAINER_OF(link, webhook_call, link);

        call->abandoned = true;
        if (call->open) {
            attempt_end(call);
        } else {
            sim_timer_stop(&call->sim->http.timers, &call->timer);
            call_free(call);
        }
    }
    while (webhooks->said_count > 0)
        free(webhooks->said[--webhooks->said_count]);
}
