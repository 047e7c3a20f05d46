#include "http/peer.h"

#include <string.h>

const char *weft__peers_intern(weft__heap *heap, weft__peer **peers, const char *text)
{
    weft__peer *peer;

    /* Few addresses stand behind an origin. */
    for (peer = *peers; peer; peer = peer->next)
        if (strcmp(peer->text, text) == 0)
            return peer->text;
    peer = weft__alloc(heap, sizeof(*peer) + strlen(text) + 1);
    if (!peer)
        return "";
    strcpy(peer->text, text);
    peer->next = *peers;
    *peers = peer;
    return peer->text;
}

void weft__peers_free(weft__heap *heap, weft__peer **peers)
{
    while (*peers) {
        weft__peer *peer = *peers;

        *peers = peer->next;
        weft__free(heap, peer);
    }
}
