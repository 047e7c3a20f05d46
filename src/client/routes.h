/* client/routes.h - how a client reaches an origin: secured by which TLS, through which proxy. */
#ifndef WEFT_CLIENT_ROUTES_H
#define WEFT_CLIENT_ROUTES_H

#include "engine/engine.h"
#include "weft/client.h"

typedef struct weft__routes {
    weft_engine *engine;     /* borrowed */
    weft__tls_config *tls;   /* referenced; NULL until something is https */
    weft__proxy *proxies[2]; /* referenced: for http and for https; NULL = none */
    char *no_proxy;          /* owned: hosts that the proxies are not for; NULL = they are for all */
} weft__routes;

/* Reads TLS options, where there are some or `base` is https, and proxies, from the options or from the environment;
 * false with `*ret_error` filled. Harmless to deinit when it failed, or is all zero but for its engine. */
bool weft__routes_init(weft__routes *routes, weft_engine *engine, const weft__url *base,
                       const weft_client_options *options, weft_error_info *ret_error);
void weft__routes_deinit(weft__routes *routes);

/* The origin of `url`, reached like that, with a reference; NULL with `*ret_error` filled. */
weft__origin *weft__routes_origin(weft__routes *routes, const weft__url *url, weft_error_info *ret_error);

#endif
