/* call/deadline.h - how long a call may take, in all and in each of its phases. */
#ifndef WEFT_CALL_DEADLINE_H
#define WEFT_CALL_DEADLINE_H

#include "call/call.h"

typedef struct weft__deadline weft__deadline;

/* Resolves them: `options`, else the client's, else what the arguments, the operation or the service say. */
void weft__call_set_timeouts(weft_call *call, const weft__invocation *invocation, const weft_call_options *options);
/* When the call has to give up as things stand, in ms, and which deadline that is; NULL: it is the next attempt that is
 * due. UINT64_MAX: never. */
uint64_t weft__call_due_at(const weft_call *call, const weft__deadline **ret_deadline);
/* What is to be said of one that has passed. */
void weft__call_miss(const weft_call *call, const weft__deadline *deadline, weft__failure *ret_failure);
/* Whether the code is of a deadline that another attempt may keep. */
bool weft__timeout_may_pass(weft_code code);
/* Sets the timer for the next deadline, if the call runs. */
void weft__call_watch(weft_call *call);

#endif
