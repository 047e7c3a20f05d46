/* call/encode.h - from an invocation to the bytes of a request. */
#ifndef WEFT_CALL_ENCODE_H
#define WEFT_CALL_ENCODE_H

#include "call/call.h"

/* Encodes line, head and body. False: the call is settled. */
bool weft__call_encode(weft_call *call, const weft__invocation *invocation, const weft_call_options *options);
/* The request at hand once more, for where a redirect leads; `keeps_headers`: with those that the call's caller added.
 * False: the call is settled. */
bool weft__call_encode_redirect(weft_call *call, const weft__url *to, bool keeps_headers);

#endif
