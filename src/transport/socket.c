#include "transport/socket.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/un.h>
#include <unistd.h>

static void on_poll(uv_poll_t *poll, int status, int events)
{
    weft__socket *socket = poll->data;

    /* In a forked child: what there is to read and write is the parent's. */
    if (weft__loop_is_forked(socket->loop)) {
        uv_poll_stop(poll);
        socket->watching = 0;
        return;
    }
    /* libuv has stopped the poll; reading tells the error, after whatever data came before it. */
    if (status < 0) {
        socket->watching = 0;
        events = UV_READABLE | UV_WRITABLE;
    }
    if (events & UV_DISCONNECT) {
        socket->ended = true;
        events |= UV_READABLE;
    }
    socket->ready(socket, events & (UV_READABLE | UV_WRITABLE));
}

static void on_closed(uv_handle_t *handle)
{
    weft__socket *socket = handle->data;
    weft__loop *loop = socket->loop;

    weft__free(&loop->heap, socket);
    weft__loop_handle_closed(loop);
}

weft__socket *weft__socket_connect(weft__loop *loop, const struct sockaddr *address, socklen_t len, int *ret_status)
{
    int on = 1;
    int fd = socket(address->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    weft__socket *sock = NULL;

    if (fd < 0) {
        *ret_status = -errno;
        return NULL;
    }
    sock = weft__zalloc(&loop->heap, sizeof(*sock));
    if (!sock) {
        *ret_status = -ENOMEM;
        goto fail;
    }
    /* Requests are written whole: waiting for more to send would only add delay. */
    if (address->sa_family != AF_UNIX)
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    if (connect(fd, address, len) != 0 && errno != EINPROGRESS) {
        *ret_status = -errno;
        goto fail;
    }
    *ret_status = uv_poll_init(loop->uv, &sock->poll, fd);
    if (*ret_status != 0)
        goto fail;
    uv_unref((uv_handle_t *)&sock->poll);
    weft__loop_handle_opened(loop);
    sock->poll.data = sock;
    sock->loop = loop;
    sock->fd = fd;
    return sock;

fail:
    weft__free(&loop->heap, sock);
    close(fd);
    return NULL;
}

int weft__socket_status(weft__socket *socket)
{
    int error = 0;
    socklen_t len = sizeof(error);

    if (getsockopt(socket->fd, SOL_SOCKET, SO_ERROR, &error, &len) != 0)
        return -errno;
    return -error;
}

void weft__socket_close(weft__socket *socket)
{
    if (!socket || socket->fd < 0)
        return;
    socket->ready = NULL;
    /* The poll must let go of the descriptor before its number can be used again. */
    uv_close((uv_handle_t *)&socket->poll, on_closed);
    close(socket->fd);
    socket->fd = -1;
}

int weft__socket_watch(weft__socket *socket, int events)
{
    int status;

    if (socket->watching == events)
        return 0;
    /* The peer's end comes with its last bytes, at no extra cost: a connection that has it is not used again. */
    status = events ? uv_poll_start(&socket->poll, events | UV_DISCONNECT, on_poll) : uv_poll_stop(&socket->poll);
    if (status == 0)
        socket->watching = (int16_t)events;
    return status;
}

ssize_t weft__socket_send(weft__socket *socket, const struct iovec *parts, int count)
{
    /* sendmsg does not write through the parts; the type just cannot say so. */
    struct msghdr message = {.msg_iov = (struct iovec *)(uintptr_t)parts, .msg_iovlen = (size_t)count};
    ssize_t sent;

    do {
        sent = sendmsg(socket->fd, &message, MSG_NOSIGNAL);
    } while (sent < 0 && errno == EINTR);
    return sent < 0 ? -errno : sent;
}

ssize_t weft__socket_receive(weft__socket *socket, void *bytes, size_t len)
{
    ssize_t got;

    do {
        got = recv(socket->fd, bytes, len, 0);
    } while (got < 0 && errno == EINTR);
    return got < 0 ? -errno : got;
}

bool weft__socket_is_quiet(weft__socket *socket)
{
    char byte;

    return recv(socket->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

void weft__socket_peer(weft__socket *socket, char *text, size_t size)
{
    struct sockaddr_storage address;
    socklen_t len = sizeof(address);
    char host[INET6_ADDRSTRLEN] = "";

    snprintf(text, size, "?");
    if (getpeername(socket->fd, (struct sockaddr *)&address, &len) != 0)
        return;
    if (address.ss_family == AF_INET) {
        const struct sockaddr_in *in = (const struct sockaddr_in *)&address;

        inet_ntop(AF_INET, &in->sin_addr, host, sizeof(host));
        snprintf(text, size, "%s:%u", host, (unsigned)ntohs(in->sin_port));
    } else if (address.ss_family == AF_INET6) {
        const struct sockaddr_in6 *in = (const struct sockaddr_in6 *)&address;

        inet_ntop(AF_INET6, &in->sin6_addr, host, sizeof(host));
        snprintf(text, size, "[%s]:%u", host, (unsigned)ntohs(in->sin6_port));
    } else if (address.ss_family == AF_UNIX) {
        snprintf(text, size, "unix:%s", ((const struct sockaddr_un *)&address)->sun_path);
    }
}
