/* loop/socket.h - one non-blocking socket.
 *
 * libuv's own writes raise SIGPIPE after a reset, and a library may not touch its host's signals: so the socket is
 * ours, written with MSG_NOSIGNAL, and the poller only tells when it is ready.
 */
#ifndef WEFT_LOOP_SOCKET_H
#define WEFT_LOOP_SOCKET_H

#include <sys/socket.h>
#include <sys/types.h>
#include <sys/uio.h>

#include "loop/loop.h"

typedef struct weft__socket weft__socket;

/* libuv's, so that the pollers need not translate; those above them know only these. */
enum { WEFT__READABLE = UV_READABLE, WEFT__WRITABLE = UV_WRITABLE };

/* `events` is a mask of WEFT__READABLE and WEFT__WRITABLE. After an error on the socket both are set, and it is watched
 * no more: the next send or receive says what the error is. */
typedef void weft__socket_cb(weft__socket *socket, int events);

struct weft__socket {
    weft__loop *loop; /* borrowed */
    int fd;           /* owned; -1 once closed */
    uint8_t watching; /* mask of what it is watched for */
    bool in_set;      /* the poller's own */
    bool ended;       /* the peer has said that it will send no more; what it sent may still be there to read */
    weft__socket_cb *ready;
    uint64_t connected_ns; /* when the connection stood, on weft__now_ns's clock; 0 before that */
    void *owner;           /* whoever is told; may change hands between connecting and use */
};

/* Starts connecting. NULL with a negative errno in `*ret_status` when it failed at once; the socket becomes writable
 * when the connection stands or has failed, which weft__socket_status tells. */
weft__socket *weft__socket_connect(weft__loop *loop, const struct sockaddr *address, socklen_t len, int *ret_status);
/* 0 when the connection stands, else the negative errno it failed with. */
int weft__socket_status(weft__socket *socket);
/* Nothing is reported from here on, and the socket is gone. NULL is fine. */
void weft__socket_close(weft__socket *socket);

/* Changes what it is watched for, a mask of WEFT__READABLE and WEFT__WRITABLE; 0 stops. A negative errno when the
 * system refuses. */
int weft__socket_watch(weft__socket *socket, int events);

/* Bytes sent or received; 0 from receive is the end; a negative errno otherwise, -EAGAIN when it is not ready. */
ssize_t weft__socket_send(weft__socket *socket, const struct iovec *parts, int count);
ssize_t weft__socket_receive(weft__socket *socket, void *bytes, size_t len);
/* Whether an idle socket is still good: open, and with nothing to read. */
bool weft__socket_is_quiet(weft__socket *socket);
/* The peer as "127.0.0.1:8585", "[::1]:443" or "unix:/path"; `text` has room for `size` bytes. */
void weft__socket_peer(weft__socket *socket, char *text, size_t size);
/* What a negative errno means. */
static inline const char *weft__socket_error_text(int status)
{
    return uv_strerror(status);
}

#endif
