#include "loop/poller.h"

#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "closed_port.h"
#include "loop.h"
#include "test.h"

enum { SOCKETS = 300 }; /* more than are served in one turn */

typedef struct fixture fixture;

typedef struct watched {
    fixture *fx;
    weft__socket *socket;
    int peer; /* the other end */
    int calls;
    int events; /* of the last call */
} watched;

struct fixture {
    test_loop loop;
    weft__loop weft;
    watched all[SOCKETS];
    int count;
    int called;      /* sockets that were told at least once */
    watched *closes; /* whom the next call closes */
    bool closed;
};

static void on_ready(weft__socket *socket, int events)
{
    watched *mine = socket->owner;
    char bytes[64];

    mine->fx->called += mine->calls++ == 0;
    mine->events = events;
    if (events & UV_READABLE)
        while (weft__socket_receive(socket, bytes, sizeof(bytes)) > 0)
            continue;
    if (mine->fx->closes) {
        weft__socket_close(mine->fx->closes->socket);
        mine->fx->closes->socket = NULL;
        mine->fx->closes = NULL;
    }
}

static bool begin(fixture *fx, int count)
{
    memset(fx, 0, sizeof(*fx));
    fx->count = count;
    if (!test_loop_open(&fx->loop) || !weft__loop_init(&fx->weft, &fx->loop.uv, NULL) ||
        weft__loop_open(&fx->weft) != 0)
        return false;
    for (int i = 0; i < count; i++) {
        int ends[2], status;

        if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends) != 0)
            return false;
        fx->all[i].fx = fx;
        fx->all[i].peer = ends[1];
        fx->all[i].socket = weft__poller_add(&fx->weft, ends[0], &status);
        if (!fx->all[i].socket)
            return false;
        fx->all[i].socket->owner = &fx->all[i];
        fx->all[i].socket->ready = on_ready;
    }
    /* A loop that nothing holds does not turn. */
    weft__loop_hold(&fx->weft);
    return true;
}

static void on_loop_closed(weft__loop *loop)
{
    WEFT__CONTAINER_OF(loop, fixture, weft)->closed = true;
}

static bool end(fixture *fx)
{
    for (int i = 0; i < fx->count; i++) {
        weft__socket_close(fx->all[i].socket);
        if (fx->all[i].peer >= 0)
            close(fx->all[i].peer);
    }
    weft__loop_release(&fx->weft);
    weft__loop_close(&fx->weft, on_loop_closed);
    if (!test_loop_run_until_set(&fx->loop, &fx->closed, "the loop to close"))
        return false;
    weft__loop_deinit(&fx->weft);
    return test_loop_close(&fx->loop);
}

static bool all_were_called(void *arg)
{
    fixture *fx = arg;

    return fx->called == fx->count;
}

TEST(poller_tells_every_one_of_many_sockets_that_are_ready_at_once)
{
    static fixture fx;

    CHECK(begin(&fx, SOCKETS));
    for (int i = 0; i < SOCKETS; i++) {
        CHECK_EQ(weft__socket_watch(fx.all[i].socket, UV_READABLE), 0);
        CHECK_EQ(write(fx.all[i].peer, "x", 1), 1);
    }
    CHECK(test_loop_run_until(&fx.loop, all_were_called, &fx, "every socket to be told"));
    for (int i = 0; i < SOCKETS; i++)
        CHECK_EQ(fx.all[i].calls, 1);
    CHECK(end(&fx));
}

TEST(poller_does_not_tell_a_socket_that_was_closed_by_the_one_told_before_it)
{
    static fixture fx;

    CHECK(begin(&fx, 3));
    for (int i = 0; i < 3; i++) {
        CHECK_EQ(weft__socket_watch(fx.all[i].socket, UV_READABLE), 0);
        CHECK_EQ(write(fx.all[i].peer, "x", 1), 1);
    }
    /* Whoever is told first closes the last, or itself. */
    fx.closes = &fx.all[2];
    test_loop_turns(&fx.loop, 5);
    CHECK_EQ(fx.all[0].calls, 1);
    CHECK_EQ(fx.all[1].calls, 1);
    CHECK(fx.all[2].calls <= 1);
    CHECK(!fx.all[2].socket);
    CHECK(end(&fx));
}

TEST(poller_tells_no_more_of_a_socket_that_is_not_watched)
{
    static fixture fx;

    CHECK(begin(&fx, 1));
    CHECK_EQ(weft__socket_watch(fx.all[0].socket, UV_READABLE), 0);
    CHECK_EQ(weft__socket_watch(fx.all[0].socket, 0), 0);
    CHECK_EQ(write(fx.all[0].peer, "x", 1), 1);
    test_loop_turns(&fx.loop, 5);
    CHECK_EQ(fx.all[0].calls, 0);
    /* What came meanwhile is told once it is watched again. */
    CHECK_EQ(weft__socket_watch(fx.all[0].socket, UV_READABLE), 0);
    CHECK(test_loop_run_until(&fx.loop, all_were_called, &fx, "the socket to be told"));
    CHECK_EQ(fx.all[0].events, UV_READABLE);
    CHECK(end(&fx));
}

TEST(poller_tells_room_to_write_as_long_as_it_is_watched_for)
{
    static fixture fx;

    CHECK(begin(&fx, 1));
    CHECK_EQ(weft__socket_watch(fx.all[0].socket, UV_WRITABLE), 0);
    CHECK(test_loop_run_until(&fx.loop, all_were_called, &fx, "the socket to be told"));
    CHECK_EQ(fx.all[0].events, UV_WRITABLE);
    test_loop_turn(&fx.loop);
    CHECK(fx.all[0].calls >= 2);
    CHECK(end(&fx));
}

TEST(poller_notes_the_peers_end_with_its_last_bytes)
{
    static fixture fx;

    CHECK(begin(&fx, 1));
    CHECK_EQ(weft__socket_watch(fx.all[0].socket, UV_READABLE), 0);
    CHECK_EQ(write(fx.all[0].peer, "x", 1), 1);
    CHECK_EQ(shutdown(fx.all[0].peer, SHUT_WR), 0);
    CHECK(test_loop_run_until(&fx.loop, all_were_called, &fx, "the socket to be told"));
    CHECK(fx.all[0].socket->ended);
    CHECK(fx.all[0].events & UV_READABLE);
    CHECK(end(&fx));
}

/* A peer that will send no more would else be told of in every turn, to one that waits for room to write. */
TEST(poller_tells_the_peers_end_once_to_a_socket_that_only_waits_for_room)
{
    static fixture fx;
    char block[4096] = {0};

    CHECK(begin(&fx, 1));
    while (write(fx.all[0].socket->fd, block, sizeof(block)) > 0)
        continue;
    CHECK_EQ(weft__socket_watch(fx.all[0].socket, UV_WRITABLE), 0);
    CHECK_EQ(shutdown(fx.all[0].peer, SHUT_WR), 0);
    test_loop_turns(&fx.loop, 10);
    CHECK(fx.all[0].socket->ended);
    CHECK(fx.all[0].calls <= 1);
    CHECK(end(&fx));
}

TEST(poller_tells_once_that_a_socket_is_ready_for_its_error)
{
    static fixture fx;
    struct sockaddr_in nowhere = {
        .sin_family = AF_INET, .sin_port = htons(closed_port()), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    watched *one = &fx.all[0];
    int status = 0;

    CHECK(begin(&fx, 0));
    one->fx = &fx;
    one->peer = -1;
    one->socket = weft__socket_connect(&fx.weft, (struct sockaddr *)&nowhere, sizeof(nowhere), &status);
    CHECK(one->socket);
    fx.count = 1;
    one->socket->owner = one;
    one->socket->ready = on_ready;
    CHECK_EQ(weft__socket_watch(one->socket, UV_WRITABLE), 0);
    CHECK(test_loop_run_until(&fx.loop, all_were_called, &fx, "the socket to be told"));
    CHECK_EQ(one->events, UV_READABLE | UV_WRITABLE);
    test_loop_turns(&fx.loop, 5);
    CHECK_EQ(one->calls, 1);
    CHECK(end(&fx));
}

/* A hang-up is told of whatever is asked for, and would wake the loop in each turn while its reader pauses. */
TEST(poller_lets_the_loop_sleep_while_nobody_watches_a_socket_that_was_hung_up_on)
{
    static fixture fx;
    struct pollfd loop = {.events = POLLIN};

    CHECK(begin(&fx, 1));
    CHECK_EQ(weft__socket_watch(fx.all[0].socket, UV_READABLE), 0);
    test_loop_turn(&fx.loop);
    CHECK_EQ(weft__socket_watch(fx.all[0].socket, 0), 0);
    close(fx.all[0].peer);
    fx.all[0].peer = -1;
    test_loop_turns(&fx.loop, 3);
    loop.fd = uv_backend_fd(&fx.loop.uv);
    CHECK_EQ(poll(&loop, 1, 0), 0);
    CHECK_EQ(fx.all[0].calls, 0);
    CHECK_EQ(weft__socket_watch(fx.all[0].socket, UV_READABLE), 0);
    CHECK(test_loop_run_until(&fx.loop, all_were_called, &fx, "the socket to be told"));
    CHECK(fx.all[0].socket->ended);
    CHECK(end(&fx));
}
