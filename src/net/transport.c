#include "net/transport.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/assert.h"

#define TO(state) (1u << WEFT__TRANSPORT_##state)

static const uint8_t moves[] = {
    [WEFT__TRANSPORT_CLOSED] = TO(CLOSED) | TO(DIALLING),
    [WEFT__TRANSPORT_DIALLING] = TO(CLOSED) | TO(TUNNELLING) | TO(HANDSHAKING) | TO(OPEN),
    [WEFT__TRANSPORT_TUNNELLING] = TO(CLOSED) | TO(HANDSHAKING),
    [WEFT__TRANSPORT_HANDSHAKING] = TO(CLOSED) | TO(OPEN),
    [WEFT__TRANSPORT_OPEN] = TO(CLOSED),
};
_Static_assert(sizeof(moves) == WEFT__TRANSPORT_OPEN + 1, "a row for each state");

static void enter(weft__transport *transport, weft__transport_state state);

static void fail(weft__transport *transport, const weft__failure *failure)
{
    weft__transport_close(transport);
    transport->route->events->failed(transport, failure);
}

static void fail_no_memory(weft__transport *transport)
{
    static const weft__failure failure = {WEFT_E_NO_MEMORY, "out of memory for a connection"};

    fail(transport, &failure);
}

/* ---- while it is open ----------------------------------------------------------------------------------------- */

/* Beyond what is wanted, the socket is watched for room while sealed bytes wait for some. */
static void watch_socket(weft__transport *transport)
{
    int events = transport->wanted;

    if (transport->tls && !weft__tls_is_flushed(transport->tls))
        events |= WEFT__WRITABLE;
    weft__socket_watch(transport->socket, events);
}

static void on_more(weft__tls *tls, void *owner)
{
    weft__transport *transport = owner;

    (void)tls;
    if (transport->state == WEFT__TRANSPORT_OPEN && (transport->wanted & WEFT__READABLE))
        transport->route->events->ready(transport, WEFT__READABLE);
}

static void on_open_ready(weft__transport *transport, int events)
{
    if (transport->tls && (events & WEFT__WRITABLE)) {
        bool flushed = weft__tls_flush(transport->tls);

        watch_socket(transport);
        if (!flushed)
            events &= ~WEFT__WRITABLE;
    }
    events &= transport->wanted;
    if (events)
        transport->route->events->ready(transport, events);
}

static void on_ready(weft__socket *socket, int events)
{
    weft__transport *transport = socket->owner;

    WEFT__ASSERT(transport->state >= WEFT__TRANSPORT_HANDSHAKING && transport->socket == socket);
    if (transport->state == WEFT__TRANSPORT_HANDSHAKING)
        weft__tls_ready(transport->tls);
    else
        on_open_ready(transport, events);
}

/* ---- the way there -------------------------------------------------------------------------------------------- */

/* Whoever reads it should look at the proxy, not at the service behind it. */
static void fail_proxy(weft__transport *transport, const weft__failure *failure)
{
    weft__failure via = {.code = WEFT_E_PROXY, .loss = failure->loss, .system_error = failure->system_error};

    snprintf(via.text, sizeof(via.text), "the proxy %.80s cannot be reached: %.110s",
             transport->route->proxy->url.authority.ptr, failure->text);
    fail(transport, &via);
}

static void on_dialled(weft__socket *socket, const weft__failure *failure, void *owner)
{
    weft__transport *transport = owner;

    WEFT__ASSERT(transport->state == WEFT__TRANSPORT_DIALLING && !transport->socket);
    transport->dial = NULL;
    if (failure && transport->route->proxy && !failure->no_descriptors) {
        fail_proxy(transport, failure);
        return;
    }
    if (failure) {
        fail(transport, failure);
        return;
    }
    transport->socket = socket;
    socket->owner = transport;
    socket->ready = on_ready;
    if (transport->route->proxy && transport->route->tls)
        enter(transport, WEFT__TRANSPORT_TUNNELLING);
    else
        enter(transport, transport->route->tls ? WEFT__TRANSPORT_HANDSHAKING : WEFT__TRANSPORT_OPEN);
}

static void on_tunnelled(const weft__failure *failure, void *owner)
{
    weft__transport *transport = owner;

    WEFT__ASSERT(transport->state == WEFT__TRANSPORT_TUNNELLING && transport->socket);
    transport->tunnel = NULL;
    if (failure) {
        fail(transport, failure);
        return;
    }
    transport->socket->owner = transport;
    transport->socket->ready = on_ready;
    enter(transport, WEFT__TRANSPORT_HANDSHAKING);
}

static void on_secured(weft__tls *tls, const weft__failure *failure, void *owner)
{
    weft__transport *transport = owner;

    WEFT__ASSERT(transport->state == WEFT__TRANSPORT_HANDSHAKING && transport->tls == tls);
    (void)tls;
    if (failure)
        fail(transport, failure);
    else
        enter(transport, WEFT__TRANSPORT_OPEN);
}

static const weft__tls_events tls_events = {on_secured, on_more};

static void start_dialling(weft__transport *transport)
{
    const weft__route *route = transport->route;

    if (route->proxy)
        transport->dial = weft__dial_start(route->loop, route->resolver, NULL, route->proxy->url.host.ptr,
                                           route->proxy->url.port, on_dialled, transport);
    else
        transport->dial = weft__dial_start(route->loop, route->resolver, route->unix_path, route->host, route->port,
                                           on_dialled, transport);
}

/* The next stage on the way; each ends by entering another, or by failing. */
static void enter(weft__transport *transport, weft__transport_state state)
{
    WEFT__ASSERT(transport->state <= WEFT__TRANSPORT_OPEN);
    WEFT__ASSERT(moves[transport->state] & (1u << state));
    transport->state = (uint8_t)state;
    switch (state) {
    case WEFT__TRANSPORT_DIALLING:
        start_dialling(transport);
        break;
    case WEFT__TRANSPORT_TUNNELLING:
        transport->tunnel = weft__tunnel_open(transport->socket, transport->route->proxy, transport->route->host,
                                              transport->route->port, on_tunnelled, transport);
        if (!transport->tunnel)
            fail_no_memory(transport);
        break;
    case WEFT__TRANSPORT_HANDSHAKING:
        transport->tls = weft__tls_open(transport->route->tls, transport->socket, &tls_events, transport);
        if (!transport->tls)
            fail_no_memory(transport);
        break;
    case WEFT__TRANSPORT_OPEN:
        transport->route->events->opened(transport);
        break;
    case WEFT__TRANSPORT_CLOSED:
        break;
    }
}

bool weft__transport_open(weft__transport *transport, const weft__route *route)
{
    memset(transport, 0, sizeof(*transport));
    transport->route = route;
    enter(transport, WEFT__TRANSPORT_DIALLING);
    return transport->dial != NULL;
}

void weft__transport_close(weft__transport *transport)
{
    if (transport->state == WEFT__TRANSPORT_DIALLING && transport->dial)
        weft__dial_cancel(transport->dial);
    if (transport->state == WEFT__TRANSPORT_TUNNELLING)
        weft__tunnel_close(transport->tunnel);
    enter(transport, WEFT__TRANSPORT_CLOSED);
    weft__tls_close(transport->tls);
    weft__socket_close(transport->socket);
    transport->dial = NULL;
    transport->tls = NULL;
    transport->socket = NULL;
}

/* ---- bytes ---------------------------------------------------------------------------------------------------- */

ssize_t weft__transport_send(weft__transport *transport, const struct iovec *parts, int count)
{
    ssize_t sent;

    WEFT__ASSERT(transport->state == WEFT__TRANSPORT_OPEN && transport->socket);
    if (transport->tls) {
        sent = weft__tls_send(transport->tls, parts, count);
        watch_socket(transport);
        return sent;
    }
    sent = weft__socket_send(transport->socket, parts, count);
    if (sent > 0)
        transport->route->loop->stats.bytes_sent += (uint64_t)sent;
    return sent;
}

ssize_t weft__transport_receive(weft__transport *transport, void *bytes, size_t len)
{
    ssize_t got;

    WEFT__ASSERT(transport->state == WEFT__TRANSPORT_OPEN && transport->socket);
    if (transport->tls) {
        got = weft__tls_receive(transport->tls, bytes, len);
        watch_socket(transport);
        if (got > 0)
            weft__tls_tell_more(transport->tls);
        return got;
    }
    got = weft__socket_receive(transport->socket, bytes, len);
    if (got > 0)
        transport->route->loop->stats.bytes_received += (uint64_t)got;
    return got;
}

void weft__transport_watch(weft__transport *transport, int events)
{
    WEFT__ASSERT(transport->state == WEFT__TRANSPORT_OPEN && transport->socket);
    transport->wanted = (uint8_t)events;
    watch_socket(transport);
    if (transport->tls && (events & WEFT__READABLE))
        weft__tls_tell_more(transport->tls);
}

bool weft__transport_has_ended(const weft__transport *transport)
{
    return transport->socket->ended || (transport->tls && !weft__tls_is_at_rest(transport->tls));
}

bool weft__transport_is_quiet(weft__transport *transport)
{
    return weft__socket_is_quiet(transport->socket);
}

bool weft__transport_explain(const weft__transport *transport, weft__failure *ret_failure)
{
    return transport->tls && weft__tls_explain(transport->tls, ret_failure);
}

void weft__transport_peer(weft__transport *transport, char *text, size_t size)
{
    weft__socket_peer(transport->socket, text, size);
}
