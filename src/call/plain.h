/* call/plain.h - the kind of most calls: a body in memory, which becomes the result. */
#ifndef WEFT_CALL_PLAIN_H
#define WEFT_CALL_PLAIN_H

#include "call/call.h"

extern const weft__call_kind weft__plain_call;

/* Gathers a body in memory, within the limit. */
weft__flow weft__call_body_append(weft_call *call, const char *bytes, size_t len);

#endif
