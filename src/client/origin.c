#include "client/origin.h"

#include <stdio.h>

static bool fail_memory(weft_error_info *ret_error)
{
    ret_error->code = WEFT_E_NO_MEMORY;
    snprintf(ret_error->message, sizeof(ret_error->message), "out of memory");
    return false;
}

/* The store is made, and the system's certificates are read, by the first client that needs them: many an engine only
 * ever speaks to this machine. */
static bool need_tls(weft_client *client, const weft_tls_options *options, weft_error_info *ret_error)
{
    weft_engine *engine = client->engine;

    if (client->tls)
        return true;
    if (!engine->tls)
        engine->tls = weft__tls_store_new(&engine->loop);
    if (!engine->tls)
        return fail_memory(ret_error);
    client->tls = weft__tls_config_new(engine->tls, options, ret_error);
    return client->tls != NULL;
}

bool weft__client_take_tls(weft_client *client, const weft_tls_options *options, weft_error_info *ret_error)
{
    if (!options && client->url.scheme != WEFT__URL_HTTPS)
        return true;
    return need_tls(client, options, ret_error);
}

weft__origin *weft__client_origin(weft_client *client, const weft__url *url, weft_error_info *ret_error)
{
    bool is_secure = url->scheme == WEFT__URL_HTTPS;
    weft__origin *origin;

    /* A redirect may lead a client here that has been without so far. */
    if (is_secure && !need_tls(client, NULL, ret_error))
        return NULL;
    origin = weft__pool_origin(&client->engine->pool, url, is_secure ? client->tls : NULL);
    if (!origin)
        fail_memory(ret_error);
    return origin;
}
