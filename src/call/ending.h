/* call/ending.h - settling a call, and reporting it.
 *
 * Whatever ends a call - an answer, an error, a deadline, a cancel, a close - settles it, and the first one wins. What
 * settles it from within a caller's function is reported from the loop's next turn; an answer is reported at once:
 *
 *     may be settled already; from anywhere     weft__call_fail, weft__call_settle    guard, mark, report later
 *     runs; from within a caller's function     weft__call_mark, weft__call_report_later
 *     runs; from the loop itself                weft__call_mark, weft__call_report_now
 */
#ifndef WEFT_CALL_ENDING_H
#define WEFT_CALL_ENDING_H

#include "call/failure.h"
#include "engine/group.h"

/* Settles with an error, to be reported from the loop. Does nothing when it is settled. The message becomes "cannot
 * LABEL: METHOD URL: TEXT". */
void weft__call_fail(weft_call *call, weft_code code, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* The same of a file, or of what else the system had a part in: by libuv's number. */
void weft__call_fail_file(weft_call *call, weft_code code, const char *problem, int system_error);
/* The same with an error made by the caller, in the call's arena, or with a result. */
void weft__call_settle(weft_call *call, const weft_error *error, const void *result);
/* The same because memory is short; false, for whoever has something to return. */
bool weft__call_fail_memory(weft_call *call);
/* For a call that runs: settles, and the caller reports. */
void weft__call_mark(weft_call *call, const weft_error *error, const void *result);
void weft__call_report_now(weft_call *call);
void weft__call_report_later(weft_call *call);
/* A helper that was told to stop is still at work on a file: a callback says that nobody is any more, so the report
 * waits until each has let go, from the loop. */
void weft__call_linger(weft_call *call);
void weft__call_let_go(weft_call *call);
/* Whether it is to end: its client or the engine is closing, or its group was cancelled. Thousands may be, so that each
 * is told from the loop, a share of a turn at a time; until then it neither sends nor hears anything more. */
static inline bool weft__call_is_doomed(const weft_call *call)
{
    return call->client->closing || call->engine->closing || weft__group_has_cancelled(call->member);
}
/* Tells one that is doomed. */
void weft__call_end_doomed(weft_call *call);
/* True when it is over, for that or another reason. */
static inline bool weft__call_end_if_doomed(weft_call *call)
{
    if (!weft__call_is_running(call))
        return true;
    if (!weft__call_is_doomed(call))
        return false;
    weft__call_end_doomed(call);
    return true;
}
/* For a closing client; `link` is the call's. */
void weft__call_close(weft_call *call);
void weft__call_close_link(weft__link *link);

#endif
