#include "call/upload.h"

#include <string.h>

#include "base/text.h"
#include "call/conductor.h"
#include "call/deadline.h"

/* The files are there, or have been looked at for an attempt, or the next piece of one has been read. */
static void on_source_ready(void *owner)
{
    weft__upload *upload = owner;
    weft_call *call = upload->call;
    const char *problem = weft__source_problem(upload->source);

    if (!weft__call_is_running(call))
        return;
    if (problem) {
        weft__call_fail_file(call, WEFT_E_FILE, problem, weft__source_system_error(upload->source));
        return;
    }
    if (!upload->checked) {
        upload->checked = true;
        weft__call_attempt(call);
        return;
    }
    upload->total = weft__source_size(upload->source);
    if (weft__source_is_spent(upload->source))
        call->max_retries = 0;
    call->exchange.more = !weft__source_is_last(upload->source);
    if (call->exchange.connection)
        weft__connection_continue(call->exchange.connection);
}

static bool take_files(weft__upload *upload, const weft_body *body, weft__invocation *invocation)
{
    weft_call *call = upload->call;
    weft_engine *engine = call->engine;
    char problem[128];

    upload->source = weft__source_new(&engine->loop, body, &engine->random, on_source_ready, upload, problem);
    if (!upload->source && problem[0]) {
        weft__call_fail(call, WEFT_E_INVALID, "%s", problem);
        return false;
    }
    if (!upload->source)
        return weft__call_fail_memory(call);
    invocation->has_source = true;
    invocation->content_type = weft__source_content_type(upload->source);
    return true;
}

static bool take_feed(weft__upload *upload, const weft_body *body, weft__invocation *invocation)
{
    upload->feed = weft__feed_new(upload->call, body);
    if (!upload->feed)
        return weft__call_fail_memory(upload->call);
    upload->total = weft__feed_size(upload->feed);
    invocation->has_source = true;
    invocation->content_type = weft__feed_content_type(upload->feed);
    return true;
}

/* What is wrong with a body; NULL when nothing is. */
static const char *objection(const weft_body *body)
{
    if ((body->bytes != NULL) + (body->json != NULL) + (body->file_path != NULL) + (body->parts_count > 0) +
            (body->read != NULL) >
        1)
        return "body: more than one of bytes, json, file_path, parts and read is set";
    if (body->content_type && !weft__text_is_header_value(body->content_type, strlen(body->content_type)))
        return "body.content_type: has characters that no header may have";
    if (!body->read && (body->rewind || body->read_size > 0))
        return "body.read: is required with rewind and read_size";
    return NULL;
}

bool weft__upload_take(weft__upload *upload, weft_call *call, const weft_body *body, weft__invocation *invocation)
{
    const char *wrong = objection(body);
    weft__codec_error error;

    upload->call = call;
    if (wrong) {
        weft__call_fail(call, WEFT_E_INVALID, "%s", wrong);
        return false;
    }
    if (body->read)
        return take_feed(upload, body, invocation);
    if (body->file_path || body->parts_count > 0)
        return take_files(upload, body, invocation);
    if (body->bytes) {
        invocation->bytes = (weft_str){body->bytes, body->bytes_len};
        upload->total = body->bytes_len;
        invocation->content_type = body->content_type ? body->content_type : "application/octet-stream";
    } else if (body->json) {
        if (weft__json_check(body->json, strlen(body->json), &error) != WEFT__CODEC_OK) {
            weft__call_fail(call, WEFT_E_INVALID, "body.json: %s at byte %zu", error.what, error.offset);
            return false;
        }
        invocation->bytes = weft__str(body->json);
        upload->total = invocation->bytes.len;
    }
    return true;
}

void weft__upload_check(weft__upload *upload)
{
    if (!weft__upload_is_in_pieces(upload) || !weft__call_is_running(upload->call))
        return;
    if (!upload->source || !weft__source_has_files(upload->source)) {
        weft__call_attempt(upload->call);
        return;
    }
    weft__call_watch(upload->call);
    weft__source_check(upload->source);
}

bool weft__upload_is_quiet(const weft__upload *upload)
{
    return !upload->source || !weft__source_is_working(upload->source);
}

bool weft__upload_is_in_pieces(const weft__upload *upload)
{
    return upload->source || upload->feed;
}

uint64_t weft__upload_sent(const weft__upload *upload)
{
    if (upload->feed)
        return weft__feed_sent(upload->feed);
    return weft__source_sent(upload->source, upload->call->exchange.offset);
}

void weft__upload_begin(weft__upload *upload)
{
    if (upload->feed)
        weft__feed_begin(upload->feed);
    if (!upload->source)
        return;
    upload->call->exchange.more = true;
    weft__source_begin(upload->source);
    /* Unless that has ended the call. */
    if (upload->source && weft__source_has_begun(upload->source))
        upload->total = weft__source_size(upload->source);
}

void weft__upload_rest(weft__upload *upload)
{
    if (upload->feed)
        weft__feed_rest(upload->feed);
    if (upload->source)
        weft__source_rest(upload->source);
}

int weft__upload_gather(const weft__upload *upload, struct iovec *parts)
{
    int count;

    if (upload->feed)
        return weft__feed_gather(upload->feed, parts);
    if (!upload->source)
        return 0;
    if (!weft__source_has_begun(upload->source))
        return -1;
    if (weft__source_is_at_head(upload->source))
        return 0;
    count = weft__source_gather(upload->source, parts);
    return count > 0 ? count : -1;
}

bool weft__upload_drained(weft__upload *upload)
{
    weft_call *call = upload->call;

    if (weft__call_is_running(call) && upload->feed)
        return weft__feed_next(upload->feed);
    if (!weft__call_is_running(call) || !weft__source_has_begun(upload->source) || !weft__source_next(upload->source))
        return false;
    call->exchange.more = !weft__source_is_last(upload->source);
    return true;
}

static void on_source_gone(void *owner)
{
    weft__call_let_go(((weft__upload *)owner)->call);
}

void weft__upload_resume(weft__upload *upload)
{
    if (upload->feed)
        weft__feed_resume(upload->feed);
}

void weft__upload_stop(weft__upload *upload)
{
    weft__feed_close(upload->feed);
    upload->feed = NULL;
    if (!weft__source_close(upload->source, on_source_gone))
        weft__call_linger(upload->call);
    upload->source = NULL;
}
