#include "call/unpack_call.h"

#include <string.h>

#include "call/answer.h"
#include "call/conductor.h"
#include "call/plain.h"
#include "call/result.h"
#include "archive/unpack.h"
#include "http/connection.h"
#include "http/gzip.h"

typedef struct weft__unpack_call {
    weft_call call;
    weft__unpack *unpack;  /* owned; from the head of a success until the attempt is over, else NULL */
    const char *directory; /* in the arena */
    weft__extract_limits limits;
    weft__extract_counts counts;
    weft_progress_cb *on_progress;
    uint64_t received; /* of the body */
    uint64_t received_total;
} weft__unpack_call;

static weft__unpack_call *unpack_call_of(const weft_call *call)
{
    return (weft__unpack_call *)(uintptr_t)call;
}

const weft__extract_counts *weft__unpack_call_counts(const weft_call *call)
{
    return &unpack_call_of(call)->counts;
}

/* ---- The answer -------------------------------------------------------------------------------------- */

static void on_unpack_ready(void *owner);

/* What unpacks takes a quarter of a mebibyte: it is made for an answer that is there. */
static weft__flow unpack_head(weft_call *call, int64_t content_length)
{
    weft__unpack_call *mine = unpack_call_of(call);
    weft_engine *engine = call->engine;

    mine->received = 0;
    mine->received_total = content_length > 0 && !call->attempt.coding ? (uint64_t)content_length : 0;
    if (weft__call_is_error_answer(call))
        return weft__plain_call.head(call, content_length);
    mine->unpack =
        weft__unpack_new(&engine->loop, mine->directory, &mine->limits, &engine->random, on_unpack_ready, mine);
    if (mine->unpack)
        return WEFT__FLOW_GO;
    weft__call_fail_memory(call);
    return WEFT__FLOW_STOP;
}

/* False when the call has failed. */
static bool check_problem(weft__unpack_call *mine)
{
    weft_code code;
    const char *problem = weft__unpack_problem(mine->unpack, &code);

    if (problem)
        weft__call_fail_file(&mine->call, code, problem, weft__unpack_system_error(mine->unpack));
    return !problem;
}

static weft__flow unpack_body(weft_call *call, char *bytes, size_t len, size_t *used)
{
    weft__unpack_call *mine = unpack_call_of(call);

    (void)used;
    if (weft__call_is_error_answer(call))
        return weft__call_body_append(call, bytes, len);
    /* Some of it may be on the disk already, so that another attempt would have to take that back. */
    call->max_retries = 0;
    mine->received += len;
    if (mine->on_progress)
        mine->on_progress(call, call->exchange.sent, 0, mine->received, mine->received_total, call->arg);
    if (weft__call_end_if_doomed(call))
        return WEFT__FLOW_STOP;
    call->attempt.full = !weft__unpack_write(mine->unpack, bytes, len);
    if (!check_problem(mine))
        return WEFT__FLOW_STOP;
    return call->attempt.full || call->paused ? WEFT__FLOW_PAUSE : WEFT__FLOW_GO;
}

static void unpack_done(weft_call *call)
{
    weft__unpack_call *mine = unpack_call_of(call);

    if (!weft__call_is_error_answer(call)) {
        weft__unpack_finish(mine->unpack);
        check_problem(mine);
    } else if (!weft__call_survives(call)) {
        weft__call_report_now(call);
    }
}

/* From the loop: there is room again, or it is all unpacked, or something went wrong. */
static void on_unpack_ready(void *owner)
{
    weft__unpack_call *mine = owner;
    weft_call *call = &mine->call;

    call->attempt.full = false;
    if (!weft__call_is_running(call) || !check_problem(mine))
        return;
    if (weft__unpack_is_finished(mine->unpack)) {
        mine->counts = *weft__unpack_get_counts(mine->unpack);
        weft__call_conclude(call);
        weft__call_report_now(call);
    } else if (!call->paused && call->exchange.connection) {
        weft__connection_resume(call->exchange.connection);
    }
}

static void on_unpack_gone(void *owner)
{
    weft__call_let_go(&((weft__unpack_call *)owner)->call);
}

static void unpack_stop(weft_call *call)
{
    weft__unpack_call *mine = unpack_call_of(call);

    if (!weft__unpack_free(mine->unpack, on_unpack_gone))
        weft__call_linger(call);
    mine->unpack = NULL;
}

static const weft__call_kind unpack_kind = {
    .size = sizeof(weft__unpack_call),
    .head = unpack_head,
    .body = unpack_body,
    .done = unpack_done,
    .rest = unpack_stop,
    .stop = unpack_stop,
};

/* ---- Submitting -------------------------------------------------------------------------------------- */

/* Nothing to fetch: the result is as of an empty archive, told from the loop like any other. */
static void settle_empty(weft_call *call)
{
    weft__call_conclude(call);
    weft__call_report_later(call);
}

static void start(weft__unpack_call *mine, const weft__invocation *invocation, const char *directory,
                  const weft__extract_limits *limits, const weft_call_options *options)
{
    weft_call *call = &mine->call;
    bool is_fine = !invocation->invalid && !weft__call_is_doomed(call) && invocation->service == call->client->service;

    if (is_fine && !invocation->url) {
        settle_empty(call);
        return;
    }
    if (is_fine && !weft__gzip_is_supported()) {
        weft__call_fail(call, WEFT_E_UNSUPPORTED, "this build has no zlib to unpack archives with");
        return;
    }
    if (is_fine) {
        mine->limits = *limits;
        mine->directory = weft__arena_copy(&call->arena, directory, strlen(directory));
        if (!mine->directory) {
            weft__call_fail_memory(call);
            return;
        }
    }
    weft__call_start(call, invocation, options);
}

weft_call *weft__unpack_submit(weft_client *client, const weft__invocation *invocation, const char *directory,
                               const weft__extract_limits *limits, weft_progress_cb *on_progress,
                               const weft_call_options *options, weft__hook hook)
{
    weft_call *call = weft__call_new(client, &unpack_kind, options, false);

    if (!call)
        return NULL;
    weft__call_take(call, invocation->operation, hook);
    unpack_call_of(call)->on_progress = on_progress;
    start(unpack_call_of(call), invocation, directory, limits, options);
    return call;
}
