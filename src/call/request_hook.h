/* call/request_hook.h - the request hooks' view of a request: its head as a list of headers that may be changed. */
#ifndef WEFT_CALL_REQUEST_HOOK_H
#define WEFT_CALL_REQUEST_HOOK_H

#include "call/call.h"

/* Runs the service's and the client's hook over the head of this attempt; may end the call. */
void weft__call_run_request_hooks(weft_call *call);

#endif
