/* http/peer.h - the addresses that an origin's connections have led to, each written down once. */
#ifndef WEFT_HTTP_PEER_H
#define WEFT_HTTP_PEER_H

#include "base/memory.h"

typedef struct weft__peer {
    struct weft__peer *next;
    char text[];
} weft__peer;

/* The one text for this address, which stays until all are freed; "" when out of memory. */
const char *weft__peers_intern(weft__heap *heap, weft__peer **peers, const char *text);
void weft__peers_free(weft__heap *heap, weft__peer **peers);

#endif
