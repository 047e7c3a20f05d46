#include "call/outcome.h"

#include <string.h>

#include "call/answer.h"

/* Asking changes nothing, however often. A GET that starts a run is not marked as repeatable. */
static bool changes_nothing(const weft__operation *operation)
{
    const char *method = operation->method;

    return (operation->flags & WEFT__OP_REPEATABLE) &&
           (strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0 || strcmp(method, "OPTIONS") == 0);
}

/* What the status proves. 408 and 499 come also when the request was read whole, and the 5xx of a proxy when the
 * server behind it broke over it; a 503 that says when to come back is somebody's decision not to begin. */
static weft_outcome outcome_of_status(const weft_call *call)
{
    int status = call->attempt.status;

    if (status >= 200 && status <= 299)
        return weft__call_is_page(call) ? WEFT_OUTCOME_UNKNOWN : WEFT_OUTCOME_ACTED_ON;
    if (status >= 400 && status <= 499)
        return status == 408 || status == 499 ? WEFT_OUTCOME_UNKNOWN : WEFT_OUTCOME_NOT_ACTED_ON;
    switch (status) {
    case 307:
    case 308:
    case 501:
    case 505:
        return WEFT_OUTCOME_NOT_ACTED_ON;
    case 503:
        return weft__call_retry_after(call) >= 0 ? WEFT_OUTCOME_NOT_ACTED_ON : WEFT_OUTCOME_UNKNOWN;
    default:
        return WEFT_OUTCOME_UNKNOWN;
    }
}

/* An attempt before this one may have been acted on; this one cannot undo that. */
static weft_outcome with_earlier(const weft_call *call, weft_outcome outcome)
{
    return outcome == WEFT_OUTCOME_NOT_ACTED_ON && call->in_doubt ? WEFT_OUTCOME_UNKNOWN : outcome;
}

weft_outcome weft__call_outcome(const weft_call *call)
{
    if (changes_nothing(call->operation))
        return WEFT_OUTCOME_NOT_ACTED_ON;
    if (weft__call_is_answered(call))
        return with_earlier(call, outcome_of_status(call));
    if (call->attempt.sent || call->exchange.sent > 0)
        return WEFT_OUTCOME_UNKNOWN;
    return with_earlier(call, WEFT_OUTCOME_NOT_ACTED_ON);
}

weft_outcome weft__call_outcome_given(const weft_call *call, weft_outcome outcome)
{
    return changes_nothing(call->operation) ? WEFT_OUTCOME_NOT_ACTED_ON : with_earlier(call, outcome);
}
