#include "call/redirect.h"

#include <inttypes.h>
#include <string.h>

#include "base/text.h"
#include "call/answer.h"
#include "call/ending.h"

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
    if (!leads_elsewhere(call->attempt.status) || call->request->max_redirects == 0)
        return false;
    /* A GET may carry a body all the same; it is not sent to wherever an answer says. */
    if (call->operation->flags & WEFT__OP_REDIRECT_OK || weft__encoded_has_body(call->request))
        return false;
    /* A GET that starts a run: 301, 302 and 303 do not say that it was not started, and following would start
     * another. */
    if (!(call->operation->flags & WEFT__OP_REPEATABLE))
        return false;
    return strcmp(call->operation->method, "GET") == 0 || strcmp(call->operation->method, "HEAD") == 0;
}

weft__flow weft__call_pass_over(weft_call *call)
{
    if (call->attempt.body_seen <= call->max_body_bytes)
        return WEFT__FLOW_GO;
    weft__call_fail(call, WEFT_E_TOO_LARGE, "the redirect's body is larger than %zu bytes", call->max_body_bytes);
    return WEFT__FLOW_STOP;
}

/* The URL that was asked: the origin's, with the target of the request line. */
static bool current_url(weft_call *call, weft__url *ret_url, weft__url_error *ret_error)
{
    weft__heap *heap = &call->engine->loop.heap;
    weft__url origin;
    bool ok;

    if (!weft__url_parse(heap, weft__str(call->exchange.origin->name), WEFT__URL_BASE, &origin, ret_error))
        return false;
    ok = weft__url_resolve(heap, &origin, weft__encoded_target(call->request), ret_url, ret_error);
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
    weft_str location = weft_call_get_header(call, "location");
    weft__url from = {0}, to = {0};
    weft__url_error error;
    const char *text = NULL;

    if (!leads_elsewhere(call->attempt.status) || !location.ptr || !call->request || !call->request->bytes)
        return NULL;
    if (read_location(call, location, &from, &to, &error))
        text = weft__arena_printf(&call->arena, "it leads to %s, where no %s%s is sent by itself", show(call, &to),
                                  call->operation->method, weft__encoded_has_body(call->request) ? " with a body" : "");
    else if (!error.no_memory)
        text = weft__arena_printf(&call->arena, "it leads nowhere: %s", error.text);
    weft__url_deinit(heap, &from);
    weft__url_deinit(heap, &to);
    return text;
}

/* Whether the call may go there, after so long a wait; else it is settled. To the same place as well: "not ready, look
 * here again" is told like that. */
static bool may_follow(weft_call *call, const weft__url *from, const weft__url *to, int64_t wait_ms)
{
    uint32_t longest_ms = call->client->retries.max_retry_after_ms;
    unsigned limit = call->request->max_redirects;

    if (from->scheme == WEFT__URL_HTTPS && to->scheme != WEFT__URL_HTTPS)
        weft__call_fail(call, WEFT_E_REDIRECT, "the redirect leads from https to http: %s", show(call, to));
    else if (call->request->redirects >= limit)
        weft__call_fail(call, WEFT_E_REDIRECT, "more than %u redirect%s; the last one leads to %s", limit,
                        limit == 1 ? "" : "s", show(call, to));
    else if (wait_ms > longest_ms)
        weft__call_fail(call, WEFT_E_REDIRECT,
                        "the redirect to %s asks to wait for %" PRId64 " ms, which is more than %u", show(call, to),
                        wait_ms, longest_ms);
    return weft__call_is_running(call);
}

bool weft__call_find_redirect(weft_call *call, weft__redirect *ret_redirect)
{
    weft__heap *heap = &call->engine->loop.heap;
    weft_str location = weft_call_get_header(call, "location");
    weft__url from = {0}, to = {0};
    weft__url_error error;
    int64_t wait_ms = weft__call_retry_after(call);
    bool ok = false;

    if (!location.ptr) {
        weft__call_fail(call, WEFT_E_REDIRECT, "%d without a Location header", call->attempt.status);
        return false;
    }
    if (read_location(call, location, &from, &to, &error))
        ok = may_follow(call, &from, &to, wait_ms);
    else if (error.no_memory)
        weft__call_fail_memory(call);
    else
        weft__call_fail(call, WEFT_E_REDIRECT, "the redirect leads nowhere: %s", error.text);
    if (ok)
        *ret_redirect = (weft__redirect){to, wait_ms, weft__url_same_origin(&from, &to)};
    else
        weft__url_deinit(heap, &to);
    weft__url_deinit(heap, &from);
    return ok;
}
