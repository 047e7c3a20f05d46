/* call/failure.h - error values: what was asked, of whom, what went wrong, and what became of it. */
#ifndef WEFT_CALL_FAILURE_H
#define WEFT_CALL_FAILURE_H

#include "call/call.h"

/* A blank error in the arena, with the message "cannot LABEL: METHOD URL: TEXT" and the outcome as it stands; NULL
 * when memory is short: weft__error_or_no_memory says so to the caller. */
weft_error *weft__call_error(weft_call *call, weft_code code, const char *text);
/* The same of what went wrong below HTTP, and how; `text` is its own, or has more to say. */
const weft_error *weft__call_error_below(weft_call *call, const weft__failure *failure, const char *text);
/* Adds how; NULL is fine. */
void weft__error_note_failure(weft_error *error, const weft__failure *failure);
/* How often it was tried, why not again, and what became of it: known only once it is not tried again. */
const weft_error *weft__call_complete_error(weft_call *call, const weft_error *error);

extern const weft_error weft__no_memory_error;
bool weft__is_no_memory_error(const weft_error *error);
static inline const weft_error *weft__error_or_no_memory(const weft_error *error)
{
    return error ? error : &weft__no_memory_error;
}

/* A word of the service's as it may be shown; NULL when there is none, or no memory for it. */
const char *weft__call_showable(weft_call *call, const char *word);
/* For a stream, which outlives its request: what its errors name is kept, up to a length. */
void weft__call_keep_path(weft_call *call);

#endif
