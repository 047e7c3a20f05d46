#include "call/stream.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "call/answer.h"
#include "call/conductor.h"
#include "call/deadline.h"
#include "call/explain.h"
#include "call/headers.h"
#include "call/plain.h"
#include "call/retry.h"
#include "http/connection.h"

enum {
    MAX_ERROR_BODY = 64 * 1024,
    MAX_SHOWN_ID = 64,
    LINGER_MS = 5000, /* for the connection's end after the final event; it changes nothing any more */
};

static const weft_error *end_error(weft_stream *stream);

static weft_stream *stream_of(weft_call *call)
{
    return (weft_stream *)(void *)call;
}

static const weft__stream_rules *rules_of(const weft_stream *stream)
{
    const weft__stream_extras *extras = stream->extras;

    return extras && extras->has_rules ? &extras->rules : stream->call.client->service->stream;
}

static bool has_prefix_nocase(weft_str text, const char *prefix)
{
    size_t len = strlen(prefix);

    return text.len >= len && weft__text_equal_nocase((weft_str){text.ptr, len}, (weft_str){prefix, len});
}

static void stream_stop(weft_call *call)
{
    weft__upload *upload = stream_of(call)->upload;

    if (upload)
        weft__upload_stop(upload);
}

/* The request has been sent and the head is read: a stream that may be open for hours keeps neither, unless its user
 * holds on to the call, or it is not yet known what the body is in. Of the request its path stays, which errors
 * name. */
static void shed_request(weft_call *call)
{
    const weft__upload *upload = stream_of(call)->upload;

    if (!call->exchange.connection->sent_whole || call->attempt.coding || (upload && !weft__upload_is_quiet(upload)))
        return;
    weft__header_block_unref(call->header_block);
    call->header_block = NULL;
    weft__encoded_wipe_head(call->request);
    if (call->refs > 1)
        return;
    stream_stop(call);
    stream_of(call)->upload = NULL;
    weft__call_keep_path(call);
    weft__call_release_arena(call);
    call->attempt.headers = NULL;
    call->request = NULL;
}

/* A success that may have a body. */
static bool is_good(const weft_call *call)
{
    return !weft__call_is_error_answer(call) && call->attempt.status != 204;
}

/* False when its user has ended it. */
static bool open_stream(weft_stream *stream)
{
    weft_call *call = &stream->call;

    stream->is_events = true;
    call->handed_out = true;
    call->engine->streams_open++;
    if (stream->on_open)
        stream->on_open(stream, call->arg);
    return !weft__call_end_if_doomed(call);
}

static weft__flow stream_head(weft_call *call, int64_t content_length)
{
    weft_stream *stream = stream_of(call);
    weft_str type = weft__call_content_type(call);

    (void)content_length;
    stream->is_events = is_good(call) && has_prefix_nocase(type, "text/event-stream");
    if (!stream->is_events) {
        /* A success may be what a run has come to. */
        if (!is_good(call) && call->max_body_bytes > MAX_ERROR_BODY)
            call->max_body_bytes = MAX_ERROR_BODY;
        return WEFT__FLOW_GO;
    }
    if (!open_stream(stream))
        return WEFT__FLOW_STOP;
    shed_request(call);
    return stream->paused ? WEFT__FLOW_PAUSE : WEFT__FLOW_GO;
}

/* For what follows the final event. */
static void linger(weft_stream *stream)
{
    stream->call.timeouts.idle_ms = LINGER_MS;
    weft__call_watch(&stream->call);
}

/* Mostly it is not, which its first byte tells. */
static inline bool is_text(weft_str text, const char *expected)
{
    return expected && text.len > 0 && *text.ptr == *expected && weft__text_equal(text, weft__str(expected));
}

static void fail_by_event(weft_stream *stream, const weft__words *words)
{
    weft_error *error = weft__call_error(&stream->call, WEFT_E_STREAM_ERROR, words->message);

    if (error) {
        error->server_code = weft__call_showable(&stream->call, words->code);
        error->server_message = weft__call_showable(&stream->call, words->said);
    }
    stream->call.error = weft__error_or_no_memory(error);
    stream->failed = true;
}

/* In its own words, or in those that stand in its JSON. */
static void fail_as_told(weft_stream *stream, const weft__stream_rules *rules, weft_str data)
{
    weft__words words = {.message = NULL};

    if (rules->words)
        words = rules->words(&stream->call.arena, data);
    if (!words.message)
        words.message = words.said = data.len > 0 ? data.ptr : NULL;
    if (!words.message)
        words.message = "the service reported an error";
    fail_by_event(stream, &words);
}

/* A final event may take back what its type says. */
static void finish_by_event(weft_stream *stream, const weft__stream_rules *rules, const weft_event *event)
{
    weft__words doubt = {.message = NULL};

    if (rules->doubt)
        doubt = rules->doubt(&stream->call.arena, event->data);
    if (doubt.message)
        fail_by_event(stream, &doubt);
    else
        stream->done = true;
}

/* What the event means for the stream's end; the caller gets it all the same. */
static inline void note_end(weft_stream *stream, const weft__stream_rules *rules, const weft_event *event)
{
    if (is_text(event->type, rules->error_event))
        fail_as_told(stream, rules, event->data);
    else if (is_text(event->type, rules->done_event))
        finish_by_event(stream, rules, event);
    else if (is_text(event->data, rules->done_data))
        stream->done = true;
    else if (rules->error_in_data && weft__words_tell_error(event->data))
        fail_as_told(stream, rules, event->data);
    else
        return;
    linger(stream);
}

static bool is_over(const weft_stream *stream)
{
    return stream->done || stream->failed;
}

static inline void deliver(weft_stream *stream, const weft__stream_rules *rules, const weft_event *event)
{
    weft__arena *reading = &stream->call.engine->reading;

    stream->call.engine->loop.stats.events_received++;
    stream->events += stream->events < UINT32_MAX;
    note_end(stream, rules, event);
    if (!stream->on_event)
        return;
    stream->on_event(stream, event, stream->call.arg);
    if (reading->chunks)
        weft__arena_release(reading);
}

/* What the parser was asked to tell beside events. */
static void tell(weft_stream *stream, weft__sse_status what, weft_str text)
{
    const weft__stream_extras *extras = stream->extras;

    if (what == WEFT__SSE_COMMENT)
        extras->on_comment(stream, text, stream->call.arg);
    else
        extras->on_retry(stream, weft__sse_retry_ms(text), stream->call.arg);
}

static weft__flow fail_parse(weft_stream *stream, weft__sse_status status)
{
    weft_call *call = &stream->call;

    if (status == WEFT__SSE_NO_MEMORY)
        weft__call_fail_memory(call);
    else
        weft__call_fail(call, WEFT_E_TOO_LARGE, "an event is larger than %u bytes", stream->sse.max_event_bytes);
    return WEFT__FLOW_STOP;
}

/* What follows the final event is not the service's, or does not count: it may be a part of the event's own text. */
static weft__flow end_early(weft_stream *stream)
{
    weft__call_settle(&stream->call, end_error(stream), NULL);
    return WEFT__FLOW_STOP;
}

static weft__flow stream_body(weft_call *call, char *bytes, size_t len, size_t *used)
{
    weft_stream *stream = stream_of(call);
    const weft__stream_rules *rules = rules_of(stream);
    size_t at = 0;

    if (!stream->is_events)
        return weft__call_body_append(call, bytes, len);
    for (;;) {
        if (is_over(stream) && at < len)
            return end_early(stream);

        weft_event event;
        size_t step;
        weft__sse_status status = weft__sse_feed(&stream->sse, bytes + at, len - at, &step, &event);

        at += step;
        if (status == WEFT__SSE_NEED_MORE)
            return WEFT__FLOW_GO;
        if (status == WEFT__SSE_EVENT)
            deliver(stream, rules, &event);
        else if (status == WEFT__SSE_COMMENT || status == WEFT__SSE_RETRY)
            tell(stream, status, event.data);
        else
            return fail_parse(stream, status);
        if (stream->done && rules->done_ends)
            weft__call_settle(call, NULL, NULL);
        if (weft__call_end_if_doomed(call))
            return WEFT__FLOW_STOP;
        if (stream->paused) {
            *used = at;
            return WEFT__FLOW_PAUSE;
        }
        if (at == len && !weft__sse_holds_memory(&stream->sse))
            return WEFT__FLOW_GO;
    }
}

/* The last event may lack its blank line; whether it counts is the service's choice. */
static bool deliver_unfinished(weft_stream *stream)
{
    weft_event event;
    weft__sse_status status = weft__sse_finish(&stream->sse, &event);

    if (status == WEFT__SSE_EVENT)
        deliver(stream, rules_of(stream), &event);
    else if (status != WEFT__SSE_NEED_MORE)
        fail_parse(stream, status);
    return !weft__call_end_if_doomed(&stream->call);
}

static bool is_subscription(const weft_call *call)
{
    return (call->operation->flags & WEFT__OP_REPEATABLE) != 0;
}

/* How far a stream came that did not come to its end, and what that means: what it shows goes on without it. */
static void describe_cut(weft_stream *stream, char *text, size_t size)
{
    weft_str id = weft__sse_last_id(&stream->sse);
    int len;

    if (stream->events == 0)
        len = snprintf(text, size, "before its first event");
    else
        len = snprintf(text, size, "after %" PRIu32 " event%s", stream->events, stream->events == 1 ? "" : "s");
    if (id.len > 0 && id.len <= MAX_SHOWN_ID)
        len += snprintf(text + len, size - (size_t)len, " (last id \"%s\")", id.ptr);
    snprintf(text + len, size - (size_t)len, "%s", is_subscription(&stream->call) ? "; it may be opened again" : "");
}

static const weft_error *cut_error(weft_stream *stream, const weft__failure *failure)
{
    weft_call *call = &stream->call;
    char cut[192], text[sizeof(failure->text) + sizeof(cut) + 32];

    describe_cut(stream, cut, sizeof(cut));
    snprintf(text, sizeof(text), "%s; the stream was cut %s", failure->text, cut);
    return weft__call_error_below(call, failure, text);
}

static const weft_error *end_error(weft_stream *stream)
{
    weft_call *call = &stream->call;
    const weft__stream_rules *rules = rules_of(stream);
    char cut[192], text[256];

    if (stream->failed)
        return call->error;
    if (stream->done || rules->close_is_done)
        return NULL;
    describe_cut(stream, cut, sizeof(cut));
    snprintf(text, sizeof(text), "the stream ended without its final event, %s", cut);
    return weft__error_or_no_memory(weft__call_error(call, WEFT_E_STREAM_UNFINISHED, text));
}

/* The service had no need of a stream: its answer is the one event, and the final one. False when its user has ended
 * the stream. */
static bool deliver_whole_answer(weft_stream *stream)
{
    const weft__stream_rules *rules = rules_of(stream);
    weft_event event = {.data = {stream->call.attempt.body, stream->call.attempt.body_len}};

    if (!open_stream(stream))
        return false;
    if (rules->done_event)
        event.type = weft__str(rules->done_event);
    deliver(stream, rules, &event);
    stream->done = !stream->failed;
    return !weft__call_end_if_doomed(&stream->call);
}

static void stream_done(weft_call *call)
{
    weft_stream *stream = stream_of(call);
    const weft_error *error = NULL;

    if (!stream->is_events) {
        error = is_good(call) ? weft__call_explain_no_stream(call) : weft__call_explain(call, NULL, NULL);
        if (error && weft__call_retry(call, error))
            return;
        if (!error && !deliver_whole_answer(stream))
            return;
    } else if (!deliver_unfinished(stream)) {
        return;
    }
    weft__call_mark(call, error ? error : end_error(stream), NULL);
    weft__call_report_now(call);
}

static void stream_report(weft_call *call)
{
    weft_stream *stream = stream_of(call);

    if (stream->is_events)
        call->engine->streams_open--;
    if (stream->on_end)
        stream->on_end(stream, call->error, call->arg);
}

static void stream_begin(weft_call *call)
{
    weft__upload *upload = stream_of(call)->upload;

    if (upload)
        weft__upload_begin(upload);
}

static void stream_rest(weft_call *call)
{
    weft__upload *upload = stream_of(call)->upload;

    if (upload)
        weft__upload_rest(upload);
}

static int stream_gather(weft_call *call, struct iovec *parts)
{
    const weft__upload *upload = stream_of(call)->upload;

    return upload ? weft__upload_gather(upload, parts) : 0;
}

static bool stream_drained(weft_call *call)
{
    return weft__upload_drained(stream_of(call)->upload);
}

static void stream_resume_body(weft_call *call)
{
    weft__upload *upload = stream_of(call)->upload;

    if (upload)
        weft__upload_resume(upload);
}

static void stream_dispose(weft_call *call)
{
    weft_stream *stream = stream_of(call);
    weft__heap *heap = &call->engine->loop.heap;

    weft__sse_deinit(&stream->sse);
    weft__free(heap, call->asked_path);
    if (stream->extras && call->operation == &stream->extras->operation)
        call->operation = NULL;
    weft__free(heap, stream->extras);
}

/* What breaks after the final event takes nothing away. */
static bool stream_broke(weft_call *call, const weft__failure *failure)
{
    weft_stream *stream = stream_of(call);

    if (!stream->is_events)
        return false;
    weft__call_settle(call, stream->done || stream->failed ? end_error(stream) : cut_error(stream, failure), NULL);
    return true;
}

static const weft__call_kind stream_kind = {
    .size = sizeof(weft_stream),
    .head = stream_head,
    .body = stream_body,
    .done = stream_done,
    .broke = stream_broke,
    .begin = stream_begin,
    .rest = stream_rest,
    .gather = stream_gather,
    .drained = stream_drained,
    .resume_body = stream_resume_body,
    .report = stream_report,
    .stop = stream_stop,
    .dispose = stream_dispose,
};

/* False: the call is settled. */
static bool take_body(weft_stream *stream, const weft_body *body, weft__invocation *invocation)
{
    stream->upload = weft__arena_zalloc(&stream->call.arena, sizeof(*stream->upload));
    if (!stream->upload) {
        weft__call_fail_memory(&stream->call);
        return false;
    }
    return weft__upload_take(stream->upload, &stream->call, body, invocation);
}

static void take_callbacks(weft_stream *stream, const weft_stream_callbacks *callbacks, void *arg)
{
    if (stream->extras) {
        stream->extras->on_comment = callbacks->on_comment;
        stream->extras->on_retry = callbacks->on_retry;
    }
    stream->on_open = callbacks->on_open;
    stream->on_event = callbacks->on_event;
    stream->on_end = callbacks->on_end;
    stream->call.arg = arg;
}

static weft_stream *stream_new(weft_client *client, const weft_call_options *options,
                               const weft_stream_callbacks *callbacks, weft__stream_extras *extras, void *arg)
{
    weft_call *call = weft__call_new(client, &stream_kind, options, true);
    const weft__stream_rules *rules;
    weft_stream *stream;

    if (!call)
        return NULL;
    stream = stream_of(call);
    stream->extras = extras;
    take_callbacks(stream, callbacks, arg);
    rules = rules_of(stream);
    weft__sse_init(&stream->sse, &call->engine->loop.heap,
                   &(weft__sse_options){
                       .max_event_bytes = client->max_event_bytes,
                       .keep_unfinished = rules->keep_unfinished,
                       .lf_only = rules->lf_only,
                       .first_type_counts = rules->first_type_counts,
                       .tell_comments = callbacks->on_comment,
                       .tell_retries = callbacks->on_retry,
                   });
    return stream;
}

weft_stream *weft__stream_new(weft_client *client, const weft_call_options *options,
                              const weft_stream_callbacks *callbacks, weft__stream_extras *extras, void *arg)
{
    static const weft_stream_callbacks none;
    weft_stream *stream;

    if (!callbacks)
        callbacks = &none;
    if (!extras && client && (callbacks->on_comment || callbacks->on_retry)) {
        extras = weft__zalloc(&client->engine->loop.heap, sizeof(*extras));
        if (!extras)
            return NULL;
    }
    stream = stream_new(client, options, callbacks, extras, arg);
    if (!stream && client)
        weft__free(&client->engine->loop.heap, extras);
    return stream;
}

void weft__stream_start(weft_stream *stream, const weft__invocation *invocation, const weft_body *body,
                        const weft_call_options *options)
{
    weft__invocation mine = *invocation;

    stream->call.operation = invocation->operation;
    if (!invocation->invalid && body && !take_body(stream, body, &mine))
        return;
    weft__call_start(&stream->call, &mine, options);
    if (stream->upload)
        weft__upload_check(stream->upload);
}

weft_stream *weft__stream_upload(weft_client *client, const weft__invocation *invocation, const weft_body *body,
                                 const weft_call_options *options, const weft_stream_callbacks *callbacks, void *arg)
{
    weft_stream *stream = weft__stream_new(client, options, callbacks, NULL, arg);

    if (stream)
        weft__stream_start(stream, invocation, body, options);
    return stream;
}

weft_stream *weft__stream_submit(weft_client *client, const weft__invocation *invocation,
                                 const weft_call_options *options, const weft_stream_callbacks *callbacks, void *arg)
{
    return weft__stream_upload(client, invocation, NULL, options, callbacks, arg);
}

void weft_stream_cancel(weft_stream *stream)
{
    if (stream)
        weft_call_cancel(&stream->call);
}

void weft_stream_pause(weft_stream *stream)
{
    if (!stream)
        return;
    WEFT__ASSERT(weft__call_is_alive(&stream->call));
    stream->paused = true;
    if (weft__call_is_running(&stream->call) && stream->call.exchange.connection)
        weft__connection_pause(stream->call.exchange.connection);
}

void weft_stream_resume(weft_stream *stream)
{
    weft__connection *connection;

    if (!stream)
        return;
    WEFT__ASSERT(weft__call_is_alive(&stream->call));
    connection = stream->call.exchange.connection;
    stream->paused = false;
    if (connection && weft__call_is_running(&stream->call))
        weft__connection_resume(connection);
}

weft_str weft_stream_get_last_event_id(const weft_stream *stream)
{
    WEFT__ASSERT(weft__call_is_alive(&stream->call));
    return weft__sse_last_id(&stream->sse);
}

weft__arena *weft__event_arena(weft_stream *stream)
{
    return stream ? &stream->call.engine->reading : NULL;
}

weft_call *weft_stream_get_call(weft_stream *stream)
{
    return stream ? &stream->call : NULL;
}
