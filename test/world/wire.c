/* wire.c - the way between a socket and a server: packets arrive in order, late, or not at all. */
#include <errno.h>
#include <string.h>

#include "net.h"
#include "schedule.h"
#include "server.h"
#include "world.h"

typedef enum packet_kind {
    PACKET_DATA,
    PACKET_FIN,
    PACKET_RST,
    PACKET_ACK, /* that so many bytes were taken */
} packet_kind;

typedef struct wire_packet {
    net_connection *connection;
    packet_kind kind;
    size_t len;
    char bytes[];
} wire_packet;

void net_bytes_add(net_bytes *bytes, const void *more, size_t len)
{
    if (bytes->at == bytes->len)
        bytes->at = bytes->len = 0;
    if (bytes->len + len > bytes->room) {
        size_t room = (bytes->len + len) * 2 + 64;
        char *grown = world_alloc(room);

        if (bytes->len)
            memcpy(grown, bytes->ptr, bytes->len);
        bytes->ptr = grown;
        bytes->room = room;
    }
    if (len)
        memcpy(bytes->ptr + bytes->len, more, len);
    bytes->len += len;
}

static wire_packet *packet_of(net_connection *connection, packet_kind kind, const void *bytes, size_t len)
{
    wire_packet *made = world_alloc(sizeof(*made) + len);

    made->connection = connection;
    made->kind = kind;
    made->len = len;
    if (bytes)
        memcpy(made->bytes, bytes, len);
    return made;
}

static uint64_t arrival(const net_connection *connection, uint64_t *last, size_t len)
{
    uint64_t at = world_moment() + connection->delay + world_below(connection->delay / 2 + 1);

    at += connection->per_byte * len;
    if (world_chance(10))
        at += 200 * MILLISECOND + world_below(SECOND); /* lost once, and sent again */
    if (at <= *last)
        at = *last + 1;
    return *last = at;
}

void wire_reset(net_connection *connection, int error)
{
    if (connection->closed)
        return;
    world_log("%d is reset: %s", connection->fd, strerror(error));
    connection->state = NET_BROKEN;
    connection->error = error;
    connection->reset = true;
    connection->edge = true;
}

/* At the client. */
static void on_down(void *arg)
{
    wire_packet *packet = arg;
    net_connection *connection = packet->connection;

    if (connection->closed || connection->reset || connection->dead)
        return;
    connection->edge = true;
    switch (packet->kind) {
    case PACKET_DATA:
        net_bytes_add(&connection->received, packet->bytes, packet->len);
        break;
    case PACKET_FIN:
        world_log("%d is ended by the server", connection->fd);
        connection->ended = true;
        break;
    case PACKET_RST:
        wire_reset(connection, ECONNRESET);
        break;
    case PACKET_ACK:
        connection->send_used -= packet->len;
        break;
    }
}

static void send_down(net_connection *connection, packet_kind kind, const void *bytes, size_t len)
{
    if (connection->dead)
        return;
    schedule_there(arrival(connection, &connection->down_at, kind == PACKET_ACK ? 0 : len), on_down,
                   packet_of(connection, kind, bytes, len));
}

/* What befalls it once enough has passed. True when these bytes do not arrive. */
static bool perishes(net_connection *connection, size_t len)
{
    connection->passed += len;
    if (world.healed || connection->passed < connection->dies_after || connection->dead)
        return connection->dead;
    connection->dies_after = UINT64_MAX;
    world_log("%d %s after %llu bytes", connection->fd, connection->dies_silently ? "falls silent" : "is torn down",
              (unsigned long long)connection->passed);
    if (connection->dies_silently)
        connection->dead = true;
    else
        net_abort(connection);
    return true;
}

/* At the server. */
static void on_up(void *arg)
{
    wire_packet *packet = arg;
    net_connection *connection = packet->connection;

    if (connection->dead)
        return;
    if (packet->kind != PACKET_DATA) {
        if (!connection->server_told && !connection->server_shut) {
            connection->server_told = true;
            server_at(connection->host)->ended(connection);
        }
        return;
    }
    if (connection->server_shut) { /* closed there: nobody reads it */
        send_down(connection, PACKET_RST, NULL, 0);
        return;
    }
    if (perishes(connection, packet->len))
        return;
    send_down(connection, PACKET_ACK, NULL, packet->len);
    server_at(connection->host)->bytes(connection, packet->bytes, packet->len);
}

static void send_up(net_connection *connection, packet_kind kind, const void *bytes, size_t len)
{
    schedule_there(arrival(connection, &connection->up_at, len), on_up, packet_of(connection, kind, bytes, len));
}

void wire_send(net_connection *connection, const void *bytes, size_t len)
{
    send_up(connection, PACKET_DATA, bytes, len);
}

void wire_close(net_connection *connection)
{
    bool unread = connection->received.len > connection->received.at;

    if (connection->state == NET_STANDS)
        send_up(connection, unread ? PACKET_RST : PACKET_FIN, NULL, 0);
}

static size_t piece_of(size_t len)
{
    size_t piece = world_chance(300) ? 1 + world_below(8) : 1 + world_below(len);

    if (!world_has(FAULT_PARTIAL))
        return len;
    return piece < len ? piece : len;
}

void net_send(net_connection *connection, const void *bytes, size_t len)
{
    const char *at = bytes;

    while (len > 0 && !net_is_gone(connection)) {
        size_t piece = piece_of(len);

        if (perishes(connection, piece))
            return;
        send_down(connection, PACKET_DATA, at, piece);
        at += piece;
        len -= piece;
    }
}

void net_end(net_connection *connection)
{
    if (connection->server_shut)
        return;
    connection->server_shut = true;
    send_down(connection, PACKET_FIN, NULL, 0);
}

void net_abort(net_connection *connection)
{
    if (connection->server_shut && connection->reset)
        return;
    connection->server_shut = true;
    send_down(connection, PACKET_RST, NULL, 0);
}

bool net_is_gone(const net_connection *connection)
{
    return connection->server_shut || connection->server_told || connection->dead;
}
