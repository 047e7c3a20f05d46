#include "transport/transport.h"

#include <errno.h>
#include <string.h>

static void on_ready(weft__socket *socket, int events)
{
    weft__transport *transport = socket->owner;

    transport->events->ready(transport, events);
}

static void on_dialled(weft__socket *socket, const weft__failure *failure, void *owner)
{
    weft__transport *transport = owner;

    transport->dial = NULL;
    if (failure) {
        transport->events->failed(transport, failure);
        return;
    }
    transport->socket = socket;
    socket->owner = transport;
    socket->ready = on_ready;
    transport->events->opened(transport);
}

bool weft__transport_open(weft__transport *transport, weft__loop *loop, weft__resolver *resolver,
                          const weft__target *target, const weft__transport_events *events)
{
    memset(transport, 0, sizeof(*transport));
    transport->loop = loop;
    transport->target = target;
    transport->events = events;
    transport->dial = weft__dial_start(loop, resolver, target->unix_path, target->host, target->port, on_dialled,
                                       transport);
    return transport->dial != NULL;
}

void weft__transport_close(weft__transport *transport)
{
    if (transport->dial)
        weft__dial_cancel(transport->dial);
    weft__socket_close(transport->socket);
    transport->dial = NULL;
    transport->socket = NULL;
}

ssize_t weft__transport_send(weft__transport *transport, const struct iovec *parts, int count)
{
    ssize_t sent = weft__socket_send(transport->socket, parts, count);

    if (sent > 0)
        transport->loop->stats.bytes_sent += (uint64_t)sent;
    return sent;
}

ssize_t weft__transport_receive(weft__transport *transport, void *bytes, size_t len)
{
    ssize_t got = weft__socket_receive(transport->socket, bytes, len);

    if (got > 0)
        transport->loop->stats.bytes_received += (uint64_t)got;
    return got;
}

void weft__transport_watch(weft__transport *transport, int events)
{
    weft__socket_watch(transport->socket, events);
}

bool weft__transport_is_quiet(weft__transport *transport)
{
    return weft__socket_is_quiet(transport->socket);
}

void weft__transport_peer(weft__transport *transport, char *text, size_t size)
{
    weft__socket_peer(transport->socket, text, size);
}
