/* socket.c - the client's kernel: calls for sockets, the wall clock and entropy, which the linker gives to weft in
 * place of the machine's. */
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>
#include <uv.h>

#include "net.h"
#include "schedule.h"
#include "server.h"
#include "world.h"

static net_connection *connections[NET_MAX_FDS];
static int number_count;
static unsigned open_count;

/* The linker's names: `close` of weft's is __wrap_close, and the machine's own is __real_close. */
int __real_close(int fd);
int __wrap_close(int fd);
time_t __wrap_time(time_t *ret_time);
ssize_t __wrap_getrandom(void *bytes, size_t len, unsigned flags);
int __wrap_socket(int domain, int type, int protocol);
int __wrap_connect(int fd, const struct sockaddr *address, socklen_t len);
int __wrap_getsockopt(int fd, int level, int name, void *value, socklen_t *len);
int __wrap_setsockopt(int fd, int level, int name, const void *value, socklen_t len);
int __wrap_getpeername(int fd, struct sockaddr *address, socklen_t *len);
int __wrap_getsockname(int fd, struct sockaddr *address, socklen_t *len);
ssize_t __wrap_sendmsg(int fd, const struct msghdr *message, int flags);
ssize_t __wrap_recv(int fd, void *bytes, size_t len, int flags);

static int fail(int error)
{
    errno = error;
    return -1;
}

void net_reset(void)
{
    memset(connections, 0, (size_t)number_count * sizeof(*connections));
    number_count = 0;
    open_count = 0;
    epoll_reset();
}

unsigned net_open_count(void)
{
    return open_count + epoll_open_count();
}

net_connection *socket_of(int fd)
{
    return fd >= NET_FIRST_FD && fd < NET_FIRST_FD + number_count ? connections[fd - NET_FIRST_FD] : NULL;
}

int socket_number(net_connection *connection)
{
    if (number_count == NET_MAX_FDS)
        abort();
    connections[number_count] = connection;
    return NET_FIRST_FD + number_count++;
}

void socket_enter(void)
{
    world.system_calls++;
    world.now += 200 + world_below(3000);
    schedule_catch_up();
}

void net_heal(void)
{
    world_log("---- the network is well from here on");
    for (int i = 0; i < number_count; i++) {
        net_connection *connection = connections[i];

        if (!connection || connection->closed)
            continue;
        connection->dies_after = UINT64_MAX;
        if (connection->state == NET_CONNECTING)
            wire_reset(connection, EHOSTUNREACH);
        if (connection->state != NET_STANDS)
            continue;
        wire_reset(connection, ECONNRESET);
        connection->server_shut = true;
    }
}

time_t __wrap_time(time_t *ret_time)
{
    time_t now;

    if (world_strikes(FAULT_CLOCK, 20))
        world.wall_jump = (int64_t)world_below(600) - 300;
    now = (time_t)(world.now / SECOND) + WORLD_EPOCH_S + (time_t)world.wall_jump;
    if (ret_time)
        *ret_time = now;
    return now;
}

ssize_t __wrap_getrandom(void *bytes, size_t len, unsigned flags)
{
    (void)flags;
    memset(bytes, 7, len);
    return (ssize_t)len;
}

static uint64_t death(void)
{
    return world_below(world_chance(500) ? 600 : 4000);
}

static void give_way(net_connection *connection)
{
    connection->delay = 20000 + world_below(world_chance(200) ? 300 * MILLISECOND : 3 * MILLISECOND);
    connection->per_byte = world_chance(100) ? world_below(20000) : 10;
    connection->send_room = 65536;
    if (world_strikes(FAULT_PARTIAL, 300))
        connection->send_room = 64 + world_below(600);
    connection->dies_after = UINT64_MAX;
    if (world_strikes(FAULT_RESET, 60))
        connection->dies_after = death();
    if (world_strikes(FAULT_SILENCE, 30)) {
        connection->dies_after = death();
        connection->dies_silently = true;
    }
}

int __wrap_socket(int domain, int type, int protocol)
{
    net_connection *made;

    (void)domain, (void)type, (void)protocol;
    socket_enter();
    if (world_strikes(FAULT_DESCRIPTORS, 10))
        return fail(world_chance(700) ? EMFILE : ENOBUFS);
    made = world_alloc(sizeof(*made));
    made->fd = socket_number(made);
    made->set = -1;
    give_way(made);
    open_count++;
    world.connections++;
    return made->fd;
}

static bool is_connecting(const net_connection *connection)
{
    return !connection->closed && connection->state == NET_CONNECTING;
}

static void on_connected(void *arg)
{
    net_connection *connection = arg;

    if (!is_connecting(connection))
        return;
    connection->state = NET_STANDS;
    connection->edge = connection->stood = true;
    world_log("%d stands", connection->fd);
    server_at(connection->host)->accept(connection);
}

static void on_refused(void *arg)
{
    if (is_connecting(arg))
        wire_reset(arg, ECONNREFUSED);
}

static void on_unanswered(void *arg)
{
    if (is_connecting(arg))
        wire_reset(arg, ETIMEDOUT);
}

static void send_syn(net_connection *connection)
{
    uint64_t arrives = world.now + 2 * connection->delay;

    if (world_strikes(FAULT_CONNECT, 50))
        schedule_there(arrives, on_refused, connection);
    else if (world_strikes(FAULT_CONNECT, 30))
        schedule_there(world.now + 127 * SECOND, on_unanswered, connection);
    else
        schedule_there(arrives + (world_strikes(FAULT_CONNECT, 30) ? world_below(4 * SECOND) : 0), on_connected,
                       connection);
}

static unsigned host_of(const struct sockaddr *address)
{
    const struct sockaddr_in6 *six = (const void *)address;
    const struct sockaddr_in *four = (const void *)address;

    if (address->sa_family == AF_INET6)
        return six->sin6_addr.s6_addr[13];
    return ((const unsigned char *)&four->sin_addr)[1];
}

int __wrap_connect(int fd, const struct sockaddr *address, socklen_t len)
{
    net_connection *connection = socket_of(fd);
    bool no_way = world_strikes(FAULT_CONNECT, address->sa_family == AF_INET6 ? 400 : 20);

    socket_enter();
    memcpy(&connection->peer, address, len);
    connection->host = host_of(address);
    world_log("%d connects to host %u%s", fd, connection->host, no_way ? ", which cannot be reached" : "");
    if (no_way) {
        connection->state = NET_BROKEN;
        return fail(world_chance(500) ? ENETUNREACH : EADDRNOTAVAIL);
    }
    connection->state = NET_CONNECTING;
    send_syn(connection);
    return fail(EINPROGRESS);
}

int __wrap_getsockopt(int fd, int level, int name, void *value, socklen_t *len)
{
    net_connection *connection = socket_of(fd);

    INVARIANT(SYSCALLS, level == SOL_SOCKET && name == SO_ERROR && *len == sizeof(int), "an unknown option is asked");
    socket_enter();
    *(int *)value = connection->error;
    connection->error = 0;
    return 0;
}

int __wrap_setsockopt(int fd, int level, int name, const void *value, socklen_t len)
{
    (void)fd, (void)level, (void)name, (void)value, (void)len;
    return 0;
}

int __wrap_getpeername(int fd, struct sockaddr *address, socklen_t *len)
{
    const net_connection *connection = socket_of(fd);

    socket_enter();
    if (connection->state != NET_STANDS)
        return fail(ENOTCONN);
    memcpy(address, &connection->peer, *len < sizeof(connection->peer) ? *len : sizeof(connection->peer));
    return 0;
}

int __wrap_getsockname(int fd, struct sockaddr *address, socklen_t *len)
{
    (void)fd;
    memset(address, 0, *len);
    address->sa_family = AF_INET;
    *len = sizeof(struct sockaddr_in);
    return 0;
}

static bool is_open(const net_connection *connection, const char *call)
{
    bool open = connection && !connection->closed;

    INVARIANT(SYSCALLS, open, "%s on a closed descriptor", call);
    return open;
}

static size_t length_of(const struct msghdr *message)
{
    size_t total = 0;

    for (size_t i = 0; i < message->msg_iovlen; i++)
        total += message->msg_iov[i].iov_len;
    return total;
}

static void gather(const struct msghdr *message, char *into, size_t len)
{
    for (size_t i = 0; len > 0; i++) {
        size_t piece = message->msg_iov[i].iov_len < len ? message->msg_iov[i].iov_len : len;

        memcpy(into, message->msg_iov[i].iov_base, piece);
        into += piece;
        len -= piece;
    }
}

static int take_error(net_connection *connection, int otherwise)
{
    int error = connection->error ? connection->error : otherwise;

    connection->error = 0;
    return fail(error);
}

ssize_t __wrap_sendmsg(int fd, const struct msghdr *message, int flags)
{
    net_connection *connection = socket_of(fd);
    size_t room, len = length_of(message);
    char *bytes;

    INVARIANT(SYSCALLS, flags & MSG_NOSIGNAL, "a send may raise SIGPIPE");
    socket_enter();
    if (!is_open(connection, "sendmsg"))
        return fail(EBADF);
    if (world_strikes(FAULT_PARTIAL, 20))
        return fail(EINTR);
    if (connection->reset)
        return take_error(connection, EPIPE);
    room = connection->send_room - connection->send_used;
    if (room == 0)
        return fail(EAGAIN);
    len = len < room ? len : room;
    if (len > 1 && world_strikes(FAULT_PARTIAL, 150))
        len = 1 + world_below(len);
    bytes = world_alloc(len);
    gather(message, bytes, len);
    connection->send_used += len;
    world_log("%d sends %zu", fd, len);
    wire_send(connection, bytes, len);
    return (ssize_t)len;
}

/* Nothing is there to read. */
static int explain_nothing(net_connection *connection, bool peeks)
{
    if (connection->error && peeks)
        return fail(connection->error);
    if (connection->error)
        return take_error(connection, 0);
    return connection->ended || connection->reset ? 0 : fail(EAGAIN);
}

ssize_t __wrap_recv(int fd, void *bytes, size_t len, int flags)
{
    net_connection *connection = socket_of(fd);
    bool peeks = flags & MSG_PEEK;
    size_t there;

    socket_enter();
    if (!is_open(connection, "recv"))
        return fail(EBADF);
    if (!peeks && world_strikes(FAULT_PARTIAL, 20))
        return fail(EINTR);
    there = connection->received.len - connection->received.at;
    if (there == 0)
        return explain_nothing(connection, peeks);
    len = there < len ? there : len;
    memcpy(bytes, connection->received.ptr + connection->received.at, len);
    if (peeks)
        return (ssize_t)len;
    connection->received.at += len;
    world_log("%d receives %zu", fd, len);
    return (ssize_t)len;
}

int __wrap_close(int fd)
{
    net_connection *connection = socket_of(fd);

    if (fd < NET_FIRST_FD)
        return __real_close(fd);
    socket_enter();
    if (epoll_is_set(fd)) {
        epoll_close(fd);
        return 0;
    }
    if (!is_open(connection, "close"))
        return fail(EBADF);
    INVARIANT(SYSCALLS, !epoll_take_out(connection), "%d is closed while it is in the epoll set", fd);
    world_log("%d is closed", fd);
    connection->closed = true;
    open_count--;
    wire_close(connection);
    return 0;
}

uint32_t socket_events(const net_connection *connection)
{
    uint32_t events = 0;

    if (connection->state == NET_FRESH)
        return EPOLLOUT | EPOLLHUP;
    if (connection->state == NET_CONNECTING)
        return 0;
    if (connection->received.len > connection->received.at || connection->ended || connection->reset)
        events |= EPOLLIN;
    if (connection->send_used * 3 <= connection->send_room * 2 || connection->reset)
        events |= EPOLLOUT;
    if (connection->ended || connection->reset)
        events |= EPOLLRDHUP;
    if (connection->reset)
        events |= EPOLLHUP;
    return connection->error ? events | EPOLLERR : events;
}

unsigned net_readiness(int fd)
{
    const net_connection *connection = socket_of(fd);
    uint32_t events;
    unsigned ready = 0;

    if (!connection)
        return epoll_is_ready(fd) ? UV_READABLE : 0;
    events = socket_events(connection);
    if (events & EPOLLIN)
        ready |= UV_READABLE;
    if (events & EPOLLOUT)
        ready |= UV_WRITABLE;
    if (events & EPOLLRDHUP)
        ready |= UV_DISCONNECT;
    if (events & (EPOLLERR | EPOLLHUP))
        ready |= UV_READABLE | UV_WRITABLE | NET_ERROR;
    return ready;
}
