/* loop/poller.h - tells sockets when they are ready.
 *
 * On Linux (poller_epoll.c) the sockets of an engine are in an epoll set of its own, and libuv polls that set as one
 * descriptor: a socket needs no uv_poll_t, which is larger than the rest of an idle connection's transport. Elsewhere,
 * and where it is compiled with WEFT_POLLER_UV, each socket has a uv_poll_t (poller_uv.c).
 *
 * Readiness is level-triggered: what is not read or written is told again. After an error on a socket it is told once
 * that it is ready for both, and no more until it is watched again: the next send or receive says what the error is.
 */
#ifndef WEFT_LOOP_POLLER_H
#define WEFT_LOOP_POLLER_H

#include "loop/socket.h"

#if defined(__linux__) && !defined(WEFT_POLLER_UV)
#define WEFT__POLLER_EPOLL 1
#define WEFT__POLLER_NAME "epoll"
#else
#define WEFT__POLLER_EPOLL 0
#define WEFT__POLLER_NAME "uv_poll"
#endif

/* A zeroed socket with a place in the poller, for `fd`, which stays the caller's when this fails: NULL, and a negative
 * errno. */
weft__socket *weft__poller_add(weft__loop *loop, int fd, int *ret_status);
/* What it is watched for, a mask of WEFT__READABLE and WEFT__WRITABLE; 0 stops. A negative errno when the system
 * refuses. */
int weft__poller_watch(weft__socket *socket, int events);
/* Lets go of `socket->fd`, which the caller closes right after, and frees the socket once nothing looks at it. Until
 * then its `fd` is -1. */
void weft__poller_remove(weft__socket *socket);

#endif
