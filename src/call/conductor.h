/* call/conductor.h - takes a call from its submission through its attempts to its end.
 *
 * The one file that knows all stages of a call: they look at what they are given, or change the call that they are
 * given, and do not know each other; what follows from what they found is decided here. What differs between kinds of
 * calls is reached by weft__call_kind.
 */
#ifndef WEFT_CALL_CONDUCTOR_H
#define WEFT_CALL_CONDUCTOR_H

#include "call/ending.h"

/* A new call of `kind`, on its client's list, holding the loop; NULL when out of memory, or when the client is NULL. */
weft_call *weft__call_new(weft_client *client, const weft__call_kind *kind, const weft_call_options *options,
                          bool is_stream);
/* Whether the options name no group, or one of the call's own engine; else the call is settled. */
bool weft__call_check_group(weft_call *call, const weft_call_options *options);
/* Encodes the request and puts it on its way, or settles the call with what is wrong. */
void weft__call_start(weft_call *call, const weft__invocation *invocation, const weft_call_options *options);
/* Puts the encoded request on its way; again, for a retry. */
void weft__call_attempt(weft_call *call);
/* An error answer is whole: another operation is asked instead, or another attempt is made, or the call is marked with
 * its error. True when the call goes on. */
bool weft__call_survives(weft_call *call);
/* The same for one whose body was not read to its end, because of `why`, and whose exchange is over or is cancelled
 * now: its status counts all the same. `failure` is what ended it, or NULL. The call goes on, or is settled. */
void weft__call_end_early(weft_call *call, const char *why, const weft__failure *failure);

#endif
