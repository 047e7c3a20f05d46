/* net/transport.h - a byte pipe to an origin: dialled, then through a proxy and TLS where they are wanted. */
#ifndef WEFT_NET_TRANSPORT_H
#define WEFT_NET_TRANSPORT_H

#include "net/dial.h"
#include "net/proxy.h"
#include "net/tunnel.h"
#include "tls/tls.h"

typedef struct weft__transport weft__transport;

typedef struct weft__transport_events {
    void (*opened)(weft__transport *transport);
    /* Instead of `opened`; the transport is closed already. */
    void (*failed)(weft__transport *transport, const weft__failure *failure);
    /* Once open: a mask of WEFT__READABLE and WEFT__WRITABLE. */
    void (*ready)(weft__transport *transport, int events);
} weft__transport_events;

/* Where pipes go, and who is told of them: what all connections of an origin have in common. Owned by it. */
typedef struct weft__route {
    weft__loop *loop;                     /* borrowed */
    weft__resolver *resolver;             /* borrowed */
    const weft__transport_events *events; /* static */
    const char *unix_path;                /* or NULL, and then: */
    const char *host;                     /* name or address, without brackets */
    uint16_t port;
    weft__tls_peer *tls; /* NULL = in the clear */
    weft__proxy *proxy;  /* dialled instead; with TLS it is asked for a tunnel. NULL = none */
} weft__route;

/* In order: from TUNNELLING on it has a socket, from HANDSHAKING on the bytes are the peer's. Each is entered once at
 * most, by transport.c:enter: DIALLING by weft__transport_open, TUNNELLING by on_dialled, HANDSHAKING by on_dialled or
 * on_tunnelled, OPEN by on_dialled or on_secured, CLOSED by weft__transport_close from anywhere. */
typedef enum weft__transport_state {
    WEFT__TRANSPORT_CLOSED,
    WEFT__TRANSPORT_DIALLING,
    WEFT__TRANSPORT_TUNNELLING,  /* through a proxy */
    WEFT__TRANSPORT_HANDSHAKING, /* TLS */
    WEFT__TRANSPORT_OPEN,
} weft__transport_state;

/* Embedded in a connection. None of the events fires within a function of this header. */
struct weft__transport {
    const weft__route *route; /* borrowed */
    union {
        weft__dial *dial;     /* owned, while dialling */
        weft__tunnel *tunnel; /* owned, while a proxy is asked */
    };
    weft__socket *socket; /* owned, once connected */
    weft__tls *tls;       /* owned, once it has begun */
    uint8_t state;        /* weft__transport_state */
    uint8_t wanted;       /* mask of the readiness that is wanted */
};

/* False when out of memory; then no event comes. */
bool weft__transport_open(weft__transport *transport, const weft__route *route);
/* No event comes from here on. Harmless when it is closed. */
void weft__transport_close(weft__transport *transport);

/* As weft__socket_send and weft__socket_receive; where weft__transport_explain knows better, their errors are only
 * kinds. */
ssize_t weft__transport_send(weft__transport *transport, const struct iovec *parts, int count);
ssize_t weft__transport_receive(weft__transport *transport, void *bytes, size_t len);
/* Which readiness is wanted, as a mask. */
void weft__transport_watch(weft__transport *transport, int events);
/* Whether an idle pipe is of no more use, as far as is known without asking the kernel: its peer has said that it will
 * send no more, or has sent what nobody asked for. */
bool weft__transport_has_ended(const weft__transport *transport);
/* Whether an idle pipe is open, and has nothing to read: asks the kernel. */
bool weft__transport_is_quiet(weft__transport *transport);
/* What went wrong within TLS; false when nothing did. The text stands by itself. */
bool weft__transport_explain(const weft__transport *transport, weft__failure *ret_failure);
/* As weft__socket_peer. */
void weft__transport_peer(weft__transport *transport, char *text, size_t size);

#endif
