/* net.h - connections of the world: what the client's kernel, the network and a server know of one.
 *
 * What the kernel's calls mean is in socket.c, an epoll set in epoll.c, all that happens on the way in wire.c. */
#ifndef WEFT_WORLD_NET_H
#define WEFT_WORLD_NET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

enum {
    NET_FIRST_FD = 1 << 24, /* files have the descriptors below */
    NET_MAX_FDS = 1 << 15,
    NET_ERROR = 1 << 8, /* beside libuv's events: there is an error */
};

/* Bytes that grow; what is before `at` was taken. */
typedef struct net_bytes {
    char *ptr; /* the world's */
    size_t len, room, at;
} net_bytes;

typedef enum net_state {
    NET_FRESH,      /* no connect yet */
    NET_CONNECTING, /* the server has not answered */
    NET_STANDS,     /* both ways, as far as the client's kernel knows */
    NET_BROKEN,     /* never stood, or was reset */
} net_state;

typedef struct net_connection {
    int fd;
    unsigned host; /* of 10.<host>.0.<n> */
    struct sockaddr_storage peer;
    net_state state;
    bool closed;        /* by the client */
    int error;          /* SO_ERROR */
    net_bytes received; /* and not read yet */
    bool ended, reset;  /* by the other side, and known here */
    size_t send_room, send_used;
    /* the way */
    bool dead; /* whatever is sent from either side is lost */
    bool dies_silently;
    uint64_t dies_after, passed; /* bytes either way */
    uint64_t delay, per_byte;
    uint64_t up_at, down_at; /* when what was sent last arrives */
    /* the server's end */
    bool stood, server_shut, server_told;
    void *server;
    /* its place in an epoll set */
    int set; /* -1 = none */
    uint32_t wanted;
    void *data;
    bool edge; /* something came since it was told */
} net_connection;

void net_bytes_add(net_bytes *bytes, const void *more, size_t len);

void net_reset(void);
/* From here on nothing goes wrong; what had gone wrong is told. */
void net_heal(void);
/* Descriptors that are open. */
unsigned net_open_count(void);
/* Events of a descriptor, an epoll set or a socket, as a poll of libuv has them. */
unsigned net_readiness(int fd);

/* For servers, from events of the world: to send, to end in order, to reset; whether nothing can be sent any more. */
void net_send(net_connection *connection, const void *bytes, size_t len);
void net_end(net_connection *connection);
void net_abort(net_connection *connection);
bool net_is_gone(const net_connection *connection);

/* Between socket.c, epoll.c and wire.c. */
void wire_send(net_connection *connection, const void *bytes, size_t len);
void wire_close(net_connection *connection);
void wire_reset(net_connection *connection, int error);
/* The connection of a descriptor; NULL when there is none. */
net_connection *socket_of(int fd);
/* The events of epoll that hold of a socket. */
uint32_t socket_events(const net_connection *connection);
/* A kernel call: takes time, in which things happen. */
void socket_enter(void);
/* A new number, for a connection or (NULL) an epoll set. */
int socket_number(net_connection *connection);
void epoll_reset(void);
unsigned epoll_open_count(void);
/* Whether the descriptor is an open set, and one that has somebody to tell of. */
bool epoll_is_set(int fd);
bool epoll_is_ready(int fd);
/* False when it was in none. */
bool epoll_take_out(net_connection *connection);
void epoll_close(int fd);

#endif
