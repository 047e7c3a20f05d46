/* transport/transport.h - a byte pipe to an origin: dialled, then through a proxy and TLS where they are wanted. */
#ifndef WEFT_TRANSPORT_TRANSPORT_H
#define WEFT_TRANSPORT_TRANSPORT_H

#include "transport/dial.h"

/* Where a pipe goes; owned by the origin that its connections belong to. */
typedef struct weft__target {
    const char *unix_path; /* or NULL, and then: */
    const char *host;      /* name or address, without brackets */
    uint16_t port;
} weft__target;

typedef struct weft__transport weft__transport;

typedef struct weft__transport_events {
    void (*opened)(weft__transport *transport);
    /* Instead of `opened`; the transport is closed already. */
    void (*failed)(weft__transport *transport, const weft__failure *failure);
    /* Once open: a mask of UV_READABLE and UV_WRITABLE. */
    void (*ready)(weft__transport *transport, int events);
} weft__transport_events;

/* Embedded in a connection. None of the events fires within a function of this header. */
struct weft__transport {
    weft__loop *loop;                     /* borrowed */
    const weft__target *target;           /* borrowed */
    const weft__transport_events *events; /* static */
    weft__dial *dial;                     /* while dialling */
    weft__socket *socket;                 /* once connected */
};

/* False when out of memory; then no event comes. */
bool weft__transport_open(weft__transport *transport, weft__loop *loop, weft__resolver *resolver,
                          const weft__target *target, const weft__transport_events *events);
/* No event comes from here on. Harmless when it is closed. */
void weft__transport_close(weft__transport *transport);

/* As weft__socket_send and weft__socket_receive. */
ssize_t weft__transport_send(weft__transport *transport, const struct iovec *parts, int count);
ssize_t weft__transport_receive(weft__transport *transport, void *bytes, size_t len);
/* Which readiness is wanted, as a mask. */
void weft__transport_watch(weft__transport *transport, int events);
/* Whether an idle pipe is still good for a request that must not be lost. */
bool weft__transport_is_quiet(weft__transport *transport);
/* As weft__socket_peer. */
void weft__transport_peer(weft__transport *transport, char *text, size_t size);

#endif
