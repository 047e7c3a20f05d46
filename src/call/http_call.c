#include "call/http_call.h"

#include <string.h>

#include "call/http_request.h"
#include "call/answer.h"
#include "call/conductor.h"
#include "call/plain.h"
#include "call/result.h"
#include "files/sink.h"
#include "call/upload.h"

typedef struct weft__http_call {
    weft_call call;
    weft__operation operation; /* of a request that no service names */
    weft__upload upload;
    const char *save_to; /* in the arena; NULL = not saved */
    weft__sink *sink;    /* owned; from the head of a success until the attempt is over, else NULL */
    weft_data_cb *on_data;
    weft_progress_cb *on_progress;
    void *data_arg;
    uint64_t head_len; /* bytes of this attempt before the body's first, when that is with the request */
    uint64_t received; /* of the body, decoded */
    uint64_t received_total;
    weft_http_response *saved; /* in the arena: the result once the file is whole, as the answer is; else NULL */
} weft__http_call;

static weft__http_call *http_call_of(weft_call *call)
{
    return (weft__http_call *)(void *)call;
}

static uint64_t sent_of_body(const weft__http_call *http)
{
    const weft_call *call = &http->call;

    if (weft__upload_is_in_pieces(&http->upload))
        return weft__upload_sent(&http->upload);
    return call->exchange.sent > http->head_len ? call->exchange.sent - http->head_len : 0;
}

static void tell_progress(weft__http_call *http)
{
    if (http->on_progress)
        http->on_progress(&http->call, sent_of_body(http), http->upload.total, http->received, http->received_total,
                          http->data_arg);
}

/* Known once the hooks have had their way with the head. */
static void measure_head(weft__http_call *http)
{
    const weft_call *call = &http->call;

    http->head_len = call->request->head ? call->request->head_len : call->request->body_at + call->header_block->len;
}

/* ---- the request's body -------------------------------------------------------------------------------------- */

static void http_begin(weft_call *call)
{
    weft__upload_begin(&http_call_of(call)->upload);
}

static void on_sink_gone(void *owner)
{
    weft__call_let_go(&((weft__http_call *)owner)->call);
}

static void free_sink(weft__http_call *http)
{
    if (!weft__sink_free(http->sink, on_sink_gone))
        weft__call_linger(&http->call);
    http->sink = NULL;
}

/* Neither the body that was sent nor the one that came counts any more. */
static void http_rest(weft_call *call)
{
    weft__http_call *http = http_call_of(call);

    weft__upload_rest(&http->upload);
    free_sink(http);
    call->attempt.full = false;
}

static int http_gather(weft_call *call, struct iovec *parts)
{
    return weft__upload_gather(&http_call_of(call)->upload, parts);
}

static bool http_drained(weft_call *call)
{
    weft__http_call *http = http_call_of(call);

    if (call->exchange.sent > 0)
        tell_progress(http);
    return weft__upload_drained(&http->upload);
}

static void http_resume_body(weft_call *call)
{
    weft__upload_resume(&http_call_of(call)->upload);
}

/* ---- the answer ---------------------------------------------------------------------------------------------- */

/* What was asked for may go elsewhere; an error and a redirect are no such thing. */
static bool is_kept(const weft__http_call *http)
{
    return (!http->save_to && !http->on_data) || http->call.attempt.status >= 300 ||
           weft__call_is_error_answer(&http->call);
}

static void on_sink_ready(void *owner);

/* False: the call is settled. */
static bool open_sink(weft__http_call *http)
{
    weft_call *call = &http->call;
    weft_engine *engine = call->engine;

    http->sink = weft__sink_new(&engine->loop, http->save_to, &engine->random, on_sink_ready, http);
    if (!http->sink)
        weft__call_fail_memory(call);
    return http->sink != NULL;
}

static void fail_sink(weft__http_call *http)
{
    weft__call_fail_file(&http->call, WEFT_E_FILE, weft__sink_problem(http->sink), weft__sink_system_error(http->sink));
}

static weft__flow http_head(weft_call *call, int64_t content_length)
{
    weft__http_call *http = http_call_of(call);

    http->received = 0;
    http->received_total = content_length > 0 && !call->attempt.coding ? (uint64_t)content_length : 0;
    measure_head(http);
    tell_progress(http);
    if (weft__call_end_if_doomed(call))
        return WEFT__FLOW_STOP;
    if (is_kept(http))
        return weft__plain_call.head(call, content_length);
    if (http->save_to && !open_sink(http))
        return WEFT__FLOW_STOP;
    return call->paused ? WEFT__FLOW_PAUSE : WEFT__FLOW_GO;
}

/* What has been handed over cannot be taken back, so such a call is not made again; a file can start over. */
static void hand_over(weft__http_call *http, const char *bytes, size_t len)
{
    http->call.handed_out = true;
    http->on_data(&http->call, bytes, len, http->data_arg);
}

static weft__flow http_body(weft_call *call, char *bytes, size_t len, size_t *used)
{
    weft__http_call *http = http_call_of(call);
    weft__flow flow = WEFT__FLOW_GO;

    (void)used;
    http->received += len;
    if (is_kept(http))
        flow = weft__call_body_append(call, bytes, len);
    else if (http->on_data)
        hand_over(http, bytes, len);
    if (flow == WEFT__FLOW_GO && weft__call_is_running(call))
        tell_progress(http);
    if (weft__call_end_if_doomed(call))
        return WEFT__FLOW_STOP;
    if (!is_kept(http) && http->sink)
        call->attempt.full = !weft__sink_write(http->sink, bytes, len);
    if (http->sink && weft__sink_problem(http->sink)) {
        fail_sink(http);
        return WEFT__FLOW_STOP;
    }
    return call->paused || call->attempt.full ? WEFT__FLOW_PAUSE : flow;
}

/* NULL when out of memory. */
static weft_http_response *make_response(weft__http_call *http)
{
    weft_call *call = &http->call;
    weft_http_response *response = weft__arena_zalloc(&call->arena, sizeof(*response));

    if (!response)
        return NULL;
    *response = (weft_http_response){
        .object = weft__json_object(call->attempt.body, call->attempt.body_len),
        .status = call->attempt.status,
        .body = {call->attempt.body, call->attempt.body_len},
        .body_size = http->received,
    };
    return response;
}

static void conclude(weft__http_call *http)
{
    weft_call *call = &http->call;
    weft_http_response *response;

    if (is_kept(http) && call->operation != &http->operation) {
        weft__call_conclude(call);
        return;
    }
    response = make_response(http);
    weft__call_mark(call, response ? NULL : &weft__no_memory_error, response);
}

/* Nothing may go wrong any more once the file has its name, so the result is made first. */
static void finish_file(weft__http_call *http)
{
    weft_call *call = &http->call;

    http->saved = make_response(http);
    if (!http->saved) {
        weft__call_fail_memory(call);
        return;
    }
    weft__sink_finish(http->sink);
    if (weft__sink_problem(http->sink))
        fail_sink(http);
}

static void http_done(weft_call *call)
{
    weft__http_call *http = http_call_of(call);

    if (weft__call_is_error_answer(call)) {
        if (!weft__call_survives(call))
            weft__call_report_now(call);
        return;
    }
    if (http->sink) {
        finish_file(http);
        return;
    }
    conclude(http);
    weft__call_report_now(call);
}

static void on_sink_ready(void *owner)
{
    weft__http_call *http = owner;
    weft_call *call = &http->call;

    call->attempt.full = false;
    if (!weft__call_is_running(call))
        return;
    if (weft__sink_problem(http->sink)) {
        fail_sink(http);
    } else if (http->saved) {
        weft__call_mark(call, NULL, http->saved);
        weft__call_report_now(call);
    } else if (!call->paused && call->exchange.connection) {
        weft__connection_resume(call->exchange.connection);
    }
}

static void http_stop(weft_call *call)
{
    weft__http_call *http = http_call_of(call);

    weft__upload_stop(&http->upload);
    free_sink(http);
}

static const weft__call_kind http_kind = {
    .size = sizeof(weft__http_call),
    .head = http_head,
    .body = http_body,
    .done = http_done,
    .begin = http_begin,
    .rest = http_rest,
    .gather = http_gather,
    .drained = http_drained,
    .resume_body = http_resume_body,
    .stop = http_stop,
};

void weft_call_pause(weft_call *call)
{
    if (!call)
        return;
    WEFT__ASSERT(weft__call_is_alive(call));
    call->paused = true;
    if (weft__call_is_running(call) && call->exchange.connection)
        weft__connection_pause(call->exchange.connection);
}

void weft_call_resume(weft_call *call)
{
    if (!call)
        return;
    WEFT__ASSERT(weft__call_is_alive(call));
    call->paused = false;
    /* Else whoever makes room goes on. */
    if (weft__call_is_running(call) && call->exchange.connection && !call->attempt.full)
        weft__connection_resume(call->exchange.connection);
}

void weft_call_resume_body(weft_call *call)
{
    if (!call)
        return;
    WEFT__ASSERT(weft__call_is_alive(call));
    if (weft__call_is_running(call) && call->kind->resume_body)
        call->kind->resume_body(call);
}

/* ---- submitting ---------------------------------------------------------------------------------------------- */

static void start(weft__http_call *http, weft__invocation *invocation, const weft__transfer *transfer,
                  const weft_call_options *options)
{
    weft_call *call = &http->call;

    http->on_data = transfer->on_data;
    http->on_progress = transfer->on_progress;
    http->data_arg = transfer->data_arg;
    if (transfer->body && !weft__upload_take(&http->upload, call, transfer->body, invocation))
        return;
    if (transfer->save_to) {
        http->save_to = weft__arena_copy(&call->arena, transfer->save_to, strlen(transfer->save_to));
        if (!http->save_to) {
            weft__call_fail_memory(call);
            return;
        }
    }
    weft__call_start(call, invocation, options);
    weft__upload_check(&http->upload);
}

weft_call *weft__transfer_submit(weft_client *client, const weft__invocation *invocation,
                                 const weft__transfer *transfer, const weft_call_options *options, weft__hook hook)
{
    weft_call *call = weft__call_new(client, &http_kind, options, false);
    weft__invocation mine = *invocation;

    if (!call)
        return NULL;
    weft__call_take(call, invocation->operation, hook);
    start(http_call_of(call), &mine, transfer, options);
    return call;
}

static void send_request(weft__http_call *http, const weft_http_request *request, const weft_call_options *options,
                         void *arg)
{
    weft_call *call = &http->call;
    weft__url url;
    weft__invocation invocation;
    weft__transfer transfer = {
        .body = &request->body,
        .save_to = request->save_to,
        .on_data = request->on_data,
        .on_progress = request->on_progress,
        .data_arg = arg,
    };

    if (!weft__http_request_name(call, request, &http->operation) ||
        !weft__http_request_invoke(call, request, &http->operation, &url, &invocation))
        return;
    http->operation.deliver = weft__deliver_http;
    http->operation.flags |= WEFT__OP_TEXT;
    if (request->max_redirects == WEFT_NO_REDIRECTS)
        http->operation.flags |= WEFT__OP_REDIRECT_OK;
    start(http, &invocation, &transfer, options);
    weft__url_deinit(&call->engine->loop.heap, &url);
}

weft_call *weft_http_send(weft_client *client, const weft_http_request *request, const weft_call_options *options,
                          weft_http_cb *cb, void *arg)
{
    static const weft__operation nameless = {
        .label = "send the request", .method = "", .path = "", .deliver = weft__deliver_http};
    weft_call *call = weft__call_new(client, &http_kind, options, false);

    if (!call)
        return NULL;
    weft__call_take(call, &nameless, WEFT__CALLBACK(http, cb, arg));
    if (request)
        send_request(http_call_of(call), request, options, arg);
    else
        weft__call_fail(call, WEFT_E_INVALID, "request is required");
    return call;
}
