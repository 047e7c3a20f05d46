#include "http/origins.h"

#include <string.h>

static bool origin_fill(weft__origin *origin, const weft__url *url, weft__tls_config *tls)
{
    weft__heap *heap = &origin->pool->loop->heap;
    bool is_unix = url->scheme == WEFT__URL_UNIX;

    origin->name = weft__strdup(heap, url->origin.ptr);
    origin->host = weft__strdup(heap, is_unix ? url->socket_path.ptr : url->host.ptr);
    if (!origin->name || !origin->host)
        return false;
    origin->route.unix_path = is_unix ? origin->host : NULL;
    origin->route.host = is_unix ? NULL : origin->host;
    origin->route.port = url->port;
    origin->tls = tls;
    if (tls)
        origin->route.tls = weft__tls_peer_new(tls, origin->host, url->port);
    return !tls || origin->route.tls;
}

static weft__origin *origin_new(weft__pool *pool, const weft__url *url, weft__tls_config *tls, weft__proxy *proxy)
{
    weft__origin *origin = weft__zalloc(&pool->loop->heap, sizeof(*origin));

    if (!origin)
        return NULL;
    weft__origin_init(origin, pool);
    if (!origin_fill(origin, url, tls)) {
        weft__origin_free(origin);
        return NULL;
    }
    origin->route.proxy = proxy ? weft__proxy_ref(proxy) : NULL;
    weft__list_push_back(&pool->origins, &origin->link);
    return origin;
}

/* Of all that tells origins apart but the proxy's credentials. */
static uint64_t hash_of(const weft__pool *pool, const weft__url *url, const weft__tls_config *tls,
                        const weft__proxy *proxy)
{
    uint64_t hash = weft__hash(&pool->key, url->origin.ptr, url->origin.len);

    if (tls)
        hash ^= weft__hash(&pool->key, &tls, sizeof(tls));
    if (proxy)
        hash = hash * 3 ^ weft__hash(&pool->key, proxy->url.origin.ptr, proxy->url.origin.len);
    return hash;
}

static weft__origin *find(const weft__pool *pool, uint64_t hash, const weft__url *url, const weft__tls_config *tls,
                          const weft__proxy *proxy)
{
    for (weft__table_entry *entry = weft__table_first(&pool->names, hash); entry; entry = weft__table_next(entry)) {
        weft__origin *origin = WEFT__CONTAINER_OF(entry, weft__origin, entry);

        if (origin->tls == tls && weft__proxy_is_same(origin->route.proxy, proxy) &&
            strcmp(origin->name, url->origin.ptr) == 0)
            return origin;
    }
    return NULL;
}

weft__origin *weft__pool_origin(weft__pool *pool, const weft__url *url, weft__tls_config *tls, weft__proxy *proxy)
{
    uint64_t hash = hash_of(pool, url, tls, proxy);
    weft__origin *origin = find(pool, hash, url, tls, proxy);

    if (origin)
        return weft__origin_ref(origin);
    origin = origin_new(pool, url, tls, proxy);
    if (!origin)
        return NULL;
    weft__table_insert(&pool->names, &origin->entry, hash);
    return weft__origin_ref(origin);
}
