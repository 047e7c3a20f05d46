#include "fault_server.h"
#include "test.h"

#include <arpa/inet.h>
#include <errno.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* A client as small as can be: what it has to say at once, and all that it was told until the end. */
typedef struct plain_client {
    uv_poll_t poll;
    int fd;
    char text[4096];
    size_t len;
    size_t read_count;
    bool ended;
    bool reset;
    bool closed;
} plain_client;

static void on_client_closed(uv_handle_t *handle)
{
    ((plain_client *)handle->data)->closed = true;
}

static void client_close(plain_client *client)
{
    uv_close((uv_handle_t *)&client->poll, on_client_closed);
    close(client->fd);
}

static void on_client_ready(uv_poll_t *poll, int status, int events)
{
    plain_client *client = poll->data;
    ssize_t count = recv(client->fd, client->text + client->len, sizeof(client->text) - 1 - client->len, 0);

    (void)status;
    (void)events;
    if (count > 0) {
        client->len += (size_t)count;
        client->read_count++;
        return;
    }
    client->reset = count < 0;
    client->ended = true;
    uv_poll_stop(poll);
}

static bool client_connect(plain_client *client, test_loop *loop, int port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};

    memset(client, 0, sizeof(*client));
    address.sin_port = htons((uint16_t)port);
    client->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connect(client->fd, (struct sockaddr *)&address, sizeof(address)) < 0)
        return false;
    uv_poll_init(&loop->uv, &client->poll, client->fd);
    client->poll.data = client;
    uv_poll_start(&client->poll, UV_READABLE, on_client_ready);
    return true;
}

static bool client_say(plain_client *client, const char *text)
{
    return send(client->fd, text, strlen(text), MSG_NOSIGNAL) == (ssize_t)strlen(text);
}

static const script_step polite[] = {
    EXPECT("GET /a "), AND_LACKS("Authorization"),
    SEND("one"),       EXPECT_HEAD("POST /b HTTP/1.1\r\nContent-Length: 5\r\n\r\n"),
    AND_BODY("hello"), SEND("two"),
    CLOSE(),           EXPECT_NOTHING_MORE(),
};

TEST(fault_server_plays_a_script_and_keeps_what_it_was_sent)
{
    test_loop loop;
    plain_client client;
    fault_server *server;

    CHECK(test_loop_open(&loop));
    server = fault_server_start(&loop, NULL);
    CHECK(server);
    fault_server_play(server, SCRIPT(polite), 1);
    CHECK(client_connect(&client, &loop, fault_server_port(server)));
    /* Two requests in one write, the second one's body in another. */
    CHECK(client_say(&client, "GET /a HTTP/1.1\r\n\r\nPOST /b HTTP/1.1\r\nContent-Length: 5\r\n\r\nhe"));
    CHECK(client_say(&client, "llo"));
    CHECK(test_loop_run_until_set(&loop, &client.ended, "the end"));
    CHECK_STR(client.text, "onetwo");
    CHECK(!client.reset);
    CHECK_EQ(fault_server_connection_count(server), 1);
    CHECK_EQ(fault_server_request_count(server), 2);
    CHECK_STR(fault_server_request(server, 0, NULL), "GET /a HTTP/1.1\r\n\r\n");
    CHECK_STR(fault_server_request(server, 1, NULL), "POST /b HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello");
    client_close(&client);
    CHECK(fault_server_stop(server));
    CHECK(test_loop_close(&loop));
}

static const script_step greeting_then_reset[] = {
    SEND_BYTEWISE("0123456789"),
    WAIT(),
    RESET(),
    EXPECT_NOTHING_MORE(),
};

static bool somebody_waits(void *arg)
{
    return fault_server_waiting_count(arg) > 0;
}

TEST(fault_server_sends_one_byte_per_turn_and_resets_when_released)
{
    test_loop loop;
    plain_client client;
    fault_server *server;

    CHECK(test_loop_open(&loop));
    server = fault_server_start(&loop, NULL);
    CHECK(server);
    fault_server_play(server, SCRIPT(greeting_then_reset), 1);
    CHECK(client_connect(&client, &loop, fault_server_port(server)));
    CHECK(test_loop_run_until(&loop, somebody_waits, server, "the greeting"));
    test_loop_turn(&loop);
    CHECK_STR(client.text, "0123456789");
    CHECK(client.read_count > 5);
    CHECK(!client.ended);
    CHECK(fault_server_release(server));
    CHECK(test_loop_run_until_set(&loop, &client.ended, "the end"));
    CHECK(client.reset);
    client_close(&client);
    CHECK(fault_server_stop(server));
    CHECK(test_loop_close(&loop));
}

static const script_step echo_forever[] = {EXPECT("GET /"), SEND("."), REPEAT()};
static const script_step await_close[] = {READ_SLOW(2), EXPECT_RAW("abc"), EXPECT_CLOSE()};

TEST(fault_server_gives_each_connection_the_next_script)
{
    test_loop loop;
    plain_client first, second;
    fault_server *server;

    CHECK(test_loop_open(&loop));
    server = fault_server_start(&loop, NULL);
    CHECK(server);
    fault_server_play(server, SCRIPT(await_close), 1);
    fault_server_play(server, SCRIPT(echo_forever), 0);
    CHECK(client_connect(&first, &loop, fault_server_port(server)));
    test_loop_turn(&loop);
    CHECK(client_connect(&second, &loop, fault_server_port(server)));
    CHECK(client_say(&first, "abc"));
    for (size_t round = 1; round <= 3; round++) {
        CHECK(client_say(&second, "GET / HTTP/1.1\r\n\r\n"));
        CHECK_UNTIL(&loop, second.len >= round);
    }
    client_close(&first);
    client_close(&second);
    CHECK(fault_server_stop(server));
    CHECK(test_loop_close(&loop));
}

TEST(fault_server_keeps_no_loop_alive)
{
    test_loop loop;
    fault_server *server;

    CHECK(test_loop_open(&loop));
    server = fault_server_start(&loop, NULL);
    CHECK(server);
    fault_server_play(server, SCRIPT(echo_forever), 0);
    CHECK(test_loop_run(&loop));
    CHECK(fault_server_stop(server));
    CHECK(test_loop_close(&loop));
}

TEST(fault_server_that_is_deaf_lets_nobody_in)
{
    test_loop loop;
    fault_server *server;
    struct sockaddr_in address;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    socklen_t len = sizeof(address);

    CHECK(test_loop_open(&loop));
    server = fault_server_start(&loop, &(fault_server_options){.deaf = true});
    CHECK(server);
    uv_ip4_addr("127.0.0.1", fault_server_port(server), &address);
    CHECK(connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0 && errno == EINPROGRESS);
    test_loop_turn(&loop);
    CHECK(getpeername(fd, (struct sockaddr *)&address, &len) < 0);
    close(fd);
    CHECK(fault_server_stop(server));
    CHECK(test_loop_close(&loop));
}

TEST(fault_server_listens_on_a_socket_file_and_removes_it)
{
    test_loop loop;
    fault_server *server;
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    static const script_step hold[] = {HOLD()};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    CHECK(test_loop_open(&loop));
    server = fault_server_start(&loop, &(fault_server_options){.unix_socket = true});
    CHECK(server);
    fault_server_play(server, SCRIPT(hold), 1);
    strcpy(address.sun_path, fault_server_socket_path(server));
    CHECK_EQ(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
    test_loop_turn(&loop);
    CHECK_EQ(fault_server_connection_count(server), 1);
    close(fd);
    CHECK(fault_server_stop(server));
    CHECK(access(address.sun_path, F_OK) < 0);
    CHECK(test_loop_close(&loop));
}
