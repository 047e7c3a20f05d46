#include "client/routes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/no_proxy.h"
#include "http/origins.h"

static bool fail_memory(weft_error_info *ret_error)
{
    ret_error->code = WEFT_E_NO_MEMORY;
    snprintf(ret_error->message, sizeof(ret_error->message), "out of memory");
    return false;
}

/* The store is made, and the system's certificates are read, by the first client that needs them: many an engine only
 * ever speaks to this machine. */
static bool need_tls(weft__routes *routes, const weft_tls_options *options, weft_error_info *ret_error)
{
    weft_engine *engine = routes->engine;

    if (routes->tls)
        return true;
    if (!engine->tls)
        engine->tls = weft__tls_store_new(&engine->loop);
    if (!engine->tls)
        return fail_memory(ret_error);
    routes->tls = weft__tls_config_new(engine->tls, options, ret_error);
    return routes->tls != NULL;
}

static bool take_tls(weft__routes *routes, const weft__url *base, const weft_tls_options *options,
                     weft_error_info *ret_error)
{
    if (!options && base->scheme != WEFT__URL_HTTPS)
        return true;
    return need_tls(routes, options, ret_error);
}

/* ---- proxies --------------------------------------------------------------------------------------------------- */

enum { FOR_HTTP, FOR_HTTPS };

static bool take_proxy(weft__routes *routes, int which, const char *text, const char *from, weft_error_info *ret_error)
{
    weft__url_error error;

    routes->proxies[which] = weft__proxy_new(&routes->engine->loop.heap, text, &error);
    if (routes->proxies[which])
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

static bool take_environment(weft__routes *routes, weft_error_info *ret_error)
{
    const char *name;
    const char *https = either("HTTPS_PROXY", "https_proxy", &name);
    const char *http, *none;

    if (https && !take_proxy(routes, FOR_HTTPS, https, name, ret_error))
        return false;
    /* Under CGI a request's header "Proxy:" becomes HTTP_PROXY: whoever asks would choose the proxy. */
    http = getenv("REQUEST_METHOD") ? NULL : either("HTTP_PROXY", "http_proxy", &name);
    if (http && !take_proxy(routes, FOR_HTTP, http, name, ret_error))
        return false;
    none = either("NO_PROXY", "no_proxy", &name);
    routes->no_proxy = weft__strdup(&routes->engine->loop.heap, none ? none : "");
    return routes->no_proxy || fail_memory(ret_error);
}

static bool take_proxies(weft__routes *routes, const weft_client_options *options, weft_error_info *ret_error)
{
    if (options->proxy && *options->proxy) {
        if (!take_proxy(routes, FOR_HTTP, options->proxy, "proxy", ret_error))
            return false;
        routes->proxies[FOR_HTTPS] = weft__proxy_ref(routes->proxies[FOR_HTTP]);
        return true;
    }
    return !options->proxy_from_environment || take_environment(routes, ret_error);
}

bool weft__routes_init(weft__routes *routes, weft_engine *engine, const weft__url *base,
                       const weft_client_options *options, weft_error_info *ret_error)
{
    routes->engine = engine;
    return take_tls(routes, base, options->tls, ret_error) && take_proxies(routes, options, ret_error);
}

void weft__routes_deinit(weft__routes *routes)
{
    weft__tls_config_unref(routes->tls);
    weft__proxy_unref(routes->proxies[FOR_HTTP]);
    weft__proxy_unref(routes->proxies[FOR_HTTPS]);
    weft__free(&routes->engine->loop.heap, routes->no_proxy);
}

static weft__proxy *proxy_for(const weft__routes *routes, const weft__url *url)
{
    if (url->scheme == WEFT__URL_UNIX)
        return NULL;
    /* The environment's list has exceptions; who names a proxy in the options means it. */
    if (routes->no_proxy && weft__no_proxy_matches(routes->no_proxy, url))
        return NULL;
    return routes->proxies[url->scheme == WEFT__URL_HTTPS ? FOR_HTTPS : FOR_HTTP];
}

weft__origin *weft__routes_origin(weft__routes *routes, const weft__url *url, weft_error_info *ret_error)
{
    bool is_secure = url->scheme == WEFT__URL_HTTPS;
    weft__origin *origin;

    /* A redirect may lead a client here that has been without so far. */
    if (is_secure && !need_tls(routes, NULL, ret_error))
        return NULL;
    origin = weft__pool_origin(&routes->engine->pool, url, is_secure ? routes->tls : NULL, proxy_for(routes, url));
    if (!origin)
        fail_memory(ret_error);
    return origin;
}
