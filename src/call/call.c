#include "call/call.h"

#include <string.h>

#include "base/assert.h"
#include "engine/group.h"

enum {
    DECODED_PER_BODY =
        4, /* so much memory takes what an answer says, by default, for each byte that its body may have */
    LEAST_DECODED_BYTES = 1024 * 1024,
};

#define TO(state) (1u << WEFT__CALL_##state)

/* call.h says who makes which move. */
static const uint8_t moves[] = {
    [WEFT__CALL_GONE] = TO(MADE),
    [WEFT__CALL_MADE] = TO(TRYING) | TO(SETTLED),
    [WEFT__CALL_TRYING] = TO(TRYING) | TO(WAITING) | TO(SETTLED),
    [WEFT__CALL_WAITING] = TO(TRYING) | TO(SETTLED),
    [WEFT__CALL_SETTLED] = TO(REPORTED),
    [WEFT__CALL_REPORTED] = TO(GONE),
};

_Static_assert(sizeof(moves) == WEFT__CALL_REPORTED + 1, "a row for each state");
_Static_assert(offsetof(weft__timer, link) == 0 && offsetof(weft__task, link) == 0,
               "the timer's place is the report's once it is off");

void weft__call_enter(weft_call *call, weft__call_state state)
{
    WEFT__ASSERT(moves[call->state] & 1u << state);
    WEFT__ASSERT(call->exchange.state == WEFT__EXCHANGE_OFF || state == WEFT__CALL_SETTLED);
    WEFT__ASSERT_IF(state == WEFT__CALL_TRYING, call->request && call->request->bytes && call->header_block);
    WEFT__ASSERT_IF(state == WEFT__CALL_REPORTED, !call->exchange.connection && call->lingering == 0);
    WEFT__ASSERT_IF(state == WEFT__CALL_GONE, call->refs == 0 && !weft__link_is_linked(&call->link));
    call->state = (uint8_t)state;
}

/* What is not asked for in numbers goes with the size of the body, which most answers take once or twice. */
static size_t decoded_limit(const weft_call *call, const weft_call_options *options)
{
    size_t limit = options && options->max_decoded_bytes ? options->max_decoded_bytes : call->client->max_decoded_bytes;

    if (limit)
        return limit;
    limit = call->max_body_bytes < SIZE_MAX / DECODED_PER_BODY ? call->max_body_bytes * DECODED_PER_BODY : SIZE_MAX;
    return limit < LEAST_DECODED_BYTES ? LEAST_DECODED_BYTES : limit;
}

/* False when out of memory. A group of another engine is refused later, by name. */
static bool join_group(weft_call *call, const weft_call_options *options)
{
    if (!options || !options->group || options->group->engine != call->engine)
        return true;
    call->member = weft__group_join(options->group, call);
    return call->member != NULL;
}

weft_call *weft__call_make(weft_client *client, const weft__call_kind *kind, const weft_call_options *options,
                           bool is_stream, const weft__call_driver *driver)
{
    weft_engine *engine;
    weft_call *call = NULL;

    /* What an unchecked constructor gave: refused here for all who submit. */
    if (!client)
        return NULL;
    engine = client->engine;
    call =
        kind->is_recycled ? weft__engine_take_spare(engine, kind->size) : weft__alloc(&engine->loop.heap, kind->size);
    if (!call)
        return NULL;
    memset(call, 0, kind->size);
    call->kind = kind;
    call->engine = engine;
    call->client = client;
    call->refs = 1;
    weft__call_enter(call, WEFT__CALL_MADE);
    call->started_ns = weft__now_ns();
    weft__timer_init(&call->timer, driver->on_deadline);
    weft__arena_init(&call->arena, &engine->loop.heap);
    call->exchange.events = driver->events;
    call->exchange.origin = weft__origin_ref(client->origin);
    call->exchange.limits = client->limits;
    call->exchange.lane = is_stream ? WEFT__LANE_STREAMS : WEFT__LANE_CALLS;
    call->max_retries = client->retries.max_retries;
    if (options && options->max_retries)
        call->max_retries = options->max_retries == WEFT_NO_RETRIES ? 0 : options->max_retries;
    call->max_body_bytes = options && options->max_body_bytes ? options->max_body_bytes : client->max_body_bytes;
    call->max_decoded_bytes = decoded_limit(call, options);
    if (!join_group(call, options)) {
        weft__origin_unref(call->exchange.origin);
        weft__free(&engine->loop.heap, call);
        return NULL;
    }
    call->discreet = *client->query != '\0';
    weft__call_note_options(call, options);
    weft__client_call_begins(client, &call->link, driver->close);
    weft__engine_ref(engine);
    weft__loop_hold(&engine->loop);
    engine->calls_in_flight++;
    engine->loop.stats.calls_started++;
    return call;
}

void weft__call_take(weft_call *call, const weft__operation *operation, weft__hook hook)
{
#ifdef WEFT__ASSERTIONS
    WEFT__ASSERT_IF(hook.deliver, hook.deliver == operation->deliver);
#endif
    call->operation = operation;
    memcpy(call->function, hook.function, sizeof(call->function));
    call->arg = hook.arg;
}

void weft__call_note_options(weft_call *call, const weft_call_options *options)
{
    call->discreet |= options && (options->headers_count > 0 || options->query_count > 0);
}

void weft__call_make_part(weft_call *call)
{
    WEFT__ASSERT(!call->is_part && call->state < WEFT__CALL_REPORTED);
    call->is_part = true;
    call->engine->calls_in_flight--;
    call->engine->loop.stats.calls_started--;
}

bool weft__call_is_secret(const weft_call *call)
{
    return call->operation && (call->operation->flags & WEFT__OP_SECRET);
}

/* A body that outgrew the arena. */
void weft__call_drop_body(weft_call *call)
{
    if (call->attempt.body_cap && weft__call_is_secret(call))
        weft__wipe(call->attempt.body, call->attempt.body_cap);
    if (call->attempt.body_cap)
        weft__free(&call->engine->loop.heap, call->attempt.body);
    call->attempt.body = NULL;
    call->attempt.body_len = call->attempt.body_cap = 0;
}

void weft__call_release_arena(weft_call *call)
{
    if (weft__call_is_secret(call) || call->discreet)
        weft__arena_wipe(&call->arena);
    else
        weft__arena_release(&call->arena);
}

/* What the last one sent and got stays counted. */
void weft__call_forget_answer(weft_call *call)
{
    WEFT__ASSERT(call->exchange.state == WEFT__EXCHANGE_OFF);
    if (call->kind->rest)
        call->kind->rest(call);
    weft__call_drop_body(call);
    weft__gzip_free(call->attempt.gzip);
    call->attempt = (weft__attempt){0};
}

/* Of this attempt: what was sent, for all time. */
void weft__call_note_sent(weft_call *call)
{
    call->attempt.sent = call->attempt.sent || call->exchange.sent > 0;
    call->bytes_sent += call->exchange.sent;
    call->exchange.sent = 0;
}

void weft__call_keep_peer(weft_call *call)
{
    weft__encoded *request = call->request;

    /* A call that is made of others shows the request of one of them, which keeps it for itself and may be kept for
     * longer than the whole. */
    if (call->kind->head && request && request->peer)
        request->peer = weft__arena_copy(&call->arena, request->peer, strlen(request->peer));
}

static void call_free(weft_call *call)
{
    weft_engine *engine = call->engine;

    WEFT__ASSERT(!call->client && !call->member && !call->header_block);
    weft__call_enter(call, WEFT__CALL_GONE);
    if (call->kind->dispose)
        call->kind->dispose(call);
    weft__call_drop_body(call);
    weft__call_release_arena(call);
    if (call->kind->is_recycled)
        weft__engine_give_spare(engine, call);
    else
        weft__free(&engine->loop.heap, call);
    weft__engine_unref(engine);
}

weft__arena *weft__call_arena(weft_call *call)
{
    return call ? &call->arena : NULL;
}

weft_call *weft_call_ref(weft_call *call)
{
    if (!call)
        return NULL;
    WEFT__ASSERT(weft__call_is_alive(call));
    call->refs++;
    return call;
}

void weft_call_unref(weft_call *call)
{
    if (!call)
        return;
    WEFT__ASSERT(weft__call_is_alive(call));
    if (--call->refs == 0)
        call_free(call);
}
