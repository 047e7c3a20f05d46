/* call/explain.h - what an error answer says, as an error value; and the view of an answer that services have. */
#ifndef WEFT_CALL_EXPLAIN_H
#define WEFT_CALL_EXPLAIN_H

#include "call/call.h"

/* The answer at hand, for a hook of the service. */
void weft__response_init(weft__response *response, weft_call *call);
/* The error that a hook has made of it; `failure` is what kept the answer from being whole, or NULL. */
const weft_error *weft__response_error(weft__response *response, const weft__failure *failure);

/* Turns an error answer into an error value. `cut` is why its body was not read to its end, or NULL; `failure` what it
 * was that cut it, or NULL. */
const weft_error *weft__call_explain(weft_call *call, const char *cut, const weft__failure *failure);
/* The same for a success that is no stream, where one was asked for; NULL when it is JSON that reports no error, and so
 * is what was asked for, in one piece. */
const weft_error *weft__call_explain_no_stream(weft_call *call);
/* For a success of another type than was asked for: a page of a proxy's. */
const weft_error *weft__call_unexpected_content(weft_call *call);
/* The operation to be asked instead of what brought this error answer, or NULL. */
const weft__operation *weft__call_otherwise(weft_call *call);

#endif
