/* What the connections of an engine share. */
#include "tls/parts.h"

#include "base/assert.h"

weft__tls_store *weft__tls_store_new(weft__loop *loop)
{
    weft__tls_store *store = weft__zalloc(&loop->heap, sizeof(*store));

    if (!store)
        return NULL;
    store->loop = loop;
    weft__list_init(&store->sessions);
    weft__list_init(&store->waiting);
    weft__list_init(&store->heavy);
    store->received = weft__alloc(&loop->heap, WEFT__READ_BUFFER_BYTES);
    store->sealed = weft__alloc(&loop->heap, WEFT__TLS_SEALED_BYTES);
    store->plain = weft__alloc(&loop->heap, WEFT__TLS_PLAIN_BYTES);
    if (store->received && store->sealed && store->plain)
        return store;
    weft__tls_store_free(store);
    return NULL;
}

void weft__tls_store_free(weft__tls_store *store)
{
    weft__heap *heap;

    if (!store)
        return;
    heap = &store->loop->heap;
    weft__loop_undefer(&store->turn);
    weft__tls_config_unref(store->preset);
    weft__tls_trust_unref(store->system);
    WEFT__ASSERT(store->session_count == 0 && weft__list_is_empty(&store->sessions));
    WEFT__ASSERT(!store->working && weft__list_is_empty(&store->waiting) && weft__list_is_empty(&store->heavy));
    weft__free(heap, store->received);
    weft__free(heap, store->sealed);
    weft__free(heap, store->plain);
    weft__free(heap, store);
}
