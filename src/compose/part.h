/* compose/part.h - one call of those that make up another: a look of a wait, a page of a list.
 *
 * The whole shows what its last part had: status, headers, body, connection. It is kept by its part, and keeps it,
 * until the part has reported.
 */
#ifndef WEFT_COMPOSE_PART_H
#define WEFT_COMPOSE_PART_H

#include "call/call.h"

typedef struct weft__part {
    weft_call *call; /* under way, or the last one: referenced, for it owns what was answered; or NULL */
    bool is_under_way;
} weft__part;

/* Keeps what the whole was asked with, in its arena, to be asked with again for each part. False, and the whole has
 * failed, when that cannot be. */
bool weft__part_prepare(weft_call *whole, const weft__invocation *invocation, const weft_call_options *options,
                        weft__invocation *ret_invocation, weft_call_options *ret_options);
/* Submits the next part in the place of the last one. `cb`, whose `arg` is `whole`, begins with weft__part_end and ends
 * with weft_call_unref of the whole. False when there is no memory for the handle. */
bool weft__part_start(weft__part *part, weft_call *whole, const weft__invocation *invocation,
                      const weft_call_options *options, weft__part_cb *cb);
/* It has reported: the whole shows it. */
void weft__part_end(weft__part *part, weft_call *whole);
/* For weft__call_kind: the whole is settled, and the last reference to it is gone. */
void weft__part_stop(weft__part *part);
void weft__part_dispose(weft__part *part);

#endif
