#include "client/origin.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/no_proxy.h"

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

/* ---- proxies --------------------------------------------------------------------------------------------------- */

enum { FOR_HTTP, FOR_HTTPS };

static bool take_proxy(weft_client *client, int which, const char *text, const char *from, weft_error_info *ret_error)
{
    weft__url_error error;

    client->proxies[which] = weft__proxy_new(&client->engine->loop.heap, text, &error);
    if (client->proxies[which])
        return true;
    ret_error->code = error.no_memory ? WEFT_E_NO_MEMORY : WEFT_E_INVALID;
    snprintf(ret_error->message, sizeof(ret_error->message), "%s: %s", from, error.text);
    return false;
}

/* The value of the first of two variables that is set and not empty. */
static const char *either(const char *name, const char *small, const char **ret_name)
{
    const char *value = getenv(small);

    *ret_name = small;
    if (value && *value)
        return value;
    *ret_name = name;
    value = getenv(name);
    return value && *value ? value : NULL;
}

static bool take_environment(weft_client *client, weft_error_info *ret_error)
{
    const char *name;
    const char *https = either("HTTPS_PROXY", "https_proxy", &name);
    const char *http, *none;

    if (https && !take_proxy(client, FOR_HTTPS, https, name, ret_error))
        return false;
    /* Under CGI a request's header "Proxy:" becomes HTTP_PROXY: whoever asks would choose the proxy. */
    http = getenv("REQUEST_METHOD") ? NULL : either("HTTP_PROXY", "http_proxy", &name);
    if (http && !take_proxy(client, FOR_HTTP, http, name, ret_error))
        return false;
    none = either("NO_PROXY", "no_proxy", &name);
    client->no_proxy = weft__strdup(&client->engine->loop.heap, none ? none : "");
    return client->no_proxy || fail_memory(ret_error);
}

bool weft__client_take_proxy(weft_client *client, const weft_client_options *options, weft_error_info *ret_error)
{
    if (options->proxy && *options->proxy) {
        if (!take_proxy(client, FOR_HTTP, options->proxy, "proxy", ret_error))
            return false;
        client->proxies[FOR_HTTPS] = weft__proxy_ref(client->proxies[FOR_HTTP]);
        return true;
    }
    return !options->proxy_from_environment || take_environment(client, ret_error);
}

void weft__client_forget_proxies(weft_client *client)
{
    weft__proxy_unref(client->proxies[FOR_HTTP]);
    weft__proxy_unref(client->proxies[FOR_HTTPS]);
    weft__free(&client->engine->loop.heap, client->no_proxy);
}

static weft__proxy *proxy_for(const weft_client *client, const weft__url *url)
{
    if (url->scheme == WEFT__URL_UNIX)
        return NULL;
    /* The environment's list has exceptions; who names a proxy in the options means it. */
    if (client->no_proxy && weft__no_proxy_matches(client->no_proxy, url))
        return NULL;
    return client->proxies[url->scheme == WEFT__URL_HTTPS ? FOR_HTTPS : FOR_HTTP];
}

weft__origin *weft__client_origin(weft_client *client, const weft__url *url, weft_error_info *ret_error)
{
    bool is_secure = url->scheme == WEFT__URL_HTTPS;
    weft__origin *origin;

    /* A redirect may lead a client here that has been without so far. */
    if (is_secure && !need_tls(client, NULL, ret_error))
        return NULL;
    origin = weft__pool_origin(&client->engine->pool, url, is_secure ? client->tls : NULL, proxy_for(client, url));
    if (!origin)
        fail_memory(ret_error);
    return origin;
}
