/* client/cooldown.h - times that servers want to be left alone, said with Retry-After.
 *
 * A server that says when to come back means the client, not the one request that it refused: whatever the client has
 * for that origin is parked, in order, until the time is over. Other origins (a presigned URL's, a redirect's) go on,
 * and what they ask for holds back nobody else.
 */
#ifndef WEFT_CLIENT_COOLDOWN_H
#define WEFT_CLIENT_COOLDOWN_H

#include "engine/engine.h"

typedef struct weft__cooldown {
    weft__link link;      /* in its client's list */
    weft__origin *origin; /* referenced */
    weft__parking parking;
    weft__timer timer; /* its end */
    uint64_t until_ms;
} weft__cooldown;

/* The one of a client's `cooldowns` that is for this origin; NULL when there is none. */
weft__cooldown *weft__cooldown_find(const weft__list *cooldowns, const weft__origin *origin);
/* The server asked for one: no request of the client goes to the origin before its end. Without memory for it only the
 * call that was told so waits. */
void weft__cooldown_begin(weft__list *cooldowns, weft__origin *origin, uint64_t until_ms);
/* Nothing is parked any more. */
void weft__cooldowns_free(weft__list *cooldowns);

#endif
