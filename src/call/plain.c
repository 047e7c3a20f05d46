#include "call/plain.h"

#include <stdio.h>
#include <string.h>

#include "call/answer.h"
#include "call/conductor.h"
#include "call/result.h"

static weft__flow too_large(weft_call *call)
{
    weft__call_fail(call, WEFT_E_TOO_LARGE, "the answer's body is larger than %zu bytes", call->max_body_bytes);
    return WEFT__FLOW_STOP;
}

/* Of an error answer as much is kept as there may be: its status counts, whatever its length. */
static weft__flow plain_head(weft_call *call, int64_t content_length)
{
    if (content_length > 0 && (uint64_t)content_length > call->max_body_bytes && !weft__call_is_error_answer(call))
        return too_large(call);
    return WEFT__FLOW_GO;
}

/* The rest of a long error answer is not waited for. */
static weft__flow cut_short(weft_call *call, const char *bytes)
{
    char why[80];

    if (call->attempt.body_len < call->max_body_bytes &&
        weft__call_body_append(call, bytes, call->max_body_bytes - call->attempt.body_len) == WEFT__FLOW_STOP)
        return WEFT__FLOW_STOP;
    snprintf(why, sizeof(why), "it is larger than %zu bytes", call->max_body_bytes);
    weft__call_end_early(call, why, NULL);
    return WEFT__FLOW_STOP;
}

/* The first piece goes to the arena, for it is nearly always all there is; more makes the body a block of its own. */
weft__flow weft__call_body_append(weft_call *call, const char *bytes, size_t len)
{
    weft__heap *heap = &call->engine->loop.heap;
    size_t need = call->attempt.body_len + len + 1;
    char *grown;

    if (len > call->max_body_bytes - call->attempt.body_len)
        return weft__call_is_error_answer(call) ? cut_short(call, bytes) : too_large(call);
    if (!call->attempt.body) {
        call->attempt.body = weft__arena_copy(&call->arena, bytes, len);
        if (!call->attempt.body)
            goto no_memory;
        call->attempt.body_len = len;
        return WEFT__FLOW_GO;
    }
    if (need > call->attempt.body_cap) {
        size_t cap = need > 16384 ? need + need / 2 : 32768;

        grown = weft__call_is_secret(call)
                    ? weft__resize_secret(heap, call->attempt.body_cap ? call->attempt.body : NULL,
                                          call->attempt.body_cap, cap)
                    : weft__resize(heap, call->attempt.body_cap ? call->attempt.body : NULL, cap);
        if (!grown)
            goto no_memory;
        if (!call->attempt.body_cap)
            memcpy(grown, call->attempt.body, call->attempt.body_len);
        call->attempt.body = grown;
        call->attempt.body_cap = cap;
    }
    memcpy(call->attempt.body + call->attempt.body_len, bytes, len);
    call->attempt.body_len += len;
    call->attempt.body[call->attempt.body_len] = '\0';
    return WEFT__FLOW_GO;

no_memory:
    weft__call_fail_memory(call);
    return WEFT__FLOW_STOP;
}

static weft__flow plain_body(weft_call *call, char *bytes, size_t len, size_t *used)
{
    (void)used;
    return weft__call_body_append(call, bytes, len);
}

static void plain_done(weft_call *call)
{
    if (!weft__call_is_error_answer(call))
        weft__call_conclude(call);
    else if (weft__call_survives(call))
        return;
    weft__call_report_now(call);
}

const weft__call_kind weft__plain_call = {
    .size = sizeof(weft_call),
    .is_recycled = true,
    .head = plain_head,
    .body = plain_body,
    .done = plain_done,
};

weft_call *weft__call_submit(weft_client *client, const weft__invocation *invocation, const weft_call_options *options,
                             weft__hook hook)
{
    weft_call *call = weft__call_new(client, &weft__plain_call, options, false);

    if (!call)
        return NULL;
    weft__call_take(call, invocation->operation, hook);
    weft__call_start(call, invocation, options);
    return call;
}
