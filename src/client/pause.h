/* client/pause.h - pauses that servers ask for.
 *
 * A server that says when to come back means the client, not the one request that it refused: whatever the client has
 * for that origin waits, in order, until the time is over. Other origins (a presigned URL's, a redirect's) go on, and
 * what they ask for holds back nobody else.
 */
#ifndef WEFT_CLIENT_PAUSE_H
#define WEFT_CLIENT_PAUSE_H

#include "client/client.h"

typedef struct weft__pause {
    weft__link link;      /* in client->pauses */
    weft_client *client;  /* borrowed */
    weft__origin *origin; /* referenced */
    weft__list held;      /* exchanges, counted as queued */
    weft__timer timer;    /* its end */
    uint64_t until_ms;
} weft__pause;

/* The one that holds back what the client has for this origin; NULL when there is none. */
weft__pause *weft__pause_find(const weft_client *client, const weft__origin *origin);
/* The server asked for a pause: no request of the client goes to the origin before its end. Without memory for it only
 * the call that was told so waits. */
void weft__pause_begin(weft_client *client, weft__origin *origin, uint64_t until_ms);
/* For a client whose calls are over. */
void weft__pauses_free(weft_client *client);

#endif
