#include "compose/wait.h"

#include <stdio.h>
#include <string.h>

#include "call/conductor.h"
#include "call/deadline.h"
#include "compose/copy.h"
#include "compose/part.h"

enum { DEFAULT_FIRST_MS = 250, DEFAULT_MAX_MS = 5000, MAX_SHOWN_STATUS = 32 };

typedef struct weft__waiter {
    weft_call call;    /* what the caller holds; it has no exchange of its own */
    weft__part look;   /* under way, or the last one */
    weft__timer timer; /* until the next look */
    const weft__wait_kind *kind;
    weft__hook on_change;
    weft__invocation invocation; /* as kept in the call's arena */
    weft_call_options options;
    char *status;        /* owned: as reported last; NULL = none was yet */
    weft_error *problem; /* owned: why the last look that is over failed; NULL when it did not */
    uint32_t interval_ms, max_interval_ms;
} weft__waiter;

static void on_look(weft_call *look, const weft_error *error, const void *result, void *arg);

static weft__waiter *waiter_of(weft_call *call)
{
    return (weft__waiter *)(void *)call;
}

/* Half of it fixed, half by chance: many waits that began together spread out. */
static uint32_t with_jitter(weft_engine *engine, uint32_t interval_ms)
{
    return interval_ms / 2 + (uint32_t)weft__random_below(&engine->random, interval_ms / 2 + 1);
}

/* Not before `at_least_ms` are over. */
static void look_later(weft__waiter *waiter, uint64_t at_least_ms)
{
    weft_engine *engine = waiter->call.engine;
    uint32_t max = waiter->max_interval_ms;
    uint64_t delay_ms = with_jitter(engine, waiter->interval_ms);

    if (delay_ms < at_least_ms)
        delay_ms = at_least_ms;
    weft__loop_schedule(&engine->loop, &waiter->timer, weft__now_ms() + delay_ms);
    waiter->interval_ms = waiter->interval_ms > max / 2 ? max : waiter->interval_ms * 2;
}

static void look_now(weft__waiter *waiter)
{
    if (!weft__part_start(&waiter->look, &waiter->call, &waiter->invocation, &waiter->options, on_look))
        weft__call_fail_memory(&waiter->call);
}

static void on_timer(weft__timer *timer)
{
    look_now(WEFT__CONTAINER_OF(timer, weft__waiter, timer));
}

/* ---- what a look found ------------------------------------------------------------------------------------------- */

static weft__heap *heap_of(const weft__waiter *waiter)
{
    return &waiter->call.engine->loop.heap;
}

/* NULL for none. */
static void note_problem(weft__waiter *waiter, const weft_error *error)
{
    weft__free(heap_of(waiter), waiter->problem);
    waiter->problem = error ? weft__copy_error(heap_of(waiter), error) : NULL;
}

static bool note_status(weft__waiter *waiter, weft_str status)
{
    const char *text = status.ptr ? status.ptr : "";

    if (waiter->status && strcmp(waiter->status, text) == 0)
        return false;
    weft__free(heap_of(waiter), waiter->status);
    waiter->status = weft__strdup(heap_of(waiter), text);
    return true;
}

static void on_answer(weft__waiter *waiter, const void *result)
{
    weft_call *call = &waiter->call;

    note_problem(waiter, NULL);
    if (note_status(waiter, waiter->kind->status(result))) {
        waiter->kind->tell_change(result, &waiter->on_change);
        if (weft__call_end_if_doomed(call))
            return;
    }
    if (!waiter->kind->is_final(result)) {
        look_later(waiter, 0);
        return;
    }
    weft__call_mark(call, NULL, result);
    weft__call_report_now(call);
}

/* Whether no later look could find better: what is asked is refused, or is not there, or it is this process that cannot
 * go on. Everything else may pass, and a job of an hour is not given up for two bad looks. */
static bool is_hopeless(const weft_error *error)
{
    switch (error->code) {
    case WEFT_E_INVALID:
    case WEFT_E_NO_MEMORY:
    case WEFT_E_CANCELLED:
    case WEFT_E_CLOSED:
    case WEFT_E_UNSUPPORTED:
    case WEFT_E_FORKED:
        return true;
    default:
        break;
    }
    switch (error->http_status) {
    case 408:
    case 409:
    case 421:
    case 423:
    case 425:
    case 429:
        return false;
    default:
        return error->http_status >= 400 && error->http_status <= 499;
    }
}

static void on_failure(weft__waiter *waiter, const weft_error *error)
{
    weft_call *call = &waiter->call;

    if (is_hopeless(error)) {
        weft__call_mark(call, error, NULL);
        weft__call_report_now(call);
        return;
    }
    weft__log(&call->engine->loop, WEFT_LOG_LEVEL_WARN, "looked in vain, and will look again: %s", error->message);
    note_problem(waiter, error);
    look_later(waiter, error->retry_after_ms > 0 ? (uint64_t)error->retry_after_ms : 0);
}

static void on_look(weft_call *look, const weft_error *error, const void *result, void *arg)
{
    weft__waiter *waiter = waiter_of(arg);
    weft_call *call = &waiter->call;

    (void)look;
    weft__part_end(&waiter->look, call);
    if (!weft__call_end_if_doomed(call)) {
        if (error)
            on_failure(waiter, error);
        else
            on_answer(waiter, result);
    }
    weft_call_unref(call);
}

/* ---- its end ----------------------------------------------------------------------------------------------------- */

static void wait_describe_end(const weft_call *call, weft_code code, char *text, size_t size)
{
    const weft__waiter *waiter = (const weft__waiter *)(const void *)call;
    int len;

    if (code == WEFT_E_CANCELLED)
        len = snprintf(text, size, "waiting was cancelled");
    else
        len = snprintf(text, size, "%s within %u ms", waiter->kind->unfinished, call->timeouts.total_ms);
    if (waiter->status)
        len += snprintf(text + len, size - (size_t)len, "; its last status was \"%.*s\"", MAX_SHOWN_STATUS,
                        waiter->status);
    else
        len += snprintf(text + len, size - (size_t)len, "; no look at it was answered");
    if (waiter->problem)
        snprintf(text + len, size - (size_t)len, "; the last look failed: %s", waiter->problem->message);
}

static void wait_stop(weft_call *call)
{
    weft__waiter *waiter = waiter_of(call);

    weft__loop_cancel(&call->engine->loop, &waiter->timer);
    weft__part_stop(&waiter->look);
}

static void wait_dispose(weft_call *call)
{
    weft__waiter *waiter = waiter_of(call);

    weft__free(heap_of(waiter), waiter->status);
    weft__free(heap_of(waiter), waiter->problem);
    weft__part_dispose(&waiter->look);
}

static const weft_error *wait_cause(const weft_call *call)
{
    return ((const weft__waiter *)(const void *)call)->problem;
}

static const weft__call_kind wait_kind = {
    .size = sizeof(weft__waiter),
    .describe_end = wait_describe_end,
    .cause = wait_cause,
    .stop = wait_stop,
    .dispose = wait_dispose,
};

weft_call *weft__wait_submit(weft_client *client, const weft__wait *wait, const weft_call_options *options,
                             weft__hook hook)
{
    const weft_wait_options how = wait->options ? *wait->options : (weft_wait_options){0};
    weft_call_options mine = {.group = options ? options->group : NULL};
    weft_call *call = weft__call_new(client, &wait_kind, &mine, false);
    weft__waiter *waiter;

    if (!call)
        return NULL;
    waiter = waiter_of(call);
    weft__call_take(call, wait->invocation->operation, hook);
    /* The deadlines of a call are for each look; the wait has one of its own. */
    call->timeouts = (weft_timeouts){.total_ms = how.timeout_ms == WEFT_NO_TIMEOUT ? 0 : how.timeout_ms};
    waiter->kind = wait->kind;
    waiter->on_change = wait->on_change;
    waiter->max_interval_ms = how.max_interval_ms ? how.max_interval_ms : DEFAULT_MAX_MS;
    waiter->interval_ms = how.first_interval_ms ? how.first_interval_ms : DEFAULT_FIRST_MS;
    if (waiter->interval_ms > waiter->max_interval_ms)
        waiter->interval_ms = waiter->max_interval_ms;
    weft__timer_init(&waiter->timer, on_timer);
    if (!weft__part_prepare(call, wait->invocation, options, &waiter->invocation, &waiter->options))
        return call;
    weft__call_watch(call);
    look_now(waiter);
    return call;
}
