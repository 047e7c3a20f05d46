/* transport/proxy.h - the way through an HTTP proxy: CONNECT, and then the bytes are the other end's. */
#ifndef WEFT_TRANSPORT_PROXY_H
#define WEFT_TRANSPORT_PROXY_H

#include "base/url.h"
#include "transport/dial.h"

/* Where a proxy is and how it is greeted; shared by the origins that lie behind it. */
typedef struct weft__proxy {
    weft__heap *heap; /* borrowed */
    uint32_t refs;
    weft__url url;
    char *credentials; /* owned, wiped: "Proxy-Authorization: Basic ...\r\n", or "" */
} weft__proxy;

/* Reads "http://user:password@host:port"; a bare "host:port" is understood too. One reference. NULL with
 * `ret_error->text`, which shows no password. */
weft__proxy *weft__proxy_new(weft__heap *heap, const char *text, weft__url_error *ret_error);
weft__proxy *weft__proxy_ref(weft__proxy *proxy);
void weft__proxy_unref(weft__proxy *proxy); /* NULL is fine */
/* Same place, same credentials. Either may be NULL. */
bool weft__proxy_is_same(const weft__proxy *a, const weft__proxy *b);

typedef struct weft__tunnel weft__tunnel;

/* `failure` NULL: the tunnel stands, the socket is the owner's again and watches nothing. The tunnel itself is gone
 * either way. Never called from within weft__tunnel_open. */
typedef void weft__tunnel_cb(const weft__failure *failure, void *owner);

/* Asks the proxy, to which `socket` is connected, for a way to `host` and `port`; host is a name or an address without
 * brackets. NULL when out of memory. */
weft__tunnel *weft__tunnel_open(weft__socket *socket, const weft__proxy *proxy, const char *host, uint16_t port,
                                weft__tunnel_cb *done, void *owner);
/* `done` will not be called; the socket is left alone. NULL is fine. */
void weft__tunnel_close(weft__tunnel *tunnel);

#endif
