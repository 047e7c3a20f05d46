#include "call/failure.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "call/outcome.h"
#include "call/redact.h"

enum { MAX_KEPT_PATH = 200 };

const weft_error weft__no_memory_error = {
    .code = WEFT_E_NO_MEMORY,
    .message = "out of memory",
    .retry_after_ms = -1,
};

/* There is no memory for a message of the call's own. */
static const weft_error no_memory_errors[] = {
    [WEFT_OUTCOME_UNKNOWN] =
        {
            .code = WEFT_E_NO_MEMORY,
            .message = "out of memory; the request may have been acted on",
            .retry_after_ms = -1,
            .outcome = WEFT_OUTCOME_UNKNOWN,
        },
    [WEFT_OUTCOME_NOT_ACTED_ON] =
        {
            .code = WEFT_E_NO_MEMORY,
            .message = "out of memory",
            .retry_after_ms = -1,
            .outcome = WEFT_OUTCOME_NOT_ACTED_ON,
        },
    [WEFT_OUTCOME_ACTED_ON] =
        {
            .code = WEFT_E_NO_MEMORY,
            .message = "out of memory; the request was acted on",
            .retry_after_ms = -1,
            .outcome = WEFT_OUTCOME_ACTED_ON,
        },
};

bool weft__is_no_memory_error(const weft_error *error)
{
    return error == &weft__no_memory_error || (error >= no_memory_errors && error <= &no_memory_errors[2]);
}

/* ---- what was asked ------------------------------------------------------------------------------------------- */

/* The target without its query, which may hold a prompt; absolute when a proxy forwards it. ptr NULL when it was never
 * encoded, or is kept no more. */
static weft_str target_path(const weft_call *call)
{
    return call->request && call->request->bytes ? weft__encoded_path(call->request) : (weft_str){NULL, 0};
}

/* Whether the path is made of nothing but what the client and the operation say of themselves. */
static bool is_plain_path(const weft_call *call, weft_str path)
{
    weft_str base = call->client->url.path;

    return path.len >= base.len && memcmp(path.ptr, base.ptr, base.len) == 0 &&
           weft__text_equal((weft_str){path.ptr + base.len, path.len - base.len}, weft__str(call->operation->path));
}

void weft__call_keep_path(weft_call *call)
{
    weft_str path = target_path(call);
    bool is_long = path.len > MAX_KEPT_PATH;
    size_t len = is_long ? MAX_KEPT_PATH : path.len;

    if (!path.ptr || call->asked_path || is_plain_path(call, path))
        return;
    call->asked_path = weft__alloc(&call->engine->loop.heap, len + (is_long ? sizeof("...") : 1));
    if (!call->asked_path)
        return;
    memcpy(call->asked_path, path.ptr, len);
    memcpy(call->asked_path + len, is_long ? "..." : "", is_long ? sizeof("...") : 1);
}

/* "cannot LABEL: METHOD ORIGIN/path: TEXT". A server's text is mostly a line, whose end is not part of what it says. */
static char *compose(weft_call *call, const char *text)
{
    const weft__operation *operation = call->operation;
    const char *origin = weft__origin_is_forwarded(call->exchange.origin) ? "" : call->exchange.origin->name;
    weft_str path = target_path(call), said = weft__text_strip(weft__str(text));
    int said_len = (int)said.len;
    char *message;

    if (!path.ptr && call->exchange.lane == WEFT__LANE_STREAMS && call->asked_path)
        path = weft__str(call->asked_path);
    if (path.ptr)
        message = weft__arena_printf(&call->arena, "cannot %s: %s %s%.*s: %.*s", operation->label, operation->method,
                                     origin, (int)path.len, path.ptr, said_len, said.ptr);
    else if (call->attempts > 0)
        message = weft__arena_printf(&call->arena, "cannot %s: %s %s%s%s: %.*s", operation->label, operation->method,
                                     call->exchange.origin->name, call->client->url.path.ptr, operation->path, said_len,
                                     said.ptr);
    else
        message = weft__arena_printf(&call->arena, "cannot %s: %.*s", operation->label, said_len, said.ptr);
    if (message)
        weft__redact(call, message);
    return message;
}

const char *weft__call_showable(weft_call *call, const char *word)
{
    char *copy = word && *word ? weft__arena_copy(&call->arena, word, strlen(word)) : NULL;

    if (copy)
        weft__redact(call, copy);
    return copy;
}

weft_error *weft__call_error(weft_call *call, weft_code code, const char *text)
{
    weft_error *error = weft__arena_zalloc(&call->arena, sizeof(*error));
    const char *message = error ? compose(call, text) : NULL;

    if (!message)
        return NULL;
    error->code = code;
    error->http_status = call->attempt.status;
    error->message = message;
    error->retry_after_ms = -1;
    error->outcome = weft__call_outcome(call);
    error->cause = call->kind->cause ? call->kind->cause(call) : NULL;
    return error;
}

void weft__error_note_failure(weft_error *error, const weft__failure *failure)
{
    if (!error)
        return;
    error->loss = failure->loss;
    error->system_error = failure->system_error;
    error->tls_error = failure->tls_error;
}

const weft_error *weft__call_error_below(weft_call *call, const weft__failure *failure, const char *text)
{
    weft_error *error = weft__call_error(call, failure->code, text);

    weft__error_note_failure(error, failure);
    return weft__error_or_no_memory(error);
}

/* ---- what became of it ----------------------------------------------------------------------------------------- */

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

const weft_error *weft__call_complete_error(weft_call *call, const weft_error *error)
{
    const char *words = outcome_words(call, error);
    uint32_t attempts = call->retries + call->begun;
    char count[32] = "";
    weft_error *whole;

    if (weft__is_no_memory_error(error))
        return &no_memory_errors[weft__call_outcome(call)];
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
