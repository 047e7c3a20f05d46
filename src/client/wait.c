/* Waiting for a job: one operation asked again and again until its answer is final. */
#include <stdio.h>
#include <string.h>

#include "client/call.h"
#include "client/keep.h"

enum { DEFAULT_FIRST_MS = 250, DEFAULT_MAX_MS = 5000, MAX_SHOWN_STATE = 32 };

typedef struct weft__waiter {
    weft_call call;    /* what the caller holds; it has no exchange of its own */
    weft_call *poll;   /* under way, or the last one: referenced, for it owns the result */
    weft__timer timer; /* until the next poll */
    weft__wait wait;
    weft__invocation invocation; /* as kept in the call's arena */
    weft_call_options options;
    weft_str state; /* as reported last, in the arena */
    uint32_t interval_ms;
    bool polling;
} weft__waiter;

static void on_poll(weft_call *poll, const weft_error *error, const void *result, void *arg);

static weft__waiter *waiter_of(weft_call *call)
{
    return (weft__waiter *)(void *)call;
}

static void poll_now(weft__waiter *waiter)
{
    weft_call *poll = weft__call_submit(waiter->call.client, &waiter->invocation, &waiter->options, on_poll, waiter);

    if (!poll) {
        weft__call_settle(&waiter->call, &weft__no_memory_error, NULL);
        return;
    }
    weft__call_make_part(poll);
    /* What the last answer said goes with its poll. */
    waiter->call.headers = NULL;
    waiter->call.body = NULL;
    waiter->call.body_len = 0;
    weft_call_unref(waiter->poll);
    waiter->poll = weft_call_ref(poll);
    waiter->polling = true;
    /* For messages: what is asked again and again. */
    waiter->call.request = poll->request;
    /* The poll reports to the waiter until it is over, so the waiter cannot go before it. */
    weft_call_ref(&waiter->call);
    /* A hook that ran meanwhile may have ended the wait. */
    if (waiter->call.state != WEFT__CALL_RUNNING)
        weft_call_cancel(poll);
}

static void on_timer(weft__timer *timer)
{
    poll_now(WEFT__CONTAINER_OF(timer, weft__waiter, timer));
}

/* Half of it fixed, half by chance: many waits that began together spread out. */
static uint32_t with_jitter(weft_engine *engine, uint32_t interval_ms)
{
    return interval_ms / 2 + (uint32_t)weft__random_below(&engine->random, interval_ms / 2 + 1);
}

static void poll_later(weft__waiter *waiter)
{
    weft_engine *engine = waiter->call.engine;
    uint32_t max = waiter->wait.max_interval_ms;

    weft__loop_schedule(&engine->loop, &waiter->timer, weft__now_ms() + with_jitter(engine, waiter->interval_ms));
    waiter->interval_ms = waiter->interval_ms > max / 2 ? max : waiter->interval_ms * 2;
}

static bool note_state(weft__waiter *waiter, weft_str state)
{
    char *copy;
    bool is_same_length = waiter->state.ptr && state.len == waiter->state.len;

    if (is_same_length && (state.len == 0 || memcmp(state.ptr, waiter->state.ptr, state.len) == 0))
        return false;
    copy = weft__arena_copy(&waiter->call.arena, state.ptr ? state.ptr : "", state.len);
    if (copy)
        waiter->state = (weft_str){copy, state.len};
    return true;
}

static void on_answer(weft__waiter *waiter, const void *result)
{
    weft_call *call = &waiter->call;

    if (note_state(waiter, waiter->wait.state(result)) && waiter->wait.on_change) {
        waiter->wait.on_change(result, &waiter->wait.hook);
        if (call->state != WEFT__CALL_RUNNING)
            return;
    }
    if (!waiter->wait.is_final(result)) {
        poll_later(waiter);
        return;
    }
    weft__call_mark(call, NULL, result);
    weft__call_report_now(call);
}

static void on_poll(weft_call *poll, const weft_error *error, const void *result, void *arg)
{
    weft__waiter *waiter = arg;
    weft_call *call = &waiter->call;

    waiter->polling = false;
    call->status = poll->status;
    call->attempts += poll->attempts;
    call->bytes_sent += poll->bytes_sent;
    call->exchange.received += poll->exchange.received;
    /* The poll is kept, and with it what its answer said. */
    call->headers = poll->headers;
    call->body = poll->body;
    call->body_len = poll->body_len;
    if (call->state == WEFT__CALL_RUNNING) {
        if (error) {
            weft__call_mark(call, error, NULL);
            weft__call_report_now(call);
        } else {
            on_answer(waiter, result);
        }
    }
    weft_call_unref(call);
}

static void wait_describe_end(const weft_call *call, weft_code code, char *text, size_t size)
{
    const weft__waiter *waiter = (const weft__waiter *)(const void *)call;
    const char *state = waiter->state.ptr;
    char ended[96];

    if (code == WEFT_E_CANCELLED)
        snprintf(ended, sizeof(ended), "waiting was cancelled");
    else
        snprintf(ended, sizeof(ended), "%s within %u ms", waiter->wait.unfinished, call->timeouts.total_ms);
    if (state)
        snprintf(text, size, "%s; its last state was \"%.*s\"", ended, MAX_SHOWN_STATE, state);
    else
        snprintf(text, size, "%s; no look at it was answered", ended);
}

static void wait_report(weft_call *call)
{
    if (call->cb)
        call->cb(call, call->error, call->result, call->arg);
}

static void wait_stop(weft_call *call)
{
    weft__waiter *waiter = waiter_of(call);

    weft__loop_cancel(&call->engine->loop, &waiter->timer);
    if (waiter->polling)
        weft_call_cancel(waiter->poll);
}

static void wait_dispose(weft_call *call)
{
    weft_call_unref(waiter_of(call)->poll);
}

static const weft__call_kind wait_kind = {
    .size = sizeof(weft__waiter),
    .describe_end = wait_describe_end,
    .report = wait_report,
    .stop = wait_stop,
    .dispose = wait_dispose,
};

weft_call *weft__wait_submit(weft_client *client, const weft__wait *wait, const weft_call_options *options,
                             weft_call_cb *cb, void *arg)
{
    weft_call *call = weft__call_new(client, &wait_kind, NULL, false);
    weft__waiter *waiter;

    if (!call)
        return NULL;
    waiter = waiter_of(call);
    call->cb = cb;
    call->arg = arg;
    call->operation = wait->invocation->operation;
    /* The deadlines of a call are for each poll; the wait has one of its own. */
    call->timeouts = (weft_timeouts){.total_ms = wait->timeout_ms == WEFT_NO_TIMEOUT ? 0 : wait->timeout_ms};
    waiter->wait = *wait;
    waiter->wait.max_interval_ms = wait->max_interval_ms ? wait->max_interval_ms : DEFAULT_MAX_MS;
    waiter->interval_ms = wait->first_interval_ms ? wait->first_interval_ms : DEFAULT_FIRST_MS;
    if (waiter->interval_ms > waiter->wait.max_interval_ms)
        waiter->interval_ms = waiter->wait.max_interval_ms;
    weft__timer_init(&waiter->timer, on_timer);
    if (!weft__keep_invocation(&call->arena, wait->invocation, &waiter->invocation) ||
        !weft__keep_options(&call->arena, options, &waiter->options)) {
        weft__call_settle(call, &weft__no_memory_error, NULL);
        return call;
    }
    weft__call_watch(call);
    poll_now(waiter);
    return call;
}
