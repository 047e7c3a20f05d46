#include "loop/socket.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/assert.h"
#include "loop/poller.h"

static void set_option(int fd, int level, int option, int value)
{
    /* Where the system refuses, the connection is as good as it was. */
    setsockopt(fd, level, option, &value, sizeof(value));
}

/* Has the system find out by itself, while nobody sends anything, whether the peer's machine is still there; and bounds
 * how long it tries to deliver what is sent, which on Linux would be a quarter of an hour. */
static void watch_peer(int fd, uint32_t timeout_ms)
{
    enum { PROBES = 8 };
    int idle_s = (int)(timeout_ms / 5 / 1000), interval_s = (int)(timeout_ms / 10 / 1000);

    set_option(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
#if defined(TCP_KEEPIDLE)
    set_option(fd, IPPROTO_TCP, TCP_KEEPIDLE, idle_s);
#elif defined(TCP_KEEPALIVE) /* macOS's name for it */
    set_option(fd, IPPROTO_TCP, TCP_KEEPALIVE, idle_s);
#else
    (void)idle_s;
#endif
#if defined(TCP_KEEPINTVL) && defined(TCP_KEEPCNT)
    set_option(fd, IPPROTO_TCP, TCP_KEEPINTVL, interval_s);
    set_option(fd, IPPROTO_TCP, TCP_KEEPCNT, PROBES);
#else
    (void)interval_s;
#endif
#if defined(TCP_USER_TIMEOUT)
    set_option(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, (int)timeout_ms);
#endif
}

weft__socket *weft__socket_connect(weft__loop *loop, const struct sockaddr *address, socklen_t len, int *ret_status)
{
    int fd = socket(address->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    weft__socket *sock;

    if (fd < 0) {
        *ret_status = -errno;
        return NULL;
    }
    /* Before it connects, so that a peer never sees a connection that there is no memory for. */
    sock = weft__poller_add(loop, fd, ret_status);
    if (!sock) {
        close(fd);
        return NULL;
    }
    /* Requests are written whole: waiting for more to send would only add delay. */
    if (address->sa_family != AF_UNIX) {
        set_option(fd, IPPROTO_TCP, TCP_NODELAY, 1);
        if (loop->tcp_timeout_ms > 0)
            watch_peer(fd, loop->tcp_timeout_ms);
    }
    if (connect(fd, address, len) != 0 && errno != EINPROGRESS) {
        *ret_status = -errno;
        weft__socket_close(sock);
        return NULL;
    }
    return sock;
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
    int fd;

    if (!socket || socket->fd < 0)
        return;
    fd = socket->fd;
    socket->ready = NULL;
    /* The poller must let go of the descriptor before its number can be used again. */
    weft__poller_remove(socket);
    close(fd);
}

int weft__socket_watch(weft__socket *socket, int events)
{
    WEFT__ASSERT(socket->fd >= 0 && !(events & ~(WEFT__READABLE | WEFT__WRITABLE)));
    return socket->watching == events ? 0 : weft__poller_watch(socket, events);
}

ssize_t weft__socket_send(weft__socket *socket, const struct iovec *parts, int count)
{
    /* sendmsg does not write through the parts; the type just cannot say so. */
    struct msghdr message = {.msg_iov = (struct iovec *)(uintptr_t)parts, .msg_iovlen = (size_t)count};
    ssize_t sent;

    WEFT__ASSERT(socket->fd >= 0 && count > 0);
    do {
        sent = sendmsg(socket->fd, &message, MSG_NOSIGNAL);
    } while (sent < 0 && errno == EINTR);
    return sent < 0 ? -errno : sent;
}

ssize_t weft__socket_receive(weft__socket *socket, void *bytes, size_t len)
{
    ssize_t got;

    WEFT__ASSERT(socket->fd >= 0 && len > 0);
    do {
        got = recv(socket->fd, bytes, len, 0);
    } while (got < 0 && errno == EINTR);
    return got < 0 ? -errno : got;
}

bool weft__socket_is_quiet(weft__socket *socket)
{
    char byte;

    WEFT__ASSERT(socket->fd >= 0);
    return recv(socket->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

void weft__socket_peer(weft__socket *socket, char *text, size_t size)
{
    struct sockaddr_storage address = {0};
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
