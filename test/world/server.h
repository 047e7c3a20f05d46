/* server.h - what stands at the other end of a connection: a layer of bytes, and what an HTTP server serves.
 *
 * Whoever adds a host, a proxy, or TLS adds a world_server and its place in hosts.c; whoever adds a service, an
 * http_service. None of them is called but from events elsewhere, in virtual time. */
#ifndef WEFT_WORLD_SERVER_H
#define WEFT_WORLD_SERVER_H

#include "net.h"

/* Takes the bytes of connections. `connection->server` is its own. */
typedef struct world_server {
    const char *name;
    void (*accept)(net_connection *connection);
    void (*bytes)(net_connection *connection, const char *bytes, size_t len);
    void (*ended)(net_connection *connection); /* closed by the client */
} world_server;

/* The one that listens at 10.<host>.0.<n>; never NULL. */
const world_server *server_at(unsigned host);

typedef struct http_peer http_peer;

/* A whole request. Texts are NUL-terminated, and live until the world ends. */
typedef struct http_asked {
    const char *method;
    const char *target; /* path and query, also where it came through a proxy */
    const char *head;   /* request line and header lines, NUL after the last */
    const char *body;
    size_t body_len;
} http_asked;

/* What an HTTP server serves: `request` plans an answer with the functions of http_server.h, now or later. */
typedef struct http_service {
    const char *name;
    void (*request)(http_peer *peer, const http_asked *asked);
} http_service;

extern const http_service stromboli_service;

#endif
