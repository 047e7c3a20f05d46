/* call/address.h - where a request of a call goes, and what it says of its client there. */
#ifndef WEFT_CALL_ADDRESS_H
#define WEFT_CALL_ADDRESS_H

#include "call/call.h"

/* Chooses the origin of `url`; NULL is the one that it has. False: the call is settled. The form of a request's target
 * depends on it, so it comes before the encoding. */
bool weft__call_aim(weft_call *call, const weft__url *url);
/* Takes the header block for what was encoded: the client's, or, unless it goes to the client's own origin, one without
 * what is for that only. False: the call is settled. */
bool weft__call_take_header_block(weft_call *call, const weft__invocation *invocation);
/* A redirect leads to another origin, which learns nothing of what was meant for the last: neither credentials nor
 * headers of client and call. False: the call is settled. */
bool weft__call_become_anonymous(weft_call *call, const weft__url *to);
/* The request is about to be sent: by the credentials that the client has now. */
void weft__call_renew_credentials(weft_call *call);

#endif
