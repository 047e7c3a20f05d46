#include "call/call.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "engine/group.h"
#include "call/retry.h"

enum {
    DECODED_PER_BODY =
        4, /* so much memory takes what an answer says, by default, for each byte that its body may have */
    LEAST_DECODED_BYTES = 1024 * 1024,
};

static void on_deadline(weft__timer *timer);
static void on_report(weft__task *task);
static void close_call(weft__link *link);

static const weft__exchange_events exchange_events;

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

bool weft__call_check_group(weft_call *call, const weft_call_options *options)
{
    if (!options || !options->group || options->group->engine == call->engine)
        return true;
    weft__call_fail(call, WEFT_E_INVALID, "group: is of another engine");
    return false;
}

weft_call *weft__call_new(weft_client *client, const weft__call_kind *kind, const weft_call_options *options,
                          bool is_stream)
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
    call->started_ns = weft__now_ns();
    weft__timer_init(&call->timer, on_deadline);
    weft__arena_init(&call->arena, &engine->loop.heap);
    call->exchange.events = &exchange_events;
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
    weft__client_call_begins(client, &call->link, close_call);
    weft__engine_ref(engine);
    weft__loop_hold(&engine->loop);
    engine->calls_in_flight++;
    engine->loop.stats.calls_started++;
    return call;
}

void weft__call_note_options(weft_call *call, const weft_call_options *options)
{
    call->discreet |= options && (options->headers_count > 0 || options->query_count > 0);
}

void weft__call_make_part(weft_call *call)
{
    call->is_part = true;
    call->engine->calls_in_flight--;
    call->engine->loop.stats.calls_started--;
}

static bool is_secret(const weft_call *call)
{
    return call->operation && (call->operation->flags & WEFT__OP_SECRET);
}

/* A body that outgrew the arena. */
void weft__call_drop_body(weft_call *call)
{
    if (call->body_cap && is_secret(call))
        weft__wipe(call->body, call->body_cap);
    if (call->body_cap)
        weft__free(&call->engine->loop.heap, call->body);
    call->body = NULL;
    call->body_len = call->body_cap = 0;
}

void weft__call_release_arena(weft_call *call)
{
    if (is_secret(call) || call->discreet)
        weft__arena_wipe(&call->arena);
    else
        weft__arena_release(&call->arena);
}

static void call_free(weft_call *call)
{
    weft_engine *engine = call->engine;

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

weft_call *weft_call_ref(weft_call *call)
{
    if (call)
        call->refs++;
    return call;
}

void weft_call_unref(weft_call *call)
{
    if (call && --call->refs == 0)
        call_free(call);
}

/* ---- deadlines ---------------------------------------------------------------------------------------------- */

static void override(uint32_t *limit, uint32_t wanted)
{
    if (wanted)
        *limit = wanted == WEFT_NO_TIMEOUT ? 0 : wanted;
}

static void override_all(weft_timeouts *timeouts, const weft_timeouts *wanted)
{
    override(&timeouts->queue_ms, wanted->queue_ms);
    override(&timeouts->connect_ms, wanted->connect_ms);
    override(&timeouts->first_byte_ms, wanted->first_byte_ms);
    override(&timeouts->idle_ms, wanted->idle_ms);
    override(&timeouts->total_ms, wanted->total_ms);
}

/* The limit that comes of the arguments; 0 = none does. */
static uint32_t asked_total_ms(const weft__invocation *invocation)
{
    const weft__operation *operation = invocation->operation;

    if (invocation->total_ms || !operation->deadline || !invocation->request)
        return invocation->total_ms;
    return operation->deadline(invocation->request);
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

/* While the caller wants no more, a server that cannot send is not silent; nor is one that waits for the caller. */
static uint64_t silent_since(const weft_call *call)
{
    const weft__exchange *exchange = &call->exchange;

    if (call->starved)
        return weft__now_ms();
    if (exchange->connection && exchange->connection->state == WEFT__CONNECTION_PAUSED)
        return weft__now_ms();
    return exchange->progress_ms;
}

/* When the call has to give up as things stand, in ms, and which deadline that is. UINT64_MAX: never. */
static uint64_t due_at(const weft_call *call, weft_code *ret_code)
{
    const weft_timeouts *limits = &call->timeouts;
    uint64_t due = UINT64_MAX, since;
    uint32_t limit = 0;

    if (limits->total_ms) {
        due = call->started_ns / 1000000 + limits->total_ms + 1;
        *ret_code = WEFT_E_TIMEOUT_TOTAL;
    }
    if (call->retry_at_ms && call->retry_at_ms < due) {
        *ret_code = WEFT_OK;
        return call->retry_at_ms;
    }
    switch ((weft__exchange_state)call->exchange.state) {
    case WEFT__EXCHANGE_QUEUED:
        limit = limits->queue_ms;
        break;
    case WEFT__EXCHANGE_CONNECTING:
        limit = limits->connect_ms;
        break;
    case WEFT__EXCHANGE_WAITING:
        limit = limits->first_byte_ms;
        break;
    case WEFT__EXCHANGE_SENDING:
    case WEFT__EXCHANGE_RECEIVING:
        limit = limits->idle_ms;
        break;
    case WEFT__EXCHANGE_OFF:
        break;
    }
    since = silent_since(call);
    if (limit && since + limit + 1 < due) {
        static const weft_code codes[] = {
            [WEFT__EXCHANGE_QUEUED] = WEFT_E_TIMEOUT_QUEUE,   [WEFT__EXCHANGE_CONNECTING] = WEFT_E_TIMEOUT_CONNECT,
            [WEFT__EXCHANGE_SENDING] = WEFT_E_TIMEOUT_IDLE,   [WEFT__EXCHANGE_WAITING] = WEFT_E_TIMEOUT_FIRST_BYTE,
            [WEFT__EXCHANGE_RECEIVING] = WEFT_E_TIMEOUT_IDLE,
        };

        due = since + limit + 1;
        *ret_code = codes[call->exchange.state];
    }
    return due;
}

/* The timer is only ever moved nearer: when it fires too soon it looks again. That saves moving it with each byte. */
void weft__call_watch(weft_call *call)
{
    weft_code code;
    uint64_t due;

    /* Once it is settled, the timer's place is taken by the task that reports it. */
    if (call->state != WEFT__CALL_RUNNING)
        return;
    due = due_at(call, &code);
    if (due != UINT64_MAX && (!weft__timer_is_set(&call->timer) || due < call->timer.deadline_ms))
        weft__loop_schedule(&call->engine->loop, &call->timer, due);
}

static void describe_timeout(const weft_call *call, weft_code code, char *text, size_t size)
{
    const weft_timeouts *limits = &call->timeouts;

    switch (code) {
    case WEFT_E_TIMEOUT_QUEUE:
        snprintf(text, size,
                 weft__cooldown_find(&call->client->cooldowns, call->exchange.origin)
                     ? "the pause that the server asked for did not end within %u ms"
                     : "no connection became free within %u ms",
                 limits->queue_ms);
        break;
    case WEFT_E_TIMEOUT_CONNECT:
        snprintf(text, size, "not connected within %u ms", limits->connect_ms);
        break;
    case WEFT_E_TIMEOUT_FIRST_BYTE:
        snprintf(text, size, "no answer within %u ms of sending", limits->first_byte_ms);
        break;
    case WEFT_E_TIMEOUT_IDLE:
        snprintf(text, size, "nothing came for %u ms", limits->idle_ms);
        break;
    default:
        if (call->kind->describe_end)
            call->kind->describe_end(call, code, text, size);
        else
            snprintf(text, size, "not done within %u ms", limits->total_ms);
    }
}

/* The attempt is given up; unless it was the call's own deadline, there may be another. */
static void on_timeout(weft_call *call, weft_code code)
{
    weft__failure failure = {.code = code};

    describe_timeout(call, code, failure.text, sizeof(failure.text));
    if (call->exchange.state != WEFT__EXCHANGE_OFF)
        weft__exchange_cancel(&call->exchange);
    call->exchange.events->failed(&call->exchange, &failure);
}

static void on_deadline(weft__timer *timer)
{
    weft_call *call = WEFT__CONTAINER_OF(timer, weft_call, timer);
    weft_code code = WEFT_OK;
    uint64_t due = due_at(call, &code);

    if (due > weft__now_ms()) {
        call->overdue = false;
        if (due != UINT64_MAX)
            weft__loop_schedule(&call->engine->loop, timer, due);
        return;
    }
    if (code == WEFT_OK) {
        weft__call_attempt(call);
    } else if (!call->overdue) {
        /* A callback that ran for long makes this look like silence, while the answer lies in the kernel: the sockets
         * are served once more. */
        call->overdue = true;
        weft__loop_schedule(&call->engine->loop, timer, weft__now_ms() + 1);
    } else {
        call->overdue = false;
        on_timeout(call, code);
    }
}

/* ---- settling and reporting ---------------------------------------------------------------------------------- */

/* Whether the answer had come to its end, and with it what was asked for. */
static bool is_over(weft_code code)
{
    return code == WEFT_E_DECODE || code == WEFT_E_CONTENT_TYPE || code == WEFT_E_ENCODING || code == WEFT_E_ARCHIVE;
}

/* What a caller must know beyond what went wrong. A service that reports a failure has said already what it did. */
static const char *outcome_words(const weft_call *call, const weft_error *error)
{
    switch (error->outcome) {
    case WEFT_OUTCOME_UNKNOWN:
        return call->withheld ? "; it may have been acted on, so it was not sent again" : "; it may have been acted on";
    case WEFT_OUTCOME_ACTED_ON:
        if (error->code >= WEFT_E_STREAM_ERROR)
            return "";
        return is_over(error->code) ? "; it was acted on" : "; it was acted on, and may go on";
    case WEFT_OUTCOME_NOT_ACTED_ON:
        break;
    }
    return "";
}

/* How often it was tried, why not again, and what became of it is known only once it is not tried again. */
static const weft_error *complete(weft_call *call, const weft_error *error)
{
    const char *words = outcome_words(call, error);
    uint32_t attempts = call->retries + call->begun;
    char count[32] = "";
    weft_error *whole;

    if (weft__is_no_memory_error(error))
        return weft__no_memory_error_for(weft__call_outcome(call));
    if (attempts < 2 && !call->unaffordable && !*words)
        return error;
    whole = weft__arena_alloc(&call->arena, sizeof(*whole));
    if (!whole)
        return error;
    *whole = *error;
    if (attempts >= 2)
        snprintf(count, sizeof(count), "; after %u attempts", attempts);
    whole->message = weft__arena_printf(
        &call->arena, "%s%s%s%s", error->message, count, words,
        call->unaffordable ? "; not tried again: too many attempts at this server have failed of late" : "");
    return whole->message ? whole : error;
}

/* Of this attempt: what was sent, for all time. */
void weft__call_note_sent(weft_call *call)
{
    call->sent = call->sent || call->exchange.sent > 0;
    call->bytes_sent += call->exchange.sent;
    call->exchange.sent = 0;
}

void weft__call_mark(weft_call *call, const weft_error *error, const void *result)
{
    call->state = WEFT__CALL_SETTLED;
    weft__call_note_sent(call);
    call->error = error ? complete(call, error) : NULL;
    call->outcome = (uint8_t)(error ? call->error->outcome : weft__call_outcome(call));
    call->result = error ? NULL : result;
    weft__loop_cancel(&call->engine->loop, &call->timer);
    if (call->exchange.connection || call->exchange.state != WEFT__EXCHANGE_OFF)
        weft__exchange_cancel(&call->exchange);
    if (call->kind->stop)
        call->kind->stop(call);
}

void weft__call_settle(weft_call *call, const weft_error *error, const void *result)
{
    if (call->state != WEFT__CALL_RUNNING)
        return;
    weft__call_mark(call, error, result);
    weft__call_report_later(call);
}

void weft__call_report_later(weft_call *call)
{
    call->report_task = (weft__task){.run = on_report};
    weft__loop_defer(&call->engine->loop, &call->report_task);
}

static void on_report(weft__task *task)
{
    weft__call_report_now(WEFT__CONTAINER_OF(task, weft_call, report_task));
}

void weft__call_keep_peer(weft_call *call)
{
    weft__encoded *request = call->request;

    /* A call that is made of others shows the request of one of them, which keeps it for itself and may be kept for
     * longer than the whole. */
    if (call->kind->head && request && request->peer)
        request->peer = weft__arena_copy(&call->arena, request->peer, strlen(request->peer));
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

static void deliver_part(weft_call *call)
{
    weft__part_cb *cb;

    memcpy(&cb, call->function, sizeof(cb));
    cb(call, call->error, call->result, call->arg);
}

static void deliver(weft_call *call)
{
    static const unsigned char none[sizeof(call->function)];

    if (memcmp(call->function, none, sizeof(none)) == 0)
        return;
    if (call->is_part)
        deliver_part(call);
    else if (call->is_by_name)
        weft__deliver_by_name(call, call->error, call->result, call->arg, call->function);
    else
        call->operation->deliver(call, call->error, call->result, call->arg, call->function);
}

void weft__call_report_now(weft_call *call)
{
    weft_engine *engine = call->engine;
    weft_client *client = call->client;
    weft__origin *origin = call->exchange.origin;

    weft__loop_undefer(&call->report_task);
    if (call->lingering > 0)
        return;
    call->state = WEFT__CALL_REPORTED;
    call->times.done_ns = weft__now_ns() - call->started_ns;
    weft__header_block_unref(call->header_block);
    call->header_block = NULL;
    weft__call_wipe_head(call);
    weft__gzip_free(call->gzip);
    call->gzip = NULL;
    if (!call->is_part) {
        engine->calls_in_flight--;
        *(call->error ? &engine->loop.stats.calls_failed : &engine->loop.stats.calls_succeeded) += 1;
    }
    /* Nothing reaches the call from here on, so its callback may do anything. */
    weft__list_remove(&call->link);
    call->client = NULL;
    if (call->kind->report)
        call->kind->report(call);
    else
        deliver(call);
    if (call->refs > 1)
        weft__call_keep_peer(call);
    weft__group_leave(call->member);
    call->member = NULL;
    weft__origin_unref(origin);
    weft__client_call_gone(client);
    weft__loop_release(&engine->loop);
    weft_call_unref(call);
}

void weft__call_linger(weft_call *call)
{
    call->lingering++;
}

void weft__call_let_go(weft_call *call)
{
    if (--call->lingering == 0 && call->state == WEFT__CALL_SETTLED)
        weft__call_report_now(call);
}

void weft_call_cancel(weft_call *call)
{
    char text[sizeof(((weft__failure *)0)->text)] = "cancelled";

    if (!call)
        return;
    if (call->kind->describe_end && call->state == WEFT__CALL_RUNNING)
        call->kind->describe_end(call, WEFT_E_CANCELLED, text, sizeof(text));
    weft__call_fail(call, WEFT_E_CANCELLED, "%s", text);
}

void weft__call_close(weft_call *call)
{
    weft__call_fail(call, WEFT_E_CLOSED, "%s closed", call->engine->closing ? "the engine was" : "the client was");
}

static void close_call(weft__link *link)
{
    weft__call_close(WEFT__CONTAINER_OF(link, weft_call, link));
}

/* ---- the exchange's events ----------------------------------------------------------------------------------- */

static weft_call *call_of(weft__exchange *exchange)
{
    return WEFT__CONTAINER_OF(exchange, weft_call, exchange);
}

/* A connection that has not served may be older than the call all the same: a pause sent it to the pool unused. */
static void note_transport(weft_call *call, const weft__transport *transport)
{
    uint64_t stood_ns = transport->socket->connected_ns;

    call->times.dialled_ns = call->reused || stood_ns < call->started_ns ? 0 : stood_ns - call->started_ns;
    call->request->tls_version = transport->tls ? weft__tls_version(transport->tls) : NULL;
    call->tls_resumed = transport->tls && weft__tls_is_resumed(transport->tls);
}

/* An attempt counts from the moment at which it has, or asks for, a connection. */
static void begin(weft_call *call)
{
    call->attempts += !call->begun;
    call->begun = true;
}

static void on_moved(weft__exchange *exchange)
{
    weft_call *call = call_of(exchange);
    uint64_t now = weft__now_ns();

    exchange->progress_ms = now / 1000000;
    switch ((weft__exchange_state)exchange->state) {
    case WEFT__EXCHANGE_CONNECTING:
        begin(call);
        break;
    case WEFT__EXCHANGE_SENDING:
        begin(call);
        call->reused = exchange->reused;
        call->request->peer = exchange->connection->peer;
        call->times.connected_ns = now - call->started_ns;
        note_transport(call, &exchange->connection->transport);
        weft__call_renew_credentials(call);
        if (call->client->on_request || call->client->service->prepare)
            weft__call_run_request_hooks(call);
        if (call->kind->begin && call->state == WEFT__CALL_RUNNING)
            call->kind->begin(call);
        break;
    case WEFT__EXCHANGE_WAITING:
        call->times.sent_ns = now - call->started_ns;
        break;
    case WEFT__EXCHANGE_RECEIVING:
        call->times.first_byte_ns = now - call->started_ns;
        break;
    default:
        break;
    }
    weft__call_watch(call);
}

static bool on_postpone(weft__exchange *exchange)
{
    weft_call *call = call_of(exchange);
    weft__cooldown *cooldown = weft__cooldown_find(&call->client->cooldowns, exchange->origin);

    if (!cooldown)
        return false;
    weft__origin_hold(exchange->origin, exchange, &cooldown->parked, true);
    weft__call_watch(call);
    return true;
}

/* A forwarding proxy says for itself whether its connection stays, and some drop the service's "close" on the way: what
 * must not be lost does not trust it. */
static bool needs_fresh_connection(const weft_call *call)
{
    return weft__origin_is_forwarded(call->exchange.origin) && !(call->operation->flags & WEFT__OP_REPEATABLE);
}

static bool fail_if_forked(weft_call *call)
{
    if (!weft__loop_is_forked(&call->engine->loop))
        return false;
    weft__call_fail(call, weft__engine_forked.code, "%s", weft__engine_forked.text);
    return true;
}

/* A call that is made again has been let in before. */
static bool park(weft_call *call, weft__cooldown *cooldown)
{
    if (!weft__origin_hold(call->exchange.origin, &call->exchange, &cooldown->parked, call->retries > 0))
        return false;
    call->exchange.progress_ms = weft__now_ms();
    weft__call_watch(call);
    return true;
}

void weft__call_attempt(weft_call *call)
{
    const weft_client *client = call->client;
    weft__cooldown *cooldown;

    call->retry_at_ms = 0;
    call->exchange.fresh = needs_fresh_connection(call);
    if (fail_if_forked(call))
        return;
    cooldown = weft__cooldown_find(&client->cooldowns, call->exchange.origin);
    if (cooldown ? !park(call, cooldown) : !weft__origin_submit(call->exchange.origin, &call->exchange))
        weft__call_fail(call, WEFT_E_QUEUE_FULL, "%u calls wait for this origin already",
                        client->engine->pool.limits.queued);
}

static bool on_drained(weft__exchange *exchange)
{
    weft_call *call = call_of(exchange);

    return call->kind->drained(call);
}

static int on_gather(weft__exchange *exchange, struct iovec parts[WEFT__REQUEST_PARTS])
{
    weft_call *call = call_of(exchange);
    char *request = (char *)(uintptr_t)call->request->bytes;

    if (call->kind->gather) {
        int count = call->kind->gather(call, parts);

        if (count != 0)
            return count > 0 ? count : 0;
    }
    if (call->request->head) {
        parts[0] = (struct iovec){(char *)(uintptr_t)call->request->head, call->request->head_len};
        parts[1] = (struct iovec){request + call->request->body_at, call->request->len - call->request->body_at};
        return 2;
    }
    parts[0] = (struct iovec){request, call->request->line_len};
    parts[1] = (struct iovec){call->header_block->text, call->header_block->len};
    parts[2] = (struct iovec){request + call->request->line_len, call->request->len - call->request->line_len};
    return 3;
}

static bool on_fields(weft__exchange *exchange, weft_str lines)
{
    weft_call *call = call_of(exchange);

    call->headers = weft__headers_keep(&call->arena, lines);
    return call->headers != NULL;
}

static weft__flow on_head(weft__exchange *exchange, int status, int64_t content_length)
{
    weft_call *call = call_of(exchange);

    call->status = (int16_t)status;
    if (call->client->on_response) {
        call->client->on_response(call, call->client->hook_arg);
        if (call->state != WEFT__CALL_RUNNING)
            return WEFT__FLOW_STOP;
    }
    call->redirecting = weft__call_is_redirect(call);
    if (call->redirecting)
        return WEFT__FLOW_GO;
    weft__call_start_decoding(call);
    return call->kind->head(call, content_length);
}

static weft__flow on_body(weft__exchange *exchange, char *bytes, size_t len, size_t *used)
{
    weft_call *call = call_of(exchange);

    call->body_seen += len;
    if (call->redirecting)
        return weft__call_pass_over(call);
    if (call->unreadable)
        return weft__call_pass_unread(call);
    if (call->coding)
        return weft__call_decode_body(call, bytes, len, used);
    return call->kind->body(call, bytes, len, used);
}

static void on_done(weft__exchange *exchange)
{
    weft_call *call = call_of(exchange);

    weft__call_note_sent(call);
    if (call->state != WEFT__CALL_RUNNING)
        return;
    if (call->redirecting)
        weft__call_follow_redirect(call);
    else if (weft__call_end_decoding(call))
        call->kind->done(call);
}

static void on_failed(weft__exchange *exchange, const weft__failure *failure)
{
    weft_call *call = call_of(exchange);
    weft_error *error;

    weft__call_note_sent(call);
    if (call->state != WEFT__CALL_RUNNING || (call->kind->broke && call->kind->broke(call, failure)))
        return;
    /* One that is made of others shows the status of its last part, which has ended by itself. */
    if (call->kind->head && weft__call_is_answered(call) && weft__call_is_error_answer(call)) {
        weft__call_end_early(call, failure->text, failure);
        return;
    }
    error = weft__call_error_below(call, failure, failure->text);
    if (!call->handed_out && weft__call_retry(call, error))
        return;
    weft__call_settle(call, error, NULL);
}

static const weft__exchange_events exchange_events = {
    .postpone = on_postpone,
    .moved = on_moved,
    .drained = on_drained,
    .gather = on_gather,
    .fields = on_fields,
    .head = on_head,
    .body = on_body,
    .done = on_done,
    .failed = on_failed,
};

/* ---- plain calls --------------------------------------------------------------------------------------------- */

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

    if (call->body_len < call->max_body_bytes &&
        weft__call_body_append(call, bytes, call->max_body_bytes - call->body_len) == WEFT__FLOW_STOP)
        return WEFT__FLOW_STOP;
    snprintf(why, sizeof(why), "it is larger than %zu bytes", call->max_body_bytes);
    weft__call_end_early(call, why, NULL);
    return WEFT__FLOW_STOP;
}

/* The first piece goes to the arena, for it is nearly always all there is; more makes the body a block of its own. */
weft__flow weft__call_body_append(weft_call *call, const char *bytes, size_t len)
{
    weft__heap *heap = &call->engine->loop.heap;
    size_t need = call->body_len + len + 1;
    char *grown;

    if (len > call->max_body_bytes - call->body_len)
        return weft__call_is_error_answer(call) ? cut_short(call, bytes) : too_large(call);
    if (!call->body) {
        call->body = weft__arena_copy(&call->arena, bytes, len);
        if (!call->body)
            goto no_memory;
        call->body_len = len;
        return WEFT__FLOW_GO;
    }
    if (need > call->body_cap) {
        size_t cap = need > 16384 ? need + need / 2 : 32768;

        grown = is_secret(call) ? weft__resize_secret(heap, call->body_cap ? call->body : NULL, call->body_cap, cap)
                                : weft__resize(heap, call->body_cap ? call->body : NULL, cap);
        if (!grown)
            goto no_memory;
        if (!call->body_cap)
            memcpy(grown, call->body, call->body_len);
        call->body = grown;
        call->body_cap = cap;
    }
    memcpy(call->body + call->body_len, bytes, len);
    call->body_len += len;
    call->body[call->body_len] = '\0';
    return WEFT__FLOW_GO;

no_memory:
    weft__call_settle(call, &weft__no_memory_error, NULL);
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

/* ---- what can be learned of a call --------------------------------------------------------------------------- */

void weft_call_get_details(const weft_call *call, weft_call_details *ret_details)
{
    *ret_details = (weft_call_details){
        .http_status = call->status,
        .outcome = call->state == WEFT__CALL_RUNNING ? weft__call_outcome(call) : (weft_outcome)call->outcome,
        .attempts = call->attempts,
        .reused_connection = call->reused,
        .peer = call->request && call->request->peer ? call->request->peer : "",
        .request_id = weft_call_header(call, "x-request-id"),
        .bytes_sent = call->bytes_sent + call->exchange.sent,
        .bytes_received = call->exchange.received,
        .times = call->times,
        .tls_version = call->request ? call->request->tls_version : NULL,
        .tls_resumed = call->tls_resumed,
    };
}

weft_str weft_call_text(weft_call *call, weft_json string)
{
    return weft__json_string(&call->arena, string);
}

weft_str weft_call_body(const weft_call *call)
{
    return (weft_str){call->body, call->body_len};
}
