#include "fault_connection.h"

#include "test.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { BACKLOG = 128, DEAF_CALLERS_MAX = 8 };

/* A script that connections are still to come for. */
typedef struct play_order {
    struct play_order *next;
    fault_script script;
    unsigned left; /* connections still to come, unless endless */
    bool endless;
} play_order;

typedef struct recorded_request {
    char *text; /* owned */
    size_t len;
} recorded_request;

struct fault_server {
    test_loop *loop; /* borrowed */
    uv_poll_t poll;
    bool poll_closed;
    int listener;
    int port;
    int deaf_callers[DEAF_CALLERS_MAX]; /* what fills the queue of a deaf server; -1 = none */
    char url[80];
    char directory[64]; /* owned, of the socket file; "" for TCP */
    char path[96];
    play_order *orders;
    fault_connection *connections; /* newest first */
    size_t connection_count;
    recorded_request *requests;
    size_t request_count;
    const script_step *nothing_more; /* the step that forbids further connections, or NULL */
    bool failed;
};

void fault_server_fail(fault_server *server)
{
    server->failed = true;
}

void fault_server_expect_nothing_more(fault_server *server, const script_step *step)
{
    server->nothing_more = step;
}

void fault_server_record(fault_server *server, char *text, size_t len)
{
    recorded_request *grown = realloc(server->requests, (server->request_count + 1) * sizeof(*grown));

    if (!grown) {
        perror("fault_server");
        abort(); /* a test program without memory has nothing more to say */
    }
    server->requests = grown;
    server->requests[server->request_count++] = (recorded_request){.text = text, .len = len};
}

/* The script for the connection that just came; NULL, with the test failed, when none was to come. */
static const fault_script *next_script(fault_server *server)
{
    play_order *order = server->orders;

    while (order && !order->endless && order->left == 0)
        order = order->next;
    if (server->nothing_more)
        test_fail(server->nothing_more->file, server->nothing_more->line, "one more connection came");
    else if (!order)
        test_fail(__FILE__, __LINE__, "connection %zu came and no script awaits it", server->connection_count);
    if (server->nothing_more || !order) {
        server->failed = true;
        return NULL;
    }
    if (!order->endless)
        order->left--;
    return &order->script;
}

static void on_connection(uv_poll_t *poll, int status, int events)
{
    fault_server *server = poll->data;
    fault_connection *connection;
    const fault_script *script;
    int fd = accept4(server->listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC), one = 1;

    (void)status;
    (void)events;
    if (fd < 0)
        return;
    server->connection_count++;
    script = next_script(server);
    if (!script) {
        close(fd);
        return;
    }
    if (!server->directory[0])
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
    connection = fault_connection_start(server, server->loop, fd, *script);
    if (!connection) {
        server->failed = true;
        return;
    }
    connection->next = server->connections;
    server->connections = connection;
}

static int listen_unix(fault_server *server)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};

    /* Not TMPDIR: a socket's path may be 107 bytes long at most. */
    snprintf(server->directory, sizeof(server->directory), "/tmp/weft-test-XXXXXX");
    if (!mkdtemp(server->directory)) {
        server->directory[0] = '\0';
        return -1;
    }
    snprintf(server->path, sizeof(server->path), "%s/socket", server->directory);
    snprintf(address.sun_path, sizeof(address.sun_path), "%s", server->path);
    snprintf(server->url, sizeof(server->url), "http://localhost");
    server->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (server->listener < 0 || bind(server->listener, (struct sockaddr *)&address, sizeof(address)) < 0)
        return -1;
    return listen(server->listener, BACKLOG);
}

static int tcp_address(const char *host, int port, struct sockaddr_storage *ret_address)
{
    if (strchr(host, ':'))
        return uv_ip6_addr(host, port, (struct sockaddr_in6 *)ret_address);
    return uv_ip4_addr(host, port, (struct sockaddr_in *)ret_address);
}

static int bound_port(int fd)
{
    struct sockaddr_storage address;
    socklen_t len = sizeof(address);

    if (getsockname(fd, (struct sockaddr *)&address, &len) < 0)
        return -1;
    return ntohs(address.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&address)->sin6_port
                                               : ((struct sockaddr_in *)&address)->sin_port);
}

static int listen_tcp(fault_server *server, const char *host, int port, int backlog)
{
    struct sockaddr_storage address;
    socklen_t len;
    int one = 1;

    if (tcp_address(host, port, &address) < 0)
        return -1;
    len = address.ss_family == AF_INET6 ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in);
    server->listener = socket(address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (server->listener < 0)
        return -1;
    setsockopt(server->listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
    if (bind(server->listener, (struct sockaddr *)&address, len) < 0 || listen(server->listener, backlog) < 0)
        return -1;
    server->port = bound_port(server->listener);
    snprintf(server->url, sizeof(server->url), strchr(host, ':') ? "http://[%s]:%d" : "http://%s:%d", host,
             server->port);
    return server->port < 0 ? -1 : 0;
}

/* Callers of our own take every place in the accept queue; the kernel then drops whoever else calls. */
static int fill_queue(fault_server *server)
{
    struct sockaddr_storage address;
    socklen_t len = sizeof(address);

    if (getsockname(server->listener, (struct sockaddr *)&address, &len) < 0)
        return -1;
    for (int i = 0; i < DEAF_CALLERS_MAX; i++) {
        struct sockaddr_storage peer;
        socklen_t peer_len = sizeof(peer);
        int fd = socket(address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

        if (fd < 0)
            return -1;
        server->deaf_callers[i] = fd;
        connect(fd, (struct sockaddr *)&address, len);
        if (getpeername(fd, (struct sockaddr *)&peer, &peer_len) < 0)
            return 0; /* this one was not let in: the queue is full */
    }
    return -1;
}

fault_server *fault_server_start(test_loop *loop, const fault_server_options *options)
{
    static const fault_server_options defaults = {0};
    fault_server *server = calloc(1, sizeof(*server));
    int status;

    if (!server)
        return NULL;
    options = options ? options : &defaults;
    server->loop = loop;
    server->listener = -1;
    memset(server->deaf_callers, -1, sizeof(server->deaf_callers));
    if (options->unix_socket)
        status = listen_unix(server);
    else
        status =
            listen_tcp(server, options->host ? options->host : "127.0.0.1", options->port, options->deaf ? 0 : BACKLOG);
    if (status == 0 && options->deaf)
        status = fill_queue(server);
    if (status == 0)
        status = uv_poll_init(&loop->uv, &server->poll, server->listener);
    if (status < 0) {
        test_fail(__FILE__, __LINE__, "cannot listen: %s", strerror(errno));
        server->poll_closed = true;
        fault_server_stop(server);
        return NULL;
    }
    server->poll.data = server;
    uv_unref((uv_handle_t *)&server->poll);
    if (!options->deaf)
        uv_poll_start(&server->poll, UV_READABLE, on_connection);
    return server;
}

void fault_server_play(fault_server *server, fault_script script, unsigned times)
{
    play_order **last = &server->orders;
    play_order *order = calloc(1, sizeof(*order));

    if (!order) {
        perror("fault_server");
        abort();
    }
    order->script = script;
    order->left = times;
    order->endless = times == 0;
    while (*last)
        last = &(*last)->next;
    *last = order;
}

bool fault_server_release(fault_server *server)
{
    fault_connection *first = NULL;

    for (fault_connection *connection = server->connections; connection; connection = connection->next)
        if (connection->state == PLAY_WAITING)
            first = connection; /* the list is newest first: the last one seen has waited longest */
    if (!first) {
        test_fail(__FILE__, __LINE__, "no connection waits to be released");
        return false;
    }
    fault_connection_release(first);
    return true;
}

static bool everything_settled(void *arg)
{
    const fault_server *server = arg;

    if (server->failed)
        return true;
    for (const play_order *order = server->orders; order; order = order->next)
        if (order->left > 0)
            return false;
    for (const fault_connection *connection = server->connections; connection; connection = connection->next)
        if (!fault_connection_settled(connection))
            return false;
    return true;
}

/* The server's own wait, shorter than the test's: what is unmet is reported step by step instead. */
static void play_out_scripts(fault_server *server)
{
    uint64_t deadline = uv_hrtime() + (uint64_t)3 * 1000 * 1000 * 1000;

    do
        test_loop_turn(server->loop);
    while (!everything_settled(server) && uv_hrtime() < deadline);
}

static void report_unmet(fault_server *server)
{
    for (fault_connection *connection = server->connections; connection; connection = connection->next)
        fault_connection_report(connection);
    for (const play_order *order = server->orders; order; order = order->next) {
        if (order->left > 0) {
            test_fail(order->script.steps[0].file, order->script.steps[0].line,
                      "%u connections never came for this script", order->left);
            server->failed = true;
        }
    }
}

static void on_poll_closed(uv_handle_t *handle)
{
    fault_server *server = handle->data;

    server->poll_closed = true;
}

static bool everything_closed(void *arg)
{
    const fault_server *server = arg;

    for (const fault_connection *connection = server->connections; connection; connection = connection->next)
        if (!connection->poll_closed)
            return false;
    return server->poll_closed;
}

static void close_everything(fault_server *server)
{
    for (fault_connection *connection = server->connections; connection; connection = connection->next)
        fault_connection_end(connection, false);
    if (!server->poll_closed)
        uv_close((uv_handle_t *)&server->poll, on_poll_closed);
    if (server->listener >= 0)
        close(server->listener);
    for (int i = 0; i < DEAF_CALLERS_MAX; i++)
        if (server->deaf_callers[i] >= 0)
            close(server->deaf_callers[i]);
    if (server->directory[0]) {
        unlink(server->path);
        rmdir(server->directory);
    }
}

static void free_everything(fault_server *server)
{
    while (server->connections) {
        fault_connection *connection = server->connections;
        server->connections = connection->next;
        fault_connection_free(connection);
    }
    while (server->orders) {
        play_order *order = server->orders;
        server->orders = order->next;
        free(order);
    }
    for (size_t i = 0; i < server->request_count; i++)
        free(server->requests[i].text);
    free(server->requests);
    free(server);
}

bool fault_server_stop(fault_server *server)
{
    bool met;

    if (!server->poll_closed) {
        play_out_scripts(server);
        report_unmet(server);
    }
    close_everything(server);
    if (!everything_closed(server))
        test_loop_run_until(server->loop, everything_closed, server, "the fault server's handles");
    met = !server->failed;
    free_everything(server);
    return met;
}

const char *fault_server_url(const fault_server *server)
{
    return server->url;
}

int fault_server_port(const fault_server *server)
{
    return server->port;
}

const char *fault_server_socket_path(const fault_server *server)
{
    return server->directory[0] ? server->path : NULL;
}

size_t fault_server_connection_count(const fault_server *server)
{
    return server->connection_count;
}

size_t fault_server_waiting_count(const fault_server *server)
{
    size_t count = 0;

    for (const fault_connection *connection = server->connections; connection; connection = connection->next)
        count += connection->state == PLAY_WAITING;
    return count;
}

size_t fault_server_request_count(const fault_server *server)
{
    return server->request_count;
}

const char *fault_server_request(const fault_server *server, size_t index, size_t *ret_len)
{
    if (index >= server->request_count)
        return NULL;
    if (ret_len)
        *ret_len = server->requests[index].len;
    return server->requests[index].text;
}

int fault_server_dead_port(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), port = -1;

    if (fd >= 0 && bind(fd, (struct sockaddr *)&address, sizeof(address)) == 0)
        port = bound_port(fd);
    if (fd >= 0)
        close(fd);
    return port;
}
