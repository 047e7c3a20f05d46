#include "call/conductor.h"

#include <stdio.h>
#include <string.h>

#include "call/address.h"
#include "call/answer.h"
#include "call/coding.h"
#include "call/deadline.h"
#include "call/encode.h"
#include "call/explain.h"
#include "call/headers.h"
#include "call/redirect.h"
#include "call/request_hook.h"
#include "call/retry.h"
#include "engine/group.h"
#include "http/connection.h"

enum { DEFAULT_MAX_REDIRECTS = 10 };

/* ---- attempts --------------------------------------------------------------------------------------------------- */

static weft_call *call_of(weft__exchange *exchange)
{
    return WEFT__CONTAINER_OF(exchange, weft_call, exchange);
}

/* A connection that has not served may be older than the call all the same: a cooldown sent it to the pool unused. */
static void note_transport(weft_call *call, const weft__transport *transport)
{
    uint64_t stood_ns = transport->socket->connected_ns;

    call->attempt.times.dialled_ns =
        call->attempt.reused || stood_ns < call->started_ns ? 0 : stood_ns - call->started_ns;
    call->request->tls_version = transport->tls ? weft__tls_version(transport->tls) : NULL;
    call->attempt.tls_resumed = transport->tls && weft__tls_is_resumed(transport->tls);
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
        if (weft__call_end_if_doomed(call))
            return;
        begin(call);
        call->attempt.reused = exchange->reused;
        call->request->peer = exchange->connection->peer;
        call->attempt.times.connected_ns = now - call->started_ns;
        note_transport(call, &exchange->connection->transport);
        weft__call_renew_credentials(call);
        if (call->client->on_request || call->client->service->prepare)
            weft__call_run_request_hooks(call);
        if (weft__call_end_if_doomed(call))
            return;
        if (call->kind->begin)
            call->kind->begin(call);
        break;
    case WEFT__EXCHANGE_WAITING:
        call->attempt.times.sent_ns = now - call->started_ns;
        break;
    case WEFT__EXCHANGE_RECEIVING:
        call->attempt.times.first_byte_ns = now - call->started_ns;
        break;
    default:
        break;
    }
    weft__call_watch(call);
}

static bool on_turn(weft__exchange *exchange)
{
    weft_call *call = call_of(exchange);
    weft__cooldown *cooldown;

    if (exchange->state == WEFT__EXCHANGE_QUEUED && weft__call_end_if_doomed(call))
        return true;
    cooldown = weft__cooldown_find(&call->client->cooldowns, exchange->origin);
    if (!cooldown)
        return false;
    weft__origin_park(exchange->origin, exchange, &cooldown->parking, true);
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
    if (!weft__origin_park(call->exchange.origin, &call->exchange, &cooldown->parking, call->retries > 0))
        return false;
    call->exchange.progress_ms = weft__now_ms();
    weft__call_watch(call);
    return true;
}

void weft__call_attempt(weft_call *call)
{
    const weft_client *client = call->client;
    weft__cooldown *cooldown;

    if (weft__call_end_if_doomed(call))
        return;
    weft__call_enter(call, WEFT__CALL_TRYING);
    call->exchange.fresh = needs_fresh_connection(call);
    if (fail_if_forked(call))
        return;
    cooldown = weft__cooldown_find(&client->cooldowns, call->exchange.origin);
    if (cooldown ? !park(call, cooldown) : !weft__origin_submit(call->exchange.origin, &call->exchange))
        weft__call_fail(call, WEFT_E_QUEUE_FULL, "%u calls wait for this origin already",
                        client->engine->pool.limits.queued);
}

/* ---- error answers ----------------------------------------------------------------------------------------------- */

/* Asks another operation, below the base URL and without a body, on the same call: with the same headers and query of
 * its own. False: the call is settled. */
static bool encode_instead(weft_call *call, const weft__operation *operation)
{
    weft__invocation next = {.operation = operation, .as_before = true};

    call->operation = operation;
    call->request->redirects = 0;
    return weft__call_aim(call, &call->client->url) && weft__call_encode(call, &next, NULL) &&
           weft__call_take_header_block(call, &next);
}

static bool ask_otherwise(weft_call *call)
{
    const weft__operation *next = weft__call_otherwise(call);

    if (!next)
        return false;
    weft__call_forget_answer(call);
    weft__encoded_wipe_head(call->request);
    if (encode_instead(call, next))
        weft__call_attempt(call);
    return true;
}

bool weft__call_survives(weft_call *call)
{
    const weft_error *error;

    if (ask_otherwise(call))
        return true;
    error = weft__call_explain(call, NULL, NULL);
    if (weft__call_retry(call, error))
        return true;
    weft__call_mark(call, error, NULL);
    return false;
}

void weft__call_end_early(weft_call *call, const char *why, const weft__failure *failure)
{
    const weft_error *error;

    if (call->exchange.state != WEFT__EXCHANGE_OFF) {
        weft__call_note_sent(call);
        weft__exchange_cancel(&call->exchange);
    }
    if (ask_otherwise(call))
        return;
    error = weft__call_explain(call, why, failure);
    if (!weft__call_retry(call, error))
        weft__call_settle(call, error, NULL);
}

/* ---- the exchange's events --------------------------------------------------------------------------------------- */

static bool on_drained(weft__exchange *exchange)
{
    weft_call *call = call_of(exchange);

    return !weft__call_end_if_doomed(call) && call->kind->drained(call);
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

    call->attempt.headers = weft__headers_keep(&call->arena, lines);
    return call->attempt.headers != NULL;
}

static weft__flow on_head(weft__exchange *exchange, int status, int64_t content_length)
{
    weft_call *call = call_of(exchange);

    if (weft__call_end_if_doomed(call))
        return WEFT__FLOW_STOP;
    call->attempt.status = (int16_t)status;
    if (call->client->on_response) {
        call->client->on_response(call, call->client->hook_arg);
        if (weft__call_end_if_doomed(call))
            return WEFT__FLOW_STOP;
    }
    call->attempt.redirecting = weft__call_is_redirect(call);
    if (call->attempt.redirecting)
        return WEFT__FLOW_GO;
    weft__call_start_decoding(call);
    return call->kind->head(call, content_length);
}

/* The body of an error answer that cannot be read. */
static weft__flow pass_unread(weft_call *call)
{
    char why[64];

    if (call->attempt.body_seen <= call->max_body_bytes)
        return WEFT__FLOW_GO;
    snprintf(why, sizeof(why), "it is larger than %zu bytes", call->max_body_bytes);
    weft__call_end_early(call, why, NULL);
    return WEFT__FLOW_STOP;
}

static weft__flow decode(weft_call *call, char *bytes, size_t len, size_t *used)
{
    weft__flow flow = weft__call_decode_body(call, bytes, len, used);

    return flow == WEFT__FLOW_GO && call->attempt.unreadable ? pass_unread(call) : flow;
}

static weft__flow on_body(weft__exchange *exchange, char *bytes, size_t len, size_t *used)
{
    weft_call *call = call_of(exchange);

    if (weft__call_end_if_doomed(call))
        return WEFT__FLOW_STOP;
    call->attempt.body_seen += len;
    if (call->attempt.redirecting)
        return weft__call_pass_over(call);
    if (call->attempt.unreadable)
        return pass_unread(call);
    if (call->attempt.coding)
        return decode(call, bytes, len, used);
    return call->kind->body(call, bytes, len, used);
}

static void attempt_after(weft_call *call, int64_t wait_ms)
{
    if (wait_ms <= 0) {
        weft__call_attempt(call);
        return;
    }
    call->retry_at_ms = weft__now_ms() + (uint64_t)wait_ms + 1;
    weft__call_enter(call, WEFT__CALL_WAITING);
    weft__call_watch(call);
}

static void go_elsewhere(weft_call *call, const weft__redirect *redirect)
{
    const weft__url *to = &redirect->to;

    call->request->redirects++;
    call->discreet = true; /* where it leads may be signed */
    weft__call_forget_answer(call);
    weft__encoded_wipe_head(call->request);
    if (weft__call_aim(call, to) && weft__call_encode_redirect(call, to, redirect->is_of_one_origin) &&
        (redirect->is_of_one_origin || weft__call_become_anonymous(call, to)))
        attempt_after(call, redirect->wait_ms);
}

static void follow_redirect(weft_call *call)
{
    weft__redirect redirect;

    if (!weft__call_find_redirect(call, &redirect))
        return;
    go_elsewhere(call, &redirect);
    weft__url_deinit(&call->engine->loop.heap, &redirect.to);
}

static void on_done(weft__exchange *exchange)
{
    weft_call *call = call_of(exchange);

    weft__call_note_sent(call);
    if (weft__call_end_if_doomed(call))
        return;
    if (call->attempt.redirecting)
        follow_redirect(call);
    else if (weft__call_end_decoding(call) && (!call->attempt.unreadable || pass_unread(call) == WEFT__FLOW_GO))
        call->kind->done(call);
}

static void on_failed(weft__exchange *exchange, const weft__failure *failure)
{
    weft_call *call = call_of(exchange);
    const weft_error *error;

    weft__call_note_sent(call);
    if (weft__call_end_if_doomed(call) || (call->kind->broke && call->kind->broke(call, failure)))
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
    .turn = on_turn,
    .moved = on_moved,
    .drained = on_drained,
    .gather = on_gather,
    .fields = on_fields,
    .head = on_head,
    .body = on_body,
    .done = on_done,
    .failed = on_failed,
};

/* ---- its beginning ----------------------------------------------------------------------------------------------- */

/* The attempt is given up; unless it was the call's own deadline, there may be another. */
static void miss(weft_call *call, const weft__deadline *deadline)
{
    weft__failure failure;

    weft__call_miss(call, deadline, &failure);
    if (call->exchange.state != WEFT__EXCHANGE_OFF)
        weft__exchange_cancel(&call->exchange);
    on_failed(&call->exchange, &failure);
}

static void on_deadline(weft__timer *timer)
{
    weft_call *call = WEFT__CONTAINER_OF(timer, weft_call, timer);
    const weft__deadline *deadline = NULL;
    uint64_t due = weft__call_due_at(call, &deadline);

    if (due > weft__now_ms()) {
        call->attempt.overdue = false;
        if (due != UINT64_MAX)
            weft__loop_schedule(&call->engine->loop, timer, due);
        return;
    }
    if (!deadline) {
        weft__call_attempt(call);
    } else if (!call->attempt.overdue) {
        /* A callback that ran for long makes this look like silence, while the answer lies in the kernel: the sockets
         * are served once more. */
        call->attempt.overdue = true;
        weft__loop_schedule(&call->engine->loop, timer, weft__now_ms() + 1);
    } else {
        call->attempt.overdue = false;
        miss(call, deadline);
    }
}

weft_call *weft__call_new(weft_client *client, const weft__call_kind *kind, const weft_call_options *options,
                          bool is_stream)
{
    static const weft__call_driver driver = {
        .events = &exchange_events,
        .on_deadline = on_deadline,
        .close = weft__call_close_link,
    };

    return weft__call_make(client, kind, options, is_stream, &driver);
}

bool weft__call_check_group(weft_call *call, const weft_call_options *options)
{
    if (!options || !options->group || options->group->engine == call->engine)
        return true;
    weft__call_fail(call, WEFT_E_INVALID, "group: is of another engine");
    return false;
}

static uint8_t redirect_limit(const weft__invocation *invocation)
{
    if (invocation->max_redirects == WEFT_NO_REDIRECTS)
        return 0;
    if (invocation->max_redirects == 0)
        return DEFAULT_MAX_REDIRECTS;
    return invocation->max_redirects < UINT8_MAX ? (uint8_t)invocation->max_redirects : UINT8_MAX;
}

/* What is wrong with what is asked, as far as the operation's row can say; NULL when nothing is. */
static const char *objection(weft_client *client, const weft__invocation *invocation, weft_code *ret_code)
{
    const weft__operation *operation = invocation->operation;

    *ret_code = WEFT_E_INVALID;
    if (invocation->service && invocation->service != client->service)
        return weft__client_note(client, "the client is not one of %s", invocation->service->name);
    if (invocation->invalid) {
        *ret_code = invocation->invalid_code ? invocation->invalid_code : WEFT_E_INVALID;
        return invocation->invalid;
    }
    if (operation->request && !invocation->request && !invocation->has_source)
        return "request is required";
    return operation->check ? operation->check(client, invocation, ret_code) : NULL;
}

void weft__call_start(weft_call *call, const weft__invocation *invocation, const weft_call_options *options)
{
    const weft__operation_rare *rare = invocation->operation->rare;
    weft_client *client = call->client;
    const char *wrong;
    weft_code code;

    call->operation = invocation->operation;
    weft__call_set_timeouts(call, invocation, options);
    if (weft__call_end_if_doomed(call))
        return;
    if (!weft__call_check_group(call, options))
        return;
    wrong = objection(client, invocation, &code);
    if (wrong) {
        weft__call_fail(call, code, "%s", wrong);
        return;
    }
    call->request = weft__arena_zalloc(&call->arena, sizeof(*call->request));
    if (!call->request) {
        weft__call_fail_memory(call);
        return;
    }
    call->request->max_redirects = redirect_limit(invocation);
    if (rare && rare->otherwise && invocation->segments[0]) {
        call->request->asked = weft__arena_copy(&call->arena, invocation->segments[0], strlen(invocation->segments[0]));
        if (!call->request->asked) {
            weft__call_fail_memory(call);
            return;
        }
    }
    /* A URL that somebody gave may be signed. */
    call->discreet |= invocation->url || invocation->header_value;
    if (!weft__call_aim(call, invocation->url) || !weft__call_encode(call, invocation, options) ||
        !weft__call_take_header_block(call, invocation))
        return;
    call->exchange.is_head_request = strcmp(invocation->operation->method, "HEAD") == 0;
    if (invocation->is_trial)
        return;
    weft__retry_deposit(call->exchange.origin);
    if (!invocation->has_source)
        weft__call_attempt(call);
}
