/* Redirects, for GET and HEAD only: limited, never from https to http, and without credentials elsewhere. */
#include <inttypes.h>
#include <string.h>

#include "base/text.h"
#include "call/call.h"
#include "client/credentials.h"
#include "call/retry.h"

/* A GET may carry a body all the same; it is not sent to wherever an answer says. */
static bool has_body(const weft_call *call)
{
    bool from_source = memcmp(call->request->bytes + call->request->body_at - 4, "\r\n\r\n", 4) != 0;

    return from_source || call->request->len > call->request->body_at;
}

static bool leads_elsewhere(int status)
{
    switch (status) {
    case 301:
    case 302:
    case 303:
    case 307:
    case 308:
        return true;
    default:
        return false;
    }
}

bool weft__call_is_redirect(const weft_call *call)
{
    if (!leads_elsewhere(call->status) || call->request->max_redirects == 0)
        return false;
    if (call->operation->flags & WEFT__OP_REDIRECT_OK || has_body(call))
        return false;
    /* A GET that starts a run: 301, 302 and 303 do not say that it was not started, and following would start
     * another. */
    if (!(call->operation->flags & WEFT__OP_REPEATABLE))
        return false;
    return strcmp(call->operation->method, "GET") == 0 || strcmp(call->operation->method, "HEAD") == 0;
}

weft__flow weft__call_pass_over(weft_call *call)
{
    if (call->body_seen <= call->max_body_bytes)
        return WEFT__FLOW_GO;
    weft__call_fail(call, WEFT_E_TOO_LARGE, "the redirect's body is larger than %zu bytes", call->max_body_bytes);
    return WEFT__FLOW_STOP;
}

/* The URL that was asked: the origin's, with the target of the request line. */
static bool current_url(weft_call *call, weft__url *ret_url, weft__url_error *ret_error)
{
    weft__heap *heap = &call->engine->loop.heap;
    const char *target = memchr(call->request->bytes, ' ', call->request->line_len);
    size_t tail = strlen(" HTTP/1.1\r\n");
    weft__url origin;
    bool ok;

    target++;
    if (!weft__url_parse(heap, weft__str(call->exchange.origin->name), WEFT__URL_BASE, &origin, ret_error))
        return false;
    ok = weft__url_resolve(heap, &origin,
                           (weft_str){target, call->request->line_len - tail - (size_t)(target - call->request->bytes)},
                           ret_url, ret_error);
    weft__url_deinit(heap, &origin);
    return ok;
}

/* Where a redirect leads, as far as it may be shown: the query may be a signature. */
static const char *show(weft_call *call, const weft__url *to)
{
    const char *text = weft__arena_printf(&call->arena, "%s%s%s", to->origin.ptr, to->path.len ? to->path.ptr : "/",
                                          to->query.ptr ? "?..." : "");

    return text ? text : "its place";
}

/* Reads the Location of the answer at hand; `ret_error->text` says what is wrong with it. */
static bool read_location(weft_call *call, weft_str location, weft__url *ret_from, weft__url *ret_to,
                          weft__url_error *ret_error)
{
    return current_url(call, ret_from, ret_error) &&
           weft__url_resolve(&call->engine->loop.heap, ret_from, location, ret_to, ret_error);
}

const char *weft__call_describe_redirect(weft_call *call)
{
    weft__heap *heap = &call->engine->loop.heap;
    weft_str location = weft_call_header(call, "location");
    weft__url from = {0}, to = {0};
    weft__url_error error;
    const char *text = NULL;

    if (!leads_elsewhere(call->status) || !location.ptr || !call->request || !call->request->bytes)
        return NULL;
    if (read_location(call, location, &from, &to, &error))
        text = weft__arena_printf(&call->arena, "it leads to %s, where no %s%s is sent by itself", show(call, &to),
                                  call->operation->method, has_body(call) ? " with a body" : "");
    else if (!error.no_memory)
        text = weft__arena_printf(&call->arena, "it leads nowhere: %s", error.text);
    weft__url_deinit(heap, &from);
    weft__url_deinit(heap, &to);
    return text;
}

static bool fail_memory(weft_call *call)
{
    weft__call_settle(call, &weft__no_memory_error, NULL);
    return false;
}

/* Whether the call may go there, after so long a wait; else it is settled. To the same place as well: "not ready, look
 * here again" is told like that. */
static bool may_follow(weft_call *call, const weft__url *from, const weft__url *to, int64_t wait_ms)
{
    uint32_t longest_ms = call->client->retries.max_retry_after_ms;
    unsigned limit = call->request->max_redirects;

    if (from->scheme == WEFT__URL_HTTPS && to->scheme != WEFT__URL_HTTPS)
        weft__call_fail(call, WEFT_E_REDIRECT, "the redirect leads from https to http: %s", show(call, to));
    else if (call->redirects >= limit)
        weft__call_fail(call, WEFT_E_REDIRECT, "more than %u redirect%s; the last one leads to %s", limit,
                        limit == 1 ? "" : "s", show(call, to));
    else if (wait_ms > longest_ms)
        weft__call_fail(call, WEFT_E_REDIRECT,
                        "the redirect to %s asks to wait for %" PRId64 " ms, which is more than %u", show(call, to),
                        wait_ms, longest_ms);
    return call->state == WEFT__CALL_RUNNING;
}

/* What the rest of the head begins with: "Accept: VALUE". */
static char *copy_accept(weft_call *call)
{
    const char *value = call->request->bytes + call->request->line_len + strlen("Accept: ");
    const char *end = memchr(value, '\r', (size_t)(call->request->bytes + call->request->body_at - value));

    return weft__arena_copy(&call->arena, value, (size_t)(end - value));
}

/* The new request's line before `rest`, which is the old request's: what the caller added to it goes along. */
static bool keep_rest(weft_call *call, const char *rest, size_t rest_len)
{
    char *request = weft__arena_bytes(&call->arena, call->request->line_len + rest_len);

    if (!request)
        return fail_memory(call);
    memcpy(request, call->request->bytes, call->request->line_len);
    memcpy(request + call->request->line_len, rest, rest_len);
    call->request->bytes = request;
    call->request->len = call->request->line_len + rest_len;
    call->request->body_at = (uint32_t)call->request->len;
    return true;
}

/* Another origin learns nothing of what was meant for this one: neither credentials nor headers of client and call. */
static bool become_anonymous(weft_call *call, const weft__url *to)
{
    weft__header_block_unref(call->header_block);
    call->header_block = weft__client_anonymous_block(call->client, to, call->exchange.origin);
    return call->header_block || fail_memory(call);
}

static void attempt_after(weft_call *call, int64_t wait_ms)
{
    if (wait_ms <= 0) {
        weft__call_attempt(call);
        return;
    }
    call->retry_at_ms = weft__now_ms() + (uint64_t)wait_ms + 1;
    weft__call_watch(call);
}

static void go(weft_call *call, const weft__url *from, const weft__url *to, int64_t wait_ms)
{
    weft__invocation next = {.operation = call->operation, .url = to, .accept = copy_accept(call)};
    const char *rest = call->request->bytes + call->request->line_len;
    size_t rest_len = call->request->len - call->request->line_len;

    call->redirects++;
    call->discreet = true; /* where it leads may be signed */
    weft__call_forget_answer(call);
    call->redirecting = false;
    weft__call_wipe_head(call);
    if (!next.accept) {
        fail_memory(call);
        return;
    }
    if (!weft__call_aim(call, to) || !weft__call_encode(call, &next, NULL))
        return;
    if (weft__url_same_origin(from, to) ? keep_rest(call, rest, rest_len) : become_anonymous(call, to))
        attempt_after(call, wait_ms);
}

void weft__call_follow_redirect(weft_call *call)
{
    weft__heap *heap = &call->engine->loop.heap;
    weft_str location = weft_call_header(call, "location");
    weft__url from = {0}, to = {0};
    weft__url_error error;
    int64_t wait_ms = weft__call_retry_after(call);

    if (!location.ptr) {
        weft__call_fail(call, WEFT_E_REDIRECT, "%d without a Location header", call->status);
        return;
    }
    if (!read_location(call, location, &from, &to, &error)) {
        if (error.no_memory)
            weft__call_settle(call, &weft__no_memory_error, NULL);
        else
            weft__call_fail(call, WEFT_E_REDIRECT, "the redirect leads nowhere: %s", error.text);
        goto done;
    }
    if (may_follow(call, &from, &to, wait_ms))
        go(call, &from, &to, wait_ms);
done:
    weft__url_deinit(heap, &from);
    weft__url_deinit(heap, &to);
}
