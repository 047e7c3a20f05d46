#include "fault_connection.h"

#include "test.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum { READ_MAX = 65536, SHOWN_MAX = 600 };

/* What a step wants of the loop. */
typedef enum step_result {
    STEP_DONE,
    STEP_NEEDS_INPUT,
    STEP_NEEDS_ROOM,
    STEP_STAYS,  /* nothing until somebody else acts */
    STEP_FAILED, /* reported already */
} step_result;

static const script_step *current(const fault_connection *connection)
{
    return connection->step < connection->script.count ? &connection->script.steps[connection->step] : NULL;
}

static step_result fail_step(fault_connection *connection, const char *why, const char *got, size_t got_len)
{
    const script_step *step = current(connection);
    bool has_text = step->bytes && step->op <= SCRIPT_AND_BODY;

    test_fail(step->file, step->line, "step %zu: %s%s%.*s%s; got \"%.*s\"", connection->step + 1, why,
              has_text ? " \"" : "", has_text ? (int)step->len : 0, has_text ? step->bytes : "", has_text ? "\"" : "",
              (int)(got_len < SHOWN_MAX ? got_len : SHOWN_MAX), got ? got : "");
    fault_server_fail(connection->server);
    return STEP_FAILED;
}

/* Copies and removes the first `len` bytes of the input. */
static char *take_input(fault_connection *connection, size_t len)
{
    char *taken = malloc(len + 1);

    if (!taken)
        return NULL;
    memcpy(taken, connection->input, len);
    taken[len] = '\0';
    connection->input_len -= len;
    memmove(connection->input, connection->input + len, connection->input_len + 1);
    return taken;
}

/* The value of a header in a head that ends at `end`, or NULL. */
static const char *find_header(const char *head, const char *end, const char *name)
{
    const char *found = strcasestr(head, name);

    return found && found < end ? found + strlen(name) : NULL;
}

/* The bytes of the first whole request in the input; 0 while it is not whole. */
static size_t request_length(const char *input, size_t len)
{
    const char *end = memmem(input, len, "\r\n\r\n", 4);
    const char *value;
    size_t head, body = 0;

    if (!end)
        return 0;
    head = (size_t)(end - input) + 4;
    if ((value = find_header(input, end, "\r\nTransfer-Encoding: chunked"))) {
        const char *last = memmem(end + 2, len - head + 2, "\r\n0\r\n\r\n", 7);

        return last ? (size_t)(last - input) + 7 : 0;
    }
    if ((value = find_header(input, end, "\r\nContent-Length:")))
        body = strtoul(value, NULL, 10);
    return len - head >= body ? head + body : 0;
}

static size_t head_length(const fault_connection *connection)
{
    const char *end = memmem(connection->request, connection->request_len, "\r\n\r\n", 4);

    return end ? (size_t)(end - connection->request) + 4 : 0;
}

static bool contains(const fault_connection *connection, const script_step *step)
{
    return memmem(connection->request, connection->request_len, step->bytes, step->len) != NULL;
}

static step_result check_request(fault_connection *connection, const script_step *step)
{
    const char *request = connection->request;
    size_t head;

    if (!request)
        return fail_step(connection, "no request was read before", NULL, 0);
    head = head_length(connection);
    switch (step->op) {
    case SCRIPT_EXPECT_HEAD:
        if (head != step->len || memcmp(request, step->bytes, head) != 0)
            return fail_step(connection, "expected the head", request, head);
        return STEP_DONE;
    case SCRIPT_AND_BODY:
        if (connection->request_len - head != step->len || memcmp(request + head, step->bytes, step->len) != 0)
            return fail_step(connection, "expected the body", request + head, connection->request_len - head);
        return STEP_DONE;
    case SCRIPT_AND_LACKS:
        if (contains(connection, step))
            return fail_step(connection, "expected a request without", request, connection->request_len);
        return STEP_DONE;
    default:
        if (!contains(connection, step))
            return fail_step(connection, "expected a request with", request, connection->request_len);
        return STEP_DONE;
    }
}

static step_result play_expect(fault_connection *connection, const script_step *step)
{
    size_t len = connection->input ? request_length(connection->input, connection->input_len) : 0;
    char *request;

    if (len == 0) {
        if (!connection->peer_ended)
            return STEP_NEEDS_INPUT;
        if (connection->rounds > 0 && connection->step == 0 && connection->input_len == 0) {
            fault_connection_end(connection, false);
            return STEP_STAYS;
        }
        return fail_step(connection, "the peer closed before a whole request; expected", connection->input,
                         connection->input_len);
    }
    request = take_input(connection, len);
    if (!request)
        return fail_step(connection, "out of memory", NULL, 0);
    fault_server_record(connection->server, request, len);
    connection->request = request;
    connection->request_len = len;
    return check_request(connection, step);
}

static step_result play_expect_raw(fault_connection *connection, const script_step *step)
{
    size_t len = connection->input_len < step->len ? connection->input_len : step->len;
    char *taken;

    if (len > 0 && memcmp(connection->input, step->bytes, len) != 0)
        return fail_step(connection, "expected the bytes", connection->input, connection->input_len);
    if (len < step->len && !connection->peer_ended)
        return STEP_NEEDS_INPUT;
    if (len < step->len)
        return fail_step(connection, "the peer closed before all of", connection->input, len);
    taken = take_input(connection, len);
    free(taken);
    return taken ? STEP_DONE : fail_step(connection, "out of memory", NULL, 0);
}

static step_result play_send(fault_connection *connection, const script_step *step)
{
    while (connection->sent < step->len && !connection->peer_gone) {
        size_t left = step->op == SCRIPT_SEND_BYTEWISE ? 1 : step->len - connection->sent;
        ssize_t count = send(connection->fd, step->bytes + connection->sent, left, MSG_NOSIGNAL);

        if (count < 0 && errno == EAGAIN)
            return STEP_NEEDS_ROOM;
        if (count < 0)
            connection->peer_gone = true;
        else
            connection->sent += (size_t)count;
        if (step->op == SCRIPT_SEND_BYTEWISE && connection->sent < step->len)
            return STEP_NEEDS_ROOM; /* the socket is writable again in the next turn */
    }
    connection->sent = 0;
    return STEP_DONE;
}

static step_result play_read_slow(fault_connection *connection, const script_step *step)
{
    int size = 4096;

    connection->read_limit = step->len;
    setsockopt(connection->fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
    return STEP_DONE;
}

static step_result play_close(fault_connection *connection)
{
    connection->state = PLAY_DRAINING;
    shutdown(connection->fd, SHUT_WR);
    return STEP_DONE;
}

static step_result play_expect_close(fault_connection *connection)
{
    if (connection->input_len > 0)
        return fail_step(connection, "expected the peer to close", connection->input, connection->input_len);
    if (!connection->peer_ended && connection->state != PLAY_ENDED)
        return STEP_NEEDS_INPUT;
    fault_connection_end(connection, false);
    return STEP_DONE;
}

static step_result play_nothing_more(fault_connection *connection, const script_step *step)
{
    fault_server_expect_nothing_more(connection->server, step);
    if (connection->input_len > 0)
        return fail_step(connection, "expected nothing more", connection->input, connection->input_len);
    if (connection->state == PLAY_ENDED)
        return STEP_STAYS;
    if (connection->peer_ended) {
        fault_connection_end(connection, false);
        return STEP_STAYS;
    }
    connection->state = PLAY_QUIET;
    return STEP_NEEDS_INPUT;
}

static step_result play_repeat(fault_connection *connection)
{
    connection->rounds++;
    connection->step = (size_t)-1; /* the step after this one is the first */
    return STEP_DONE;
}

static step_result play_step(fault_connection *connection, const script_step *step)
{
    if (connection->state == PLAY_ENDED && step->op < SCRIPT_EXPECT_CLOSE)
        return fail_step(connection, "the connection has ended before this step", NULL, 0);
    switch (step->op) {
    case SCRIPT_EXPECT:
    case SCRIPT_EXPECT_HEAD:
        return play_expect(connection, step);
    case SCRIPT_EXPECT_RAW:
        return play_expect_raw(connection, step);
    case SCRIPT_AND_CONTAINS:
    case SCRIPT_AND_LACKS:
    case SCRIPT_AND_BODY:
        return check_request(connection, step);
    case SCRIPT_SEND:
    case SCRIPT_SEND_BYTEWISE:
        return play_send(connection, step);
    case SCRIPT_READ_SLOW:
        return play_read_slow(connection, step);
    case SCRIPT_WAIT:
        connection->state = PLAY_WAITING;
        return STEP_STAYS;
    case SCRIPT_CLOSE:
        return play_close(connection);
    case SCRIPT_RESET:
        fault_connection_end(connection, true);
        return STEP_DONE;
    case SCRIPT_EXPECT_CLOSE:
        return play_expect_close(connection);
    case SCRIPT_EXPECT_NOTHING_MORE:
        return play_nothing_more(connection, step);
    case SCRIPT_HOLD:
        connection->state = PLAY_SILENT;
        return STEP_STAYS;
    case SCRIPT_REPEAT:
        return play_repeat(connection);
    }
    return fail_step(connection, "an unknown step", NULL, 0);
}

static void on_ready(uv_poll_t *poll, int status, int events);

static void watch(fault_connection *connection, int events)
{
    if (connection->state == PLAY_ENDED)
        return;
    if (events)
        uv_poll_start(&connection->poll, events, on_ready);
    else
        uv_poll_stop(&connection->poll);
}

/* Past the last step: nothing is left to do but to drain what follows a FIN. */
static void play_out(fault_connection *connection)
{
    if (connection->state == PLAY_ENDED)
        return;
    if (connection->state != PLAY_DRAINING) {
        connection->state = PLAY_SILENT;
        watch(connection, 0);
        return;
    }
    connection->input_len = 0;
    if (connection->peer_ended)
        fault_connection_end(connection, false);
    else
        watch(connection, UV_READABLE);
}

/* Plays steps until one has to wait. */
static void play(fault_connection *connection)
{
    const script_step *step;

    while ((step = current(connection))) {
        switch (play_step(connection, step)) {
        case STEP_DONE:
            connection->step++;
            break;
        case STEP_NEEDS_INPUT:
            watch(connection, UV_READABLE);
            return;
        case STEP_NEEDS_ROOM:
            watch(connection, UV_WRITABLE);
            return;
        case STEP_STAYS:
            watch(connection, 0);
            return;
        case STEP_FAILED:
            fault_connection_end(connection, true);
            return;
        }
    }
    play_out(connection);
}

static void read_some(fault_connection *connection)
{
    char *grown = realloc(connection->input, connection->input_len + connection->read_limit + 1);
    ssize_t count;

    if (!grown)
        return;
    connection->input = grown;
    count = recv(connection->fd, grown + connection->input_len, connection->read_limit, 0);
    if (count > 0)
        connection->input_len += (size_t)count;
    else if (count == 0 || (errno != EAGAIN && errno != EINTR))
        connection->peer_ended = true; /* a reset counts as a close */
    grown[connection->input_len] = '\0';
}

static void on_ready(uv_poll_t *poll, int status, int events)
{
    fault_connection *connection = poll->data;

    if (status < 0)
        connection->peer_gone = true; /* and reading says how */
    if (status < 0 || (events & UV_READABLE))
        read_some(connection);
    play(connection);
}

fault_connection *fault_connection_start(fault_server *server, test_loop *loop, int fd, fault_script script)
{
    fault_connection *connection = calloc(1, sizeof(*connection));

    if (!connection || uv_poll_init(&loop->uv, &connection->poll, fd) < 0) {
        test_fail(__FILE__, __LINE__, "cannot serve a connection");
        free(connection);
        close(fd);
        return NULL;
    }
    connection->poll.data = connection;
    uv_unref((uv_handle_t *)&connection->poll);
    connection->server = server;
    connection->fd = fd;
    connection->script = script;
    connection->read_limit = READ_MAX;
    play(connection);
    return connection;
}

void fault_connection_release(fault_connection *connection)
{
    connection->state = PLAY_RUNNING;
    connection->step++;
    play(connection);
}

bool fault_connection_settled(const fault_connection *connection)
{
    if (connection->state == PLAY_RUNNING)
        return connection->rounds > 0 && connection->step == 0 && connection->input_len == 0;
    if (connection->state == PLAY_DRAINING)
        return !current(connection);
    return connection->state != PLAY_WAITING;
}

void fault_connection_report(fault_connection *connection)
{
    if (!fault_connection_settled(connection))
        fail_step(connection, "never met", connection->input, connection->input_len);
}

static void on_poll_closed(uv_handle_t *handle)
{
    fault_connection *connection = handle->data;

    connection->poll_closed = true;
}

void fault_connection_end(fault_connection *connection, bool reset)
{
    struct linger linger = {.l_onoff = 1, .l_linger = 0};

    if (connection->state == PLAY_ENDED)
        return;
    connection->state = PLAY_ENDED;
    if (reset)
        setsockopt(connection->fd, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger));
    uv_close((uv_handle_t *)&connection->poll, on_poll_closed);
    close(connection->fd);
    connection->input_len = 0;
}

void fault_connection_free(fault_connection *connection)
{
    free(connection->input);
    free(connection);
}
