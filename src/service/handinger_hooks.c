/* What Handinger's failures mean, and which of them are tried again. */
#include "base/text.h"
#include "call/deadline.h"
#include "service/handinger_operations.h"

#include <stdio.h>

/* Of Handinger no answer is documented whose words would prove more than its status: there is no table of them.
 *
 * The core has read the message from the answer: the string `error`, then `message`, else the body's text. An
 * `error` that is an object has it one level down. */
void weft__handinger_explain(weft__response *response)
{
    weft_json error, message;
    weft_str text;

    if (!response->body.ptr || !weft__json_member(response->body.ptr, response->body.len, "error", &error) ||
        !weft__json_member(error.ptr, error.len, "message", &message))
        return;
    text = weft__json_string(response->arena, message);
    if (text.len > 0)
        response->message = response->said = text.ptr;
}

/* Whether the server itself says that the request is to be made again. */
static bool is_told(const weft__retry_case *failed, bool *ret_again)
{
    weft_str word = weft_call_get_header(failed->call, "x-should-retry");

    *ret_again = weft__text_equal(word, weft__str("true"));
    return *ret_again || weft__text_equal(word, weft__str("false"));
}

/* No answer began. A certificate that is no good will not be better the next time, and a queue that is full,
 * or the call's own deadline, is no attempt. */
static bool is_lost(weft_code code)
{
    switch (code) {
    case WEFT_E_NAME_NOT_FOUND:
    case WEFT_E_CONNECT:
    case WEFT_E_CONNECTION_LOST:
    case WEFT_E_TLS:
    case WEFT_E_PROXY:
    case WEFT_E_PROTOCOL:
        return true;
    default:
        return weft__timeout_may_pass(code);
    }
}

/* One that is guarded is made again when it cannot have been acted on. */
static bool may_repeat_guarded(const weft__retry_case *failed)
{
    if (!weft__retry_is_harmless(failed))
        return false;
    if (failed->status == 0)
        return is_lost(failed->error->code);
    return failed->status == 429 || failed->status == 503;
}

bool weft__handinger_may_retry(const weft__retry_case *failed)
{
    bool again;

    /* It broke off in the middle: what was handed out already would come twice. */
    if (failed->status >= 200 && failed->status < 300)
        return false;
    /* That it be made again is the server's wish; whether it was acted on, the word does not say. */
    if (failed->status > 0 && is_told(failed, &again))
        return again && (failed->repeatable || may_repeat_guarded(failed));
    if (!failed->repeatable)
        return may_repeat_guarded(failed);
    if (failed->status == 0)
        return is_lost(failed->error->code);
    return failed->status == 408 || failed->status == 409 || failed->status == 429 || failed->status >= 500;
}

uint32_t weft__handinger_retry_delay(weft__random *random, const weft_retry_options *options, uint32_t retry)
{
    uint64_t delay_ms = options->first_backoff_ms;

    while (retry-- > 0 && delay_ms < options->max_backoff_ms)
        delay_ms *= 2;
    if (delay_ms > options->max_backoff_ms)
        delay_ms = options->max_backoff_ms;
    return (uint32_t)(delay_ms - weft__random_below(random, delay_ms / 4));
}

/* One that the caller has set stands. When memory is short the header is missing, which does no harm. */
void weft__handinger_prepare(weft_request *request, uint32_t retry)
{
    static const char name[] = "X-Stainless-Retry-Count";
    char count[12];

    if (weft_request_get_header(request, name).ptr)
        return;
    snprintf(count, sizeof(count), "%u", (unsigned)retry);
    weft_request_set_header(request, name, count);
}
