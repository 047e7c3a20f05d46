/* call/http_request.h - a request in its caller's own words: what is wrong with it, what it is, and where it goes. */
#ifndef WEFT_CALL_HTTP_REQUEST_H
#define WEFT_CALL_HTTP_REQUEST_H

#include "call/call.h"
#include "weft/http.h"

/* Checks it, and makes an operation of it, under the label of the one that the call has; its method is in the call's
 * arena. False: the call is settled. */
bool weft__http_request_name(weft_call *call, const weft_http_request *request, weft__operation *ret_operation);
/* What is to be sent, but for the body: as weft__call_start takes it. `ret_url`, to be deinitialised after that, is
 * written when it returns true. False: the call is settled. */
bool weft__http_request_invoke(weft_call *call, const weft_http_request *request, const weft__operation *operation,
                               weft__url *ret_url, weft__invocation *ret_invocation);

#endif
