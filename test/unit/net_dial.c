#include "net/dial.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/un.h>
#include <unistd.h>

#include "closed_port.h"
#include "loop.h"
#include "test.h"
#include "test_memory.h"

/* All names have the addresses that the test says; without any, the hook does not answer. */
typedef struct fixture {
    test_loop loop;
    weft__loop weft;
    weft__resolver *resolver;
    const char *addresses[WEFT__MAX_ADDRESSES];
    int status; /* the hook's */
    weft_resolve *unanswered;
    int asked;
    int others_attempts; /* such as those that fill a black hole */
    bool closed;
} fixture;

typedef struct outcome {
    fixture *fx;
    weft__dial *dial; /* NULL once it is over */
    bool over;
    int calls;
    weft__socket *socket;
    weft__failure failure;
    struct outcome *cancels; /* whose dial to cancel from the callback */
    uint16_t port;           /* to dial again */
} outcome;

static void on_resolve(weft_resolve *request, const char *host, void *arg)
{
    fixture *fx = arg;
    struct sockaddr_storage storage[WEFT__MAX_ADDRESSES];
    const struct sockaddr *list[WEFT__MAX_ADDRESSES];
    size_t count = 0;

    (void)host;
    fx->asked++;
    if (fx->status == 0 && !fx->addresses[0]) {
        fx->unanswered = request;
        return;
    }
    for (; fx->addresses[count]; count++) {
        list[count] = (struct sockaddr *)&storage[count];
        if (uv_ip4_addr(fx->addresses[count], 0, (struct sockaddr_in *)&storage[count]) != 0)
            uv_ip6_addr(fx->addresses[count], 0, (struct sockaddr_in6 *)&storage[count]);
    }
    weft_resolve_answer(request, fx->status, list, count);
}

/* Descriptors of this process that wait for a TCP connection to stand. */
static int attempts_under_way(void)
{
    int count = 0;

    for (int fd = 0; fd < 256; fd++) {
        struct tcp_info info;
        socklen_t len = sizeof(info);

        if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &len) == 0 && info.tcpi_state == TCP_SYN_SENT)
            count++;
    }
    return count;
}

static bool open_with(fixture *fx, const weft_allocator *allocator)
{
    memset(fx, 0, sizeof(*fx));
    fx->others_attempts = attempts_under_way();
    if (!test_loop_open(&fx->loop) || !weft__loop_init(&fx->weft, &fx->loop.uv, allocator))
        return false;
    if (weft__loop_open(&fx->weft) != 0)
        return false;
    fx->resolver = weft__resolver_new(&fx->weft, on_resolve, fx);
    return fx->resolver != NULL;
}

static void on_loop_closed(weft__loop *loop)
{
    WEFT__CONTAINER_OF(loop, fixture, weft)->closed = true;
}

static bool close_all(fixture *fx)
{
    weft__resolver_close(fx->resolver);
    weft__loop_close(&fx->weft, on_loop_closed);
    if (!test_loop_run_until_set(&fx->loop, &fx->closed, "the loop to close"))
        return false;
    weft__loop_deinit(&fx->weft);
    return test_loop_close(&fx->loop);
}

static void on_dialled(weft__socket *socket, const weft__failure *failure, void *owner)
{
    outcome *out = owner;

    out->calls++;
    out->over = true;
    out->dial = NULL;
    out->socket = socket;
    if (failure)
        out->failure = *failure;
    if (out->cancels) {
        weft__dial_cancel(out->cancels->dial);
        out->cancels->dial = NULL;
    }
}

static void start(fixture *fx, outcome *out, const char *unix_path, const char *host, uint16_t port)
{
    out->fx = fx;
    out->dial = weft__dial_start(&fx->weft, fx->resolver, unix_path, host, port, on_dialled, out);
}

/* Dials and waits. False, with the test failed, when the outcome came too early, too often or not at all. */
static bool dial(fixture *fx, outcome *out, const char *unix_path, const char *host, uint16_t port)
{
    memset(out, 0, sizeof(*out));
    start(fx, out, unix_path, host, port);
    if (!out->dial || out->over) {
        test_fail(__FILE__, __LINE__, "the dial was over at once");
        return false;
    }
    if (!test_loop_run_until_set(&fx->loop, &out->over, host ? host : unix_path))
        return false;
    test_loop_turn(&fx->loop);
    if (out->calls != 1 || !out->socket == (out->failure.code == WEFT_OK)) {
        test_fail(__FILE__, __LINE__, "%d outcomes, socket %p, code %d", out->calls, (void *)out->socket,
                  (int)out->failure.code);
        return false;
    }
    return true;
}

/* Closes the socket; true when nothing else of the dial stayed open. */
static bool hang_up(const fixture *fx, outcome *out)
{
    weft__socket_close(out->socket);
    return attempts_under_way() <= fx->others_attempts;
}

/* Listens at `address` on `*port`, or on a free one when that is 0, which is then told. -1 on failure. */
static int listen_at(const char *address, uint16_t *port, int backlog)
{
    struct sockaddr_storage storage = {0};
    struct sockaddr_in *in = (struct sockaddr_in *)&storage;
    struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)&storage;
    socklen_t len = sizeof(*in);
    int fd;

    if (uv_ip4_addr(address, *port, in) != 0) {
        uv_ip6_addr(address, *port, in6);
        len = sizeof(*in6);
    }
    fd = socket(storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd >= 0 && bind(fd, (struct sockaddr *)&storage, len) == 0 && listen(fd, backlog) == 0 &&
        getsockname(fd, (struct sockaddr *)&storage, &len) == 0) {
        *port = ntohs(in->sin_port); /* at the same place in both */
        return fd;
    }
    if (fd >= 0)
        close(fd);
    return -1;
}

/* A listener that answers no more: its backlog is full, so that the kernel drops what comes. */
typedef struct black_hole {
    int listener;
    int fillers[16];
    int count;
    uint16_t port;
} black_hole;

static bool black_hole_open(black_hole *hole)
{
    struct sockaddr_in in;
    struct pollfd waiting = {.events = POLLOUT};

    memset(hole, 0, sizeof(*hole));
    hole->listener = listen_at("127.0.0.1", &hole->port, 0);
    if (hole->listener < 0)
        return false;
    uv_ip4_addr("127.0.0.1", hole->port, &in);
    while (hole->count < 16) {
        waiting.fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        hole->fillers[hole->count++] = waiting.fd;
        connect(waiting.fd, (struct sockaddr *)&in, sizeof(in));
        if (poll(&waiting, 1, 0) == 0)
            return true;
    }
    test_fail(__FILE__, __LINE__, "a backlog of 0 took 16 connections");
    return false;
}

static void black_hole_close(black_hole *hole)
{
    for (int i = 0; i < hole->count; i++)
        close(hole->fillers[i]);
    close(hole->listener);
}

/* Notes that the test has to do without. */
static bool machine_has_ipv6(void)
{
    uint16_t port = 0;
    int fd = listen_at("::1", &port, 1);

    if (fd < 0) {
        test_skipped("this machine has no ::1");
        return false;
    }
    close(fd);
    return true;
}

TEST(dial_connects_to_an_ipv4_address)
{
    fixture fx;
    outcome out;
    uint16_t port = 0;
    char peer[64], expected[64];
    int listener = listen_at("127.0.0.1", &port, 8);

    CHECK(open_with(&fx, NULL));
    CHECK(dial(&fx, &out, NULL, "127.0.0.1", port));
    CHECK(out.socket);
    CHECK_EQ(out.socket->watching, 0);
    weft__socket_peer(out.socket, peer, sizeof(peer));
    snprintf(expected, sizeof(expected), "127.0.0.1:%u", (unsigned)port);
    CHECK_STR(peer, expected);
    CHECK_EQ(fx.asked, 0);
    CHECK_EQ(fx.weft.stats.connections_opened, 1);
    CHECK_EQ(fx.weft.stats.connections_failed, 0);
    CHECK(hang_up(&fx, &out));
    CHECK(close_all(&fx));
    close(listener);
}

static int option_of(const weft__socket *socket, int level, int option)
{
    int value = -1;
    socklen_t len = sizeof(value);

    getsockopt(socket->fd, level, option, &value, &len);
    return value;
}

TEST(dial_has_the_system_ask_whether_the_peer_is_still_there)
{
    fixture fx;
    outcome out;
    uint16_t port = 0;
    int fd = listen_at("127.0.0.1", &port, 8);

    CHECK(fd >= 0);
    CHECK(open_with(&fx, NULL));
    fx.weft.tcp_timeout_ms = 100000;
    CHECK(dial(&fx, &out, NULL, "127.0.0.1", port));
    CHECK(out.socket);
    CHECK_EQ(option_of(out.socket, SOL_SOCKET, SO_KEEPALIVE), 1);
    CHECK_EQ(option_of(out.socket, IPPROTO_TCP, TCP_NODELAY), 1);
    CHECK_EQ(option_of(out.socket, IPPROTO_TCP, TCP_KEEPINTVL), 10);
    CHECK_EQ(option_of(out.socket, IPPROTO_TCP, TCP_KEEPCNT), 8);
#ifdef __linux__
    CHECK_EQ(option_of(out.socket, IPPROTO_TCP, TCP_KEEPIDLE), 20); /* 20 + 8 * 10 = 100 s */
    CHECK_EQ(option_of(out.socket, IPPROTO_TCP, TCP_USER_TIMEOUT), 100000);
#endif
    weft__socket_close(out.socket);
    fx.weft.tcp_timeout_ms = 0;
    CHECK(dial(&fx, &out, NULL, "127.0.0.1", port));
    CHECK(out.socket);
    CHECK_EQ(option_of(out.socket, SOL_SOCKET, SO_KEEPALIVE), 0);
    CHECK_EQ(option_of(out.socket, IPPROTO_TCP, TCP_NODELAY), 1);
    weft__socket_close(out.socket);
    close(fd);
    CHECK(close_all(&fx));
}

TEST(dial_connects_to_an_ipv6_address)
{
    fixture fx;
    outcome out;
    uint16_t port = 0;
    char peer[64], expected[64];
    int listener;

    if (!machine_has_ipv6())
        return;
    listener = listen_at("::1", &port, 8);
    CHECK(open_with(&fx, NULL));
    CHECK(dial(&fx, &out, NULL, "::1", port));
    CHECK(out.socket);
    weft__socket_peer(out.socket, peer, sizeof(peer));
    snprintf(expected, sizeof(expected), "[::1]:%u", (unsigned)port);
    CHECK_STR(peer, expected);
    CHECK(hang_up(&fx, &out));
    CHECK(close_all(&fx));
    close(listener);
}

TEST(dial_says_who_refused)
{
    fixture fx;
    outcome out;
    char expected[64];
    uint16_t port = closed_port();

    CHECK(open_with(&fx, NULL));
    CHECK(dial(&fx, &out, NULL, "127.0.0.1", port));
    CHECK_EQ(out.failure.code, WEFT_E_CONNECT);
    snprintf(expected, sizeof(expected), "connection refused (127.0.0.1:%u)", (unsigned)port);
    CHECK_STR(out.failure.text, expected);
    CHECK_EQ(fx.weft.stats.connections_failed, 1);
    CHECK_EQ(fx.weft.stats.connections_opened, 0);
    CHECK(close_all(&fx));
}

TEST(dial_brackets_an_ipv6_address_in_its_text)
{
    fixture fx;
    outcome out;
    char expected[64];
    uint16_t port = closed_port();

    if (!machine_has_ipv6())
        return;
    CHECK(open_with(&fx, NULL));
    CHECK(dial(&fx, &out, NULL, "::1", port));
    snprintf(expected, sizeof(expected), "connection refused ([::1]:%u)", (unsigned)port);
    CHECK_STR(out.failure.text, expected);
    CHECK(close_all(&fx));
}

TEST(dial_goes_to_the_next_address_at_once_when_refused)
{
    fixture fx;
    outcome out;
    uint16_t port = 0;
    char peer[64];
    int listener = listen_at("127.0.0.2", &port, 8);
    uint64_t began_ms = weft__now_ms();

    CHECK(open_with(&fx, NULL));
    fx.addresses[0] = "127.0.0.1";
    fx.addresses[1] = "127.0.0.2";
    CHECK(dial(&fx, &out, NULL, "two.test", port));
    CHECK(out.socket);
    CHECK(weft__now_ms() - began_ms < 250);
    weft__socket_peer(out.socket, peer, sizeof(peer));
    CHECK_CONTAINS(peer, "127.0.0.2:");
    CHECK_EQ(fx.weft.stats.connections_opened, 1);
    CHECK_EQ(fx.weft.stats.connections_failed, 0);
    CHECK(hang_up(&fx, &out));
    CHECK(close_all(&fx));
    close(listener);
}

TEST(dial_tells_that_all_addresses_failed_and_how_the_last)
{
    fixture fx;
    outcome out;
    char expected[128];
    uint16_t port = closed_port();

    CHECK(open_with(&fx, NULL));
    fx.addresses[0] = "127.0.0.1";
    fx.addresses[1] = "127.0.0.2";
    fx.addresses[2] = "127.0.0.3";
    CHECK(dial(&fx, &out, NULL, "three.test", port));
    snprintf(expected, sizeof(expected), "all 3 addresses failed; last: connection refused (127.0.0.3:%u)",
             (unsigned)port);
    CHECK_STR(out.failure.text, expected);
    CHECK_EQ(out.failure.code, WEFT_E_CONNECT);
    CHECK_EQ(fx.weft.stats.connections_failed, 1);
    CHECK(close_all(&fx));
}

TEST(dial_lets_the_families_take_turns)
{
    fixture fx;
    outcome out;
    uint16_t port = closed_port();

    CHECK(open_with(&fx, NULL));
    /* 1, ::1, 2, 3: refused one after the other, so the last one tells the order. */
    fx.addresses[0] = "127.0.0.1";
    fx.addresses[1] = "127.0.0.2";
    fx.addresses[2] = "127.0.0.3";
    fx.addresses[3] = "::1";
    CHECK(dial(&fx, &out, NULL, "mixed.test", port));
    CHECK_CONTAINS(out.failure.text, "all 4 addresses failed; last: ");
    CHECK_CONTAINS(out.failure.text, "(127.0.0.3:");
    CHECK(close_all(&fx));
}

/* One port of both families: one that is free in the one may be taken in the other. */
static bool listen_at_both(uint16_t *ret_port, int *ret_six, int *ret_four)
{
    for (int attempt = 0; attempt < 100; attempt++) {
        *ret_port = 0;
        *ret_six = listen_at("::1", ret_port, 8);
        *ret_four = listen_at("127.0.0.1", ret_port, 8);
        if (*ret_six >= 0 && *ret_four >= 0)
            return true;
        close(*ret_six);
    }
    return false;
}

TEST(dial_begins_with_the_family_of_the_first_address)
{
    fixture fx;
    outcome out;
    uint16_t port = 0;
    char peer[64];
    int six, four;

    if (!machine_has_ipv6())
        return;
    CHECK(listen_at_both(&port, &six, &four));
    CHECK(open_with(&fx, NULL));
    fx.addresses[0] = "::1";
    fx.addresses[1] = "127.0.0.1";
    CHECK(dial(&fx, &out, NULL, "mixed.test", port));
    CHECK(out.socket);
    weft__socket_peer(out.socket, peer, sizeof(peer));
    CHECK_CONTAINS(peer, "[::1]");
    CHECK(hang_up(&fx, &out));
    CHECK(close_all(&fx));
    close(six);
    close(four);
}

TEST(dial_tries_the_next_address_after_250_ms_of_silence_and_closes_the_loser)
{
    fixture fx;
    outcome out;
    black_hole hole;
    char peer[64];
    int listener;
    uint64_t began_ms;

    CHECK(black_hole_open(&hole));
    listener = listen_at("127.0.0.2", &hole.port, 8);
    CHECK(listener >= 0);
    CHECK(open_with(&fx, NULL));
    fx.addresses[0] = "127.0.0.1";
    fx.addresses[1] = "127.0.0.2";
    began_ms = weft__now_ms();
    CHECK(dial(&fx, &out, NULL, "two.test", hole.port));
    CHECK(weft__now_ms() - began_ms >= 250);
    CHECK(out.socket);
    weft__socket_peer(out.socket, peer, sizeof(peer));
    CHECK_CONTAINS(peer, "127.0.0.2:");
    CHECK(hang_up(&fx, &out));
    CHECK(close_all(&fx));
    close(listener);
    black_hole_close(&hole);
}

static bool two_attempts_are_under_way(void *arg)
{
    return attempts_under_way() == ((fixture *)arg)->others_attempts + 2;
}

TEST(dial_cancel_closes_every_attempt_under_way)
{
    fixture fx;
    outcome out = {0};
    black_hole hole;

    CHECK(black_hole_open(&hole));
    CHECK(open_with(&fx, NULL));
    fx.addresses[0] = "127.0.0.1";
    fx.addresses[1] = "::ffff:127.0.0.1"; /* the same hole by another name */
    fx.addresses[2] = "127.0.0.1";
    start(&fx, &out, NULL, "hole.test", hole.port);
    CHECK(test_loop_run_until(&fx.loop, two_attempts_are_under_way, &fx, "two attempts"));
    weft__dial_cancel(out.dial);
    CHECK(hang_up(&fx, &out));
    CHECK_EQ(out.calls, 0);
    CHECK_EQ(fx.weft.stats.connections_failed, 0);
    CHECK(close_all(&fx));
    black_hole_close(&hole);
}

TEST(dial_says_that_a_host_name_was_not_found)
{
    fixture fx;
    outcome out;

    CHECK(open_with(&fx, NULL));
    fx.status = UV_EAI_NONAME;
    CHECK(dial(&fx, &out, NULL, "missing.test", 80));
    CHECK_EQ(out.failure.code, WEFT_E_NAME_NOT_FOUND);
    CHECK_STR(out.failure.text, "host name not found");
    CHECK_EQ(fx.weft.stats.connections_failed, 1);
    CHECK(close_all(&fx));
}

TEST(dial_puts_every_failed_look_up_in_words)
{
    static const struct {
        int status;
        weft_code code;
        const char *text;
    } cases[] = {
        {UV_EAI_NODATA, WEFT_E_NAME_NOT_FOUND, "has no address"},
        {UV_EAI_AGAIN, WEFT_E_NAME_NOT_FOUND, "does not answer; try again later"},
        {UV_EAI_FAIL, WEFT_E_NAME_NOT_FOUND, "looking up the host name failed: permanent failure"},
        {UV_EAI_MEMORY, WEFT_E_NO_MEMORY, "out of memory"},
        {UV_ENOMEM, WEFT_E_NO_MEMORY, "out of memory"},
        {UV_EMFILE, WEFT_E_CONNECT, "too many open files; raise the limit (ulimit -n)"},
        {UV_ENFILE, WEFT_E_CONNECT, "too many open files on this machine"},
        {UV_ENOBUFS, WEFT_E_CONNECT, "no memory for another connection"},
        {-12345, WEFT_E_NAME_NOT_FOUND, "looking up the host name failed: "},
    };
    char host[32];
    fixture fx;
    outcome out;

    CHECK(open_with(&fx, NULL));
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        snprintf(host, sizeof(host), "case-%zu.test", i);
        fx.status = cases[i].status;
        CHECK(dial(&fx, &out, NULL, host, 80));
        CHECK_EQ(out.failure.code, cases[i].code);
        CHECK_CONTAINS(out.failure.text, cases[i].text);
    }
    CHECK(close_all(&fx));
}

/* Leaves on the stack what a variable without a value would take for true. */
static __attribute__((noinline)) void soil_stack(void)
{
    volatile unsigned char rest[16 * 1024];

    for (size_t i = 0; i < sizeof(rest); i++)
        rest[i] = 1;
}

static bool is_over_on_a_soiled_stack(void *arg)
{
    soil_stack();
    return ((outcome *)arg)->over;
}

/* Else its call would wait for others to close, in place of failing. */
TEST(dial_takes_no_failed_look_up_for_a_lack_of_descriptors)
{
    static const struct {
        int status;
        bool no_descriptors;
    } cases[] = {{UV_EAI_NONAME, false}, {UV_EAI_AGAIN, false}, {UV_EAI_FAIL, false}, {UV_EAI_MEMORY, false},
                 {UV_ENOMEM, false},     {UV_ENOBUFS, false},   {UV_EMFILE, true},    {UV_ENFILE, true}};
    char host[32];
    fixture fx;

    CHECK(open_with(&fx, NULL));
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        outcome out = {0};

        snprintf(host, sizeof(host), "case-%zu.test", i);
        fx.status = cases[i].status;
        start(&fx, &out, NULL, host, 80);
        CHECK(test_loop_run_until(&fx.loop, is_over_on_a_soiled_stack, &out, host));
        CHECK_EQ(out.failure.no_descriptors, cases[i].no_descriptors);
    }
    CHECK(close_all(&fx));
}

static bool hook_is_asked(void *arg)
{
    return ((fixture *)arg)->unanswered != NULL;
}

TEST(dial_cancelled_during_the_look_up_ignores_the_late_answer)
{
    fixture fx;
    outcome out = {0};

    CHECK(open_with(&fx, NULL));
    start(&fx, &out, NULL, "slow.test", 80);
    CHECK(test_loop_run_until(&fx.loop, hook_is_asked, &fx, "the hook to be asked"));
    weft__dial_cancel(out.dial);
    weft_resolve_answer(fx.unanswered, UV_EAI_NONAME, NULL, 0);
    test_loop_turn(&fx.loop);
    test_loop_turn(&fx.loop);
    CHECK_EQ(out.calls, 0);
    CHECK(close_all(&fx));
}

TEST(dial_ended_by_the_engines_closing_during_the_look_up)
{
    fixture fx;
    outcome out = {0};

    CHECK(open_with(&fx, NULL));
    start(&fx, &out, NULL, "slow.test", 80);
    CHECK(test_loop_run_until(&fx.loop, hook_is_asked, &fx, "the hook to be asked"));
    weft__dial_cancel(out.dial);
    CHECK(close_all(&fx));
    weft_resolve_answer(fx.unanswered, UV_EAI_NONAME, NULL, 0);
    CHECK_EQ(out.calls, 0);
}

TEST(dial_may_be_cancelled_before_the_loop_turns)
{
    fixture fx;
    outcome address = {0}, name = {0}, path = {0};

    CHECK(open_with(&fx, NULL));
    start(&fx, &address, NULL, "127.0.0.1", 80);
    start(&fx, &name, NULL, "slow.test", 80);
    start(&fx, &path, "/nowhere", NULL, 0);
    weft__dial_cancel(address.dial);
    weft__dial_cancel(name.dial);
    weft__dial_cancel(path.dial);
    test_loop_turn(&fx.loop);
    test_loop_turn(&fx.loop);
    CHECK_EQ(address.calls + name.calls + path.calls, 0);
    CHECK_EQ(fx.asked, 0);
    CHECK(close_all(&fx));
}

TEST(dial_may_be_cancelled_from_another_dials_callback)
{
    fixture fx;
    outcome second = {0}, first = {.cancels = &second};
    uint16_t port = 0;
    int listener = listen_at("127.0.0.1", &port, 8);

    /* Both connections stand in the same turn of the loop. */
    CHECK(open_with(&fx, NULL));
    start(&fx, &first, NULL, "127.0.0.1", port);
    start(&fx, &second, NULL, "127.0.0.1", port);
    CHECK(test_loop_run_until_set(&fx.loop, &first.over, "the first dial"));
    test_loop_turn(&fx.loop);
    test_loop_turn(&fx.loop);
    CHECK_EQ(first.calls, 1);
    CHECK_EQ(second.calls, 0);
    CHECK(hang_up(&fx, &first));
    CHECK(close_all(&fx));
    close(listener);
}

/* A Unix socket in a directory of its own. */
typedef struct unix_server {
    char directory[64];
    char path[96];
    int listener;
} unix_server;

static bool unix_server_open(unix_server *server, int backlog)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};

    snprintf(server->directory, sizeof(server->directory), "/tmp/weft-dial-XXXXXX");
    if (!mkdtemp(server->directory))
        return false;
    snprintf(server->path, sizeof(server->path), "%s/socket", server->directory);
    snprintf(address.sun_path, sizeof(address.sun_path), "%s", server->path);
    server->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    return bind(server->listener, (struct sockaddr *)&address, sizeof(address)) == 0 &&
           listen(server->listener, backlog) == 0;
}

static void unix_server_close(unix_server *server)
{
    if (server->listener >= 0)
        close(server->listener);
    unlink(server->path);
    rmdir(server->directory);
}

TEST(dial_connects_to_a_unix_socket)
{
    fixture fx;
    outcome out;
    unix_server server;
    char peer[128], expected[128];

    CHECK(unix_server_open(&server, 8));
    CHECK(open_with(&fx, NULL));
    CHECK(dial(&fx, &out, server.path, NULL, 0));
    CHECK(out.socket);
    weft__socket_peer(out.socket, peer, sizeof(peer));
    snprintf(expected, sizeof(expected), "unix:%s", server.path);
    CHECK_STR(peer, expected);
    CHECK_EQ(fx.weft.stats.connections_opened, 1);
    CHECK(hang_up(&fx, &out));
    CHECK(close_all(&fx));
    unix_server_close(&server);
}

TEST(dial_says_that_a_unix_socket_is_missing_or_deserted)
{
    fixture fx;
    outcome out;
    unix_server server;
    char expected[256];

    CHECK(unix_server_open(&server, 8));
    close(server.listener);
    server.listener = -1;
    CHECK(open_with(&fx, NULL));
    CHECK(dial(&fx, &out, server.path, NULL, 0));
    CHECK_EQ(out.failure.code, WEFT_E_CONNECT);
    snprintf(expected, sizeof(expected), "connection refused (%s)", server.path);
    CHECK_STR(out.failure.text, expected);
    unlink(server.path);
    CHECK(dial(&fx, &out, server.path, NULL, 0));
    CHECK_EQ(out.failure.code, WEFT_E_CONNECT);
    snprintf(expected, sizeof(expected), "no such socket: %s", server.path);
    CHECK_STR(out.failure.text, expected);
    CHECK(close_all(&fx));
    unix_server_close(&server);
}

TEST(dial_says_how_long_a_unix_sockets_path_may_be)
{
    fixture fx;
    outcome out;
    char path[200];

    memset(path, 'x', sizeof(path) - 1);
    path[sizeof(path) - 1] = '\0';
    path[0] = '/';
    CHECK(open_with(&fx, NULL));
    CHECK(dial(&fx, &out, path, NULL, 0));
    CHECK_EQ(out.failure.code, WEFT_E_CONNECT);
    CHECK_STR(out.failure.text, "the socket's path is too long: 199 bytes, 107 are possible");
    path[107] = '\0';
    CHECK(dial(&fx, &out, path, NULL, 0));
    CHECK_CONTAINS(out.failure.text, "no such socket: /xxx");
    CHECK_EQ(strlen(out.failure.text), strlen("no such socket: ") + 107);
    CHECK(close_all(&fx));
}

/* Connects until the backlog is full. The number of connections, at most `size`. */
static int fill_backlog(const char *path, int *fds, int size)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int count = 0;

    snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
    while (count < size) {
        int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

        if (connect(fd, (struct sockaddr *)&address, sizeof(address)) != 0) {
            close(fd);
            break;
        }
        fds[count++] = fd;
    }
    return count;
}

typedef struct tries {
    const fixture *fx;
    uint64_t armed_ms;
    int count;
} tries;

/* Each try that finds the backlog full sets the timer for the next. */
static bool a_few_tries_are_over(void *arg)
{
    tries *tries_made = arg;
    uint64_t armed_ms = tries_made->fx->weft.armed_ms;

    if (armed_ms != UINT64_MAX && armed_ms != tries_made->armed_ms) {
        tries_made->armed_ms = armed_ms;
        tries_made->count++;
    }
    return tries_made->count > 3;
}

TEST(dial_waits_for_room_in_a_unix_sockets_backlog)
{
    fixture fx;
    outcome out = {0};
    unix_server server;
    int fillers[16], count, accepted;

    CHECK(unix_server_open(&server, 0));
    count = fill_backlog(server.path, fillers, 16);
    CHECK(count > 0 && count < 16);
    CHECK(open_with(&fx, NULL));
    start(&fx, &out, server.path, NULL, 0);
    CHECK(test_loop_run_until(&fx.loop, a_few_tries_are_over, &(tries){.fx = &fx}, "a few tries"));
    CHECK_EQ(out.calls, 0);
    accepted = accept(server.listener, NULL, NULL);
    CHECK(test_loop_run_until_set(&fx.loop, &out.over, "the connection"));
    CHECK(out.socket);
    CHECK_EQ(out.calls, 1);
    CHECK_EQ(fx.weft.stats.connections_failed, 0);
    CHECK(hang_up(&fx, &out));
    CHECK(close_all(&fx));
    close(accepted);
    while (count > 0)
        close(fillers[--count]);
    unix_server_close(&server);
}

TEST(dial_cancelled_while_a_backlog_is_full_stays_silent)
{
    fixture fx;
    outcome out = {0};
    unix_server server;
    int fillers[16], count;

    CHECK(unix_server_open(&server, 0));
    count = fill_backlog(server.path, fillers, 16);
    CHECK(open_with(&fx, NULL));
    start(&fx, &out, server.path, NULL, 0);
    CHECK_UNTIL(&fx.loop, fx.weft.wheel.count > 0);
    weft__dial_cancel(out.dial);
    CHECK_EQ(fx.weft.wheel.count, 0);
    CHECK_EQ(out.calls, 0);
    CHECK(close_all(&fx));
    while (count > 0)
        close(fillers[--count]);
    unix_server_close(&server);
}

TEST(dial_explains_that_files_have_run_out)
{
    fixture fx;
    outcome out;
    struct rlimit before, none;
    bool dialled;

    CHECK(open_with(&fx, NULL));
    fx.addresses[0] = "127.0.0.1";
    fx.addresses[1] = "127.0.0.2";
    CHECK_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
    none = before;
    none.rlim_cur = 0;
    CHECK_EQ(setrlimit(RLIMIT_NOFILE, &none), 0);
    dialled = dial(&fx, &out, NULL, "two.test", 80);
    CHECK_EQ(setrlimit(RLIMIT_NOFILE, &before), 0);
    CHECK(dialled);
    CHECK_EQ(out.failure.code, WEFT_E_CONNECT);
    CHECK_STR(out.failure.text,
              "too many open files; raise the limit (ulimit -n), or lower max_connections_per_origin");
    CHECK(close_all(&fx));
}

static uint64_t fake_now_ms;

static uint64_t fake_clock(void)
{
    return fake_now_ms;
}

TEST(dial_asks_again_for_a_name_soon_after_none_of_its_addresses_answered)
{
    fixture fx;
    outcome out;
    uint16_t port = closed_port();

    CHECK(open_with(&fx, NULL));
    weft__resolver_set_clock(fx.resolver, fake_clock);
    fx.addresses[0] = "127.0.0.1";
    CHECK(dial(&fx, &out, NULL, "moved.test", port));
    fake_now_ms += WEFT__NAME_FAILED_MS;
    CHECK(dial(&fx, &out, NULL, "moved.test", port));
    CHECK_EQ(fx.asked, 2);
    CHECK(close_all(&fx));
}

static void dial_again_until_connected(weft__socket *socket, const weft__failure *failure, void *owner)
{
    outcome *out = owner;

    (void)failure;
    out->calls++;
    out->socket = socket;
    out->over = socket || out->calls == 30000;
    if (!out->over)
        weft__dial_start(&out->fx->weft, out->fx->resolver, NULL, "127.0.0.1", out->port, dial_again_until_connected,
                         out);
}

TEST(dial_does_not_take_itself_for_the_server)
{
    fixture fx;
    outcome out = {.fx = &fx, .calls = -1, .port = 45678};
    int probe;

    /* Linux hands out even ports first, one after the other: 30 000 tries are enough to be handed any. */
    while ((probe = listen_at("127.0.0.1", &out.port, 1)) < 0)
        out.port += 2;
    close(probe);
    CHECK(open_with(&fx, NULL));
    dial_again_until_connected(NULL, NULL, &out);
    CHECK(test_loop_run_until_set(&fx.loop, &out.over, "many refusals"));
    CHECK(!out.socket);
    CHECK(hang_up(&fx, &out));
    CHECK(close_all(&fx));
}

TEST(dial_reports_every_failed_allocation)
{
    test_memory memory = {0};
    weft_allocator allocator = test_allocator(&memory);
    fixture fx;
    outcome out = {0};
    uint16_t port = 0;
    int listener = listen_at("127.0.0.1", &port, 8);

    CHECK(open_with(&fx, &allocator));
    fx.addresses[0] = "127.0.0.1";
    /* What a loop makes with its first socket stays. */
    CHECK(dial(&fx, &out, NULL, "b.test", port));
    CHECK(hang_up(&fx, &out));
    test_memory_grant(&memory, 0);
    memset(&out, 0, sizeof(out));
    start(&fx, &out, NULL, "a.test", port);
    CHECK(!out.dial);
    /* The dial, the name, the hook's request, the socket: one more is granted each time. */
    for (size_t granted = 1; granted < 4; granted++) {
        test_memory_grant(&memory, granted);
        CHECK(dial(&fx, &out, NULL, "a.test", port));
        CHECK_EQ(out.failure.code, WEFT_E_NO_MEMORY);
        CHECK_STR(out.failure.text, "out of memory");
        weft__resolver_close(fx.resolver);
        test_memory_grant(&memory, 1);
        fx.resolver = weft__resolver_new(&fx.weft, on_resolve, &fx);
    }
    test_memory_grant(&memory, 4);
    CHECK(dial(&fx, &out, NULL, "a.test", port));
    CHECK(out.socket);
    CHECK(test_memory_is_used_up(&memory));
    CHECK(hang_up(&fx, &out));
    CHECK(close_all(&fx));
    close(listener);
}
