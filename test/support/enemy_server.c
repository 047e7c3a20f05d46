#include "enemy_server.h"

#include <stdlib.h>
#include <string.h>

#include "test.h"

typedef enum ending { STAYS, ENDS, RESETS } ending;

struct enemy_connection {
    uv_tcp_t tcp;
    enemy_server *server;
    enemy_connection *next;
    char request[20000]; /* received and not yet answered */
    size_t request_len;
    char *answer; /* owned: what is to be sent */
    size_t answer_len;
    size_t sent;
    size_t step;   /* bytes in each turn of the loop */
    ending ending; /* once all is sent */
    bool spent;    /* said more than was asked for: what else it says may hit anybody */
    bool closing;
    bool closed;
};

static uint32_t draw(const enemy_server *server, uint32_t below)
{
    return enemy_draw(server->random, below);
}

static void on_connection_closed(uv_handle_t *handle)
{
    ((enemy_connection *)handle->data)->closed = true;
}

static void end_connection(enemy_connection *connection, bool reset)
{
    if (connection->closing)
        return;
    connection->closing = true;
    if (!reset || uv_tcp_close_reset(&connection->tcp, on_connection_closed) != 0)
        uv_close((uv_handle_t *)&connection->tcp, on_connection_closed);
}

static void send_some(enemy_connection *connection)
{
    size_t left = connection->answer_len - connection->sent;
    uv_buf_t buffer;
    int sent;

    if (connection->closing || !connection->answer)
        return;
    buffer = uv_buf_init(connection->answer + connection->sent,
                         (unsigned)(left < connection->step ? left : connection->step));
    sent = buffer.len > 0 ? uv_try_write((uv_stream_t *)&connection->tcp, &buffer, 1) : 0;
    if (sent > 0)
        connection->sent += (size_t)sent;
    if (connection->sent < connection->answer_len && (sent >= 0 || sent == UV_EAGAIN))
        return;
    free(connection->answer);
    connection->answer = NULL;
    if (connection->ending != STAYS)
        end_connection(connection, connection->ending == RESETS);
}

static void on_pump(uv_idle_t *pump)
{
    enemy_server *server = pump->data;

    for (enemy_connection *connection = server->connections; connection; connection = connection->next)
        send_some(connection);
}

static void attack(enemy_connection *connection, unsigned tag, bool may_turn_away, bool *ret_turned_away)
{
    enemy_server *server = connection->server;
    static char bytes[ENEMY_ANSWER_BYTES];
    enemy_text answer = {bytes, 0};
    int status;

    *ret_turned_away = false;
    if (draw(server, 25) == 0) {
        end_connection(connection, draw(server, 2) == 0);
        return;
    }
    if (draw(server, 40) == 0)
        return; /* silence */
    status = enemy_say(server, &answer, tag, may_turn_away);
    *ret_turned_away = status == 429 || status == 503;
    if (!*ret_turned_away)
        enemy_spoil(server, &answer);
    if (draw(server, 25) == 0) { /* one more that nobody asked for, in the same breath */
        (void)enemy_say(server, &answer, ENEMY_NO_TAG, false);
        connection->spent = true;
    }
    free(connection->answer);
    connection->answer = malloc(answer.len + 1);
    if (!connection->answer)
        abort();
    memcpy(connection->answer, answer.bytes, answer.len);
    connection->answer_len = answer.len;
    connection->sent = 0;
    connection->step = draw(server, 3) ? ENEMY_ANSWER_BYTES : 1 + draw(server, 3000);
    connection->ending = (ending)(draw(server, 4) ? 0 : draw(server, 3));
    send_some(connection);
}

/* Looks at one whole request at the front of what came: its bytes, or 0. */
static size_t take_request(enemy_connection *connection)
{
    const char *head_end = memmem(connection->request, connection->request_len, "\r\n\r\n", 4);
    const char *length;
    size_t len;

    if (!head_end)
        return 0;
    len = (size_t)(head_end - connection->request) + 4;
    length = memmem(connection->request, len, "\r\nContent-Length: ", 18);
    if (length)
        len += strtoul(length + 18, NULL, 10);
    return len <= connection->request_len ? len : 0;
}

static void answer(enemy_connection *connection, size_t len)
{
    enemy_server *server = connection->server;
    unsigned tag = server->on_request(server, connection->request, len);
    bool turned_away = false;

    if (!connection->spent)
        attack(connection, tag, true, &turned_away);
    server->on_answer(server, tag, turned_away);
}

static void on_read(uv_stream_t *stream, ssize_t got, const uv_buf_t *buffer)
{
    enemy_connection *connection = stream->data;
    size_t len;

    (void)buffer;
    if (got < 0) {
        end_connection(connection, false);
        return;
    }
    connection->request_len += (size_t)got;
    /* Sometimes the answer is there before the request is. */
    if (connection->request_len > 0 && draw(connection->server, 60) == 0)
        connection->request_len = 0;
    while (!connection->closing && (len = take_request(connection)) > 0) {
        answer(connection, len);
        connection->request_len -= len;
        memmove(connection->request, connection->request + len, connection->request_len);
    }
}

static void on_alloc(uv_handle_t *handle, size_t size, uv_buf_t *ret_buffer)
{
    enemy_connection *connection = handle->data;

    (void)size;
    *ret_buffer = uv_buf_init(connection->request + connection->request_len,
                              (unsigned)(sizeof(connection->request) - connection->request_len));
}

static void on_connection(uv_stream_t *listener, int status)
{
    enemy_server *server = listener->data;
    enemy_connection *connection = calloc(1, sizeof(*connection));
    bool turned_away;

    (void)status;
    if (!connection)
        abort();
    connection->server = server;
    connection->next = server->connections;
    server->connections = connection;
    uv_tcp_init(listener->loop, &connection->tcp);
    connection->tcp.data = connection;
    uv_unref((uv_handle_t *)&connection->tcp);
    if (uv_accept(listener, (uv_stream_t *)&connection->tcp) != 0 || draw(server, 20) == 0) {
        end_connection(connection, draw(server, 2) == 0);
        return;
    }
    uv_read_start((uv_stream_t *)&connection->tcp, on_alloc, on_read);
    if (draw(server, 30) == 0) /* an answer to nothing */
    {
        attack(connection, ENEMY_NO_TAG, false, &turned_away);
        connection->spent = true;
    }
}

bool enemy_server_start(enemy_server *server, test_loop *loop)
{
    struct sockaddr_in address;
    int len = sizeof(address);

    server->loop = loop;
    uv_ip4_addr("127.0.0.1", 0, &address);
    uv_idle_init(&loop->uv, &server->pump);
    uv_tcp_init(&loop->uv, &server->tcp);
    server->tcp.data = server->pump.data = server;
    uv_idle_start(&server->pump, on_pump);
    uv_unref((uv_handle_t *)&server->pump);
    uv_unref((uv_handle_t *)&server->tcp);
    if (uv_tcp_bind(&server->tcp, (struct sockaddr *)&address, 0) != 0 ||
        uv_listen((uv_stream_t *)&server->tcp, 128, on_connection) != 0 ||
        uv_tcp_getsockname(&server->tcp, (struct sockaddr *)&address, &len) != 0) {
        test_fail(__FILE__, __LINE__, "cannot listen");
        return false;
    }
    server->port = ntohs(address.sin_port);
    return true;
}

static bool all_closed(void *arg)
{
    const enemy_server *server = arg;

    for (const enemy_connection *connection = server->connections; connection; connection = connection->next)
        if (!connection->closed)
            return false;
    return true;
}

bool enemy_server_stop(enemy_server *server)
{
    for (enemy_connection *connection = server->connections; connection; connection = connection->next)
        end_connection(connection, false);
    uv_close((uv_handle_t *)&server->tcp, NULL);
    uv_close((uv_handle_t *)&server->pump, NULL);
    if (!test_loop_run_until(server->loop, all_closed, server, "the enemy's connections"))
        return false;
    while (server->connections) {
        enemy_connection *connection = server->connections;

        server->connections = connection->next;
        free(connection->answer);
        free(connection);
    }
    return true;
}
