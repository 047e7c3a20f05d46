#include "call/deadline.h"

#include <stdio.h>

#include "http/connection.h"

struct weft__deadline {
    uint8_t field;      /* where in weft_timeouts its limit is */
    bool may_pass;      /* another attempt may keep it */
    weft_code code;     /* of weft_code_is_timeout's range */
    const char *before; /* what is said, around "N ms" */
    const char *after;
};

#define LIMIT(name) offsetof(weft_timeouts, name##_ms)

/* A new deadline is a row here, beside its field and its code: the phase in which it runs, and what is said of it. */
static const weft__deadline of_phase[] = {
    [WEFT__EXCHANGE_QUEUED] = {LIMIT(queue), false, WEFT_E_TIMEOUT_QUEUE, "no connection became free within", ""},
    [WEFT__EXCHANGE_CONNECTING] = {LIMIT(connect), true, WEFT_E_TIMEOUT_CONNECT, "not connected within", ""},
    [WEFT__EXCHANGE_SENDING] = {LIMIT(idle), true, WEFT_E_TIMEOUT_IDLE, "nothing came for", ""},
    [WEFT__EXCHANGE_WAITING] = {LIMIT(first_byte), true, WEFT_E_TIMEOUT_FIRST_BYTE, "no answer within", " of sending"},
    [WEFT__EXCHANGE_RECEIVING] = {LIMIT(idle), true, WEFT_E_TIMEOUT_IDLE, "nothing came for", ""},
};
static const weft__deadline of_all = {LIMIT(total), false, WEFT_E_TIMEOUT_TOTAL, "not done within", ""};

enum { PHASES = sizeof(of_phase) / sizeof(of_phase[0]), LIMITS = sizeof(weft_timeouts) / sizeof(uint32_t) };

_Static_assert(sizeof(weft_timeouts) < UINT8_MAX && sizeof(weft_timeouts) == LIMITS * sizeof(uint32_t),
               "timeouts are an array of milliseconds by other names");
_Static_assert((int)PHASES == WEFT__EXCHANGE_RECEIVING + 1, "a row for each phase");

/* ---- how long ---------------------------------------------------------------------------------------------------- */

static uint32_t limit_of(const weft_call *call, const weft__deadline *deadline)
{
    return *(const uint32_t *)(const void *)((const char *)&call->timeouts + deadline->field);
}

static void override(uint32_t *limit, uint32_t wanted)
{
    if (wanted)
        *limit = wanted == WEFT_NO_TIMEOUT ? 0 : wanted;
}

static void override_all(weft_timeouts *timeouts, const weft_timeouts *wanted)
{
    uint32_t *limits = (uint32_t *)(void *)timeouts;

    for (size_t i = 0; i < LIMITS; i++)
        override(&limits[i], ((const uint32_t *)(const void *)wanted)[i]);
}

/* The limit that comes of the arguments; 0 = none does. */
static uint32_t asked_total_ms(const weft__invocation *invocation)
{
    const weft__operation_rare *rare = invocation->operation->rare;

    if (invocation->total_ms || !rare || !rare->deadline || !invocation->request)
        return invocation->total_ms;
    return rare->deadline(invocation->request);
}

void weft__call_set_timeouts(weft_call *call, const weft__invocation *invocation, const weft_call_options *options)
{
    const weft_client *client = call->client;
    const weft__service *service = client->service;
    const weft_timeouts *preset = invocation->operation->timeouts;

    if (call->exchange.lane == WEFT__LANE_STREAMS) {
        call->timeouts = service->stream_timeouts;
        override_all(&call->timeouts, &client->stream_timeouts);
    } else {
        call->timeouts = preset ? *preset : service->timeouts;
        override(&call->timeouts.total_ms, asked_total_ms(invocation));
        override_all(&call->timeouts, &client->timeouts);
    }
    if (options)
        override_all(&call->timeouts, &options->timeouts);
}

/* ---- when -------------------------------------------------------------------------------------------------------- */

/* While the caller wants no more, a server that cannot send is not silent; nor is one that waits for the caller. */
static uint64_t silent_since(const weft_call *call)
{
    const weft__exchange *exchange = &call->exchange;

    if (call->attempt.starved)
        return weft__now_ms();
    if (exchange->connection && exchange->connection->state == WEFT__CONNECTION_PAUSED)
        return weft__now_ms();
    return exchange->progress_ms;
}

uint64_t weft__call_due_at(const weft_call *call, const weft__deadline **ret_deadline)
{
    const weft__deadline *phase = &of_phase[call->exchange.state];
    uint64_t due = UINT64_MAX, since;
    uint32_t limit = call->timeouts.total_ms;

    if (limit) {
        due = call->started_ns / 1000000 + limit + 1;
        *ret_deadline = &of_all;
    }
    if (call->state == WEFT__CALL_WAITING && call->retry_at_ms < due) {
        *ret_deadline = NULL;
        return call->retry_at_ms;
    }
    limit = phase->code == WEFT_OK ? 0 : limit_of(call, phase);
    since = silent_since(call);
    if (limit && since + limit + 1 < due) {
        due = since + limit + 1;
        *ret_deadline = phase;
    }
    return due;
}

/* The timer is only ever moved nearer: when it fires too soon it looks again. That saves moving it with each byte. */
void weft__call_watch(weft_call *call)
{
    const weft__deadline *deadline;
    uint64_t due;

    /* Once it is settled, the timer's place is taken by the task that reports it. */
    if (!weft__call_is_running(call))
        return;
    due = weft__call_due_at(call, &deadline);
    if (due != UINT64_MAX && (!weft__timer_is_set(&call->timer) || due < call->timer.deadline_ms))
        weft__loop_schedule(&call->engine->loop, &call->timer, due);
}

/* ---- what then --------------------------------------------------------------------------------------------------- */

void weft__call_miss(const weft_call *call, const weft__deadline *deadline, weft__failure *ret_failure)
{
    const char *before = deadline->before;

    WEFT__ASSERT(weft_code_is_timeout(deadline->code) && limit_of(call, deadline) > 0);
    if (deadline->code == WEFT_E_TIMEOUT_QUEUE && weft__cooldown_find(&call->client->cooldowns, call->exchange.origin))
        before = "the pause that the server asked for did not end within";
    *ret_failure = (weft__failure){.code = deadline->code};
    if (deadline == &of_all && call->kind->describe_end)
        call->kind->describe_end(call, deadline->code, ret_failure->text, sizeof(ret_failure->text));
    else
        snprintf(ret_failure->text, sizeof(ret_failure->text), "%s %u ms%s", before, limit_of(call, deadline),
                 deadline->after);
}

bool weft__timeout_may_pass(weft_code code)
{
    for (size_t i = 0; i < PHASES; i++)
        if (of_phase[i].code == code)
            return of_phase[i].may_pass;
    return false;
}
