/* net/tunnel.h - the way through an HTTP proxy: CONNECT, and then the bytes are the other end's. */
#ifndef WEFT_NET_TUNNEL_H
#define WEFT_NET_TUNNEL_H

#include "loop/failure.h"
#include "loop/socket.h"
#include "net/proxy.h"

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
