/* A server as connections see it. */
#include "tls/parts.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "base/assert.h"

static void take_name(weft__tls_peer *peer)
{
    size_t len = strlen(peer->name);

    if (inet_pton(AF_INET, peer->name, peer->address) == 1)
        peer->address_len = 4;
    else if (inet_pton(AF_INET6, peer->name, peer->address) == 1)
        peer->address_len = 16;
    /* "example.com." is looked up as it stands, but certificates know no final dot. */
    else if (len > 1 && peer->name[len - 1] == '.')
        peer->name[len - 1] = '\0';
}

weft__tls_peer *weft__tls_peer_new(weft__tls_config *config, const char *host, uint16_t port)
{
    weft__heap *heap = &config->store->loop->heap;
    weft__tls_peer *peer = weft__zalloc(heap, sizeof(*peer));
    size_t size = strlen(host) + sizeof(":65535");

    if (!peer)
        return NULL;
    peer->refs = 1;
    peer->config = weft__tls_config_ref(config);
    weft__list_init(&peer->followers);
    peer->name = weft__strdup(heap, config->server_name ? config->server_name : host);
    peer->key = weft__alloc(heap, size);
    if (!peer->name || !peer->key) {
        weft__tls_peer_unref(peer);
        return NULL;
    }
    snprintf(peer->key, size, "%s:%u", host, (unsigned)port);
    take_name(peer);
    return peer;
}

void weft__tls_peer_unref(weft__tls_peer *peer)
{
    weft__loop *loop;

    if (!peer || --peer->refs > 0)
        return;
    loop = peer->config->store->loop;
    WEFT__ASSERT(!peer->leader && weft__list_is_empty(&peer->followers));
    weft__loop_cancel(loop, &peer->patience);
    weft__tls_config_unref(peer->config);
    weft__free(&loop->heap, peer->name);
    weft__free(&loop->heap, peer->key);
    weft__free(&loop->heap, peer);
}
