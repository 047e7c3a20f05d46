/* net/dial.h - from a host and a port, or a Unix socket's path, to a connected socket. */
#ifndef WEFT_NET_DIAL_H
#define WEFT_NET_DIAL_H

#include "net/resolver.h"
#include "loop/failure.h"
#include "loop/socket.h"

typedef struct weft__dial weft__dial;

/* Exactly one of `socket` and `failure` is set. The socket is connected, watches nothing and is the callee's to
 * close; the dial itself is gone. Never called from within weft__dial_start. */
typedef void weft__dial_cb(weft__socket *socket, const weft__failure *failure, void *owner);

/* Where to: `unix_path`, or `host` and `port`. `host` is a name or an address without brackets. Both are borrowed
 * until the dial ends. NULL when out of memory. */
weft__dial *weft__dial_start(weft__loop *loop, weft__resolver *resolver, const char *unix_path, const char *host,
                             uint16_t port, weft__dial_cb *done, void *owner);
/* `done` will not be called; sockets are closed, a late look-up is ignored. */
void weft__dial_cancel(weft__dial *dial);

#endif
