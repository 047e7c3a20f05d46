#include "breaking_proxy.h"

#include <stdlib.h>
#include <string.h>

#include "test.h"

enum { CHUNK = 16384, RECEIVE_BUFFER = 65536 };

/* A connection of a client's, and the one to the server behind it. */
struct breaking_link {
    uv_tcp_t client;
    uv_tcp_t *server; /* owned; NULL until there is something to pass on */
    uv_connect_t connecting;
    uv_write_t to_server, to_client;
    uv_shutdown_t ending;
    breaking_proxy *proxy;
    breaking_link *next;
    char request[CHUNK], answer[CHUNK]; /* one piece on its way in each direction */
    size_t passing;                     /* bytes of the request's piece that are on their way */
    const char *asked_end, *head_end;   /* what is missing of the end of the request's and of the answer's head */
    bool asking;                        /* part of a request has come and nothing of its answer */
    bool breaking;                      /* this is the request that breaks */
    bool broken;                        /* drops all that comes */
    bool closing;
    bool closed;
};

static const char end_of_head[] = "\r\n\r\n";

static void on_alloc_answer(uv_handle_t *handle, size_t size, uv_buf_t *ret_buffer);
static void on_answer(uv_stream_t *stream, ssize_t got, const uv_buf_t *buffer);
static void on_alloc_request(uv_handle_t *handle, size_t size, uv_buf_t *ret_buffer);
static void on_request(uv_stream_t *stream, ssize_t got, const uv_buf_t *buffer);

/* Reads `len` more bytes in search of a head's end; the length of the head, if it is among them, else 0. */
static size_t find_head(const char **missing, const char *bytes, size_t len, size_t before)
{
    for (size_t i = 0; **missing && i < len; i++) {
        if (bytes[i] == **missing)
            (*missing)++;
        else
            *missing = end_of_head + (bytes[i] == *end_of_head);
        if (!**missing)
            return before + i + 1;
    }
    return 0;
}

static void note_request(breaking_link *link, size_t len)
{
    breaking_view *seen = &link->proxy->seen;

    seen->asked_head += find_head(&link->asked_end, link->request, len, seen->passed);
    seen->passed += len;
}

static void note_answer(breaking_link *link, size_t len)
{
    breaking_view *seen = &link->proxy->seen;

    seen->head += find_head(&link->head_end, link->answer, len, seen->answered);
    seen->answered += len;
}

static void on_client_closed(uv_handle_t *handle)
{
    ((breaking_link *)handle->data)->closed = true;
}

static void on_server_closed(uv_handle_t *handle)
{
    free(handle);
}

static void drop_server(breaking_link *link)
{
    if (link->server)
        uv_close((uv_handle_t *)link->server, on_server_closed);
    link->server = NULL;
}

static void end_link(breaking_link *link, bool reset)
{
    if (link->closing)
        return;
    link->closing = true;
    drop_server(link);
    if (!reset || uv_tcp_close_reset(&link->client, on_client_closed) != 0)
        uv_close((uv_handle_t *)&link->client, on_client_closed);
}

/* ---- breaking ---------------------------------------------------------------------------------------------------- */

static void on_ended(uv_shutdown_t *request, int status)
{
    (void)request;
    (void)status;
}

static void finish_break(breaking_link *link)
{
    const breaking_plan *plan = &link->proxy->plan;

    link->breaking = false;
    link->broken = plan->end != BREAK_STAYS;
    link->asking = false;
    if (plan->end == BREAK_RESETS)
        end_link(link, true);
    else if (plan->end == BREAK_ENDS)
        uv_shutdown(&link->ending, (uv_stream_t *)&link->client, on_ended);
    if (plan->deaf && !link->closing)
        uv_read_stop((uv_stream_t *)&link->client);
    if (plan->on_break)
        plan->on_break(plan->arg);
}

static void on_own_said(uv_write_t *write, int status)
{
    breaking_link *link = write->data;

    (void)status;
    if (!link->closing)
        finish_break(link);
}

static void break_now(breaking_link *link)
{
    const breaking_plan *plan = &link->proxy->plan;
    uv_buf_t own = uv_buf_init((char *)(uintptr_t)plan->own, (unsigned)plan->own_len);

    link->proxy->seen.broke = true;
    link->broken = true;
    drop_server(link);
    link->to_client.data = link;
    if (plan->own_len == 0 || uv_write(&link->to_client, (uv_stream_t *)&link->client, &own, 1, on_own_said) != 0)
        finish_break(link);
}

static void on_then_said(uv_write_t *write, int status)
{
    breaking_link *link = write->data;

    if (status == 0 && !link->closing)
        uv_shutdown(&link->ending, (uv_stream_t *)&link->client, on_ended);
}

static void say_then(breaking_link *link, const char *text)
{
    uv_buf_t answer = uv_buf_init((char *)(uintptr_t)text, (unsigned)strlen(text));

    link->broken = true;
    link->to_client.data = link;
    uv_write(&link->to_client, (uv_stream_t *)&link->client, &answer, 1, on_then_said);
}

/* ---- what the client says ---------------------------------------------------------------------------------------- */

static void read_client(breaking_link *link)
{
    uv_read_start((uv_stream_t *)&link->client, on_alloc_request, on_request);
}

static void on_connected(uv_connect_t *connecting, int status)
{
    breaking_link *link = connecting->data;

    if (status == 0 && link->server)
        uv_read_start((uv_stream_t *)link->server, on_alloc_answer, on_answer);
    else if (status != UV_ECANCELED)
        end_link(link, false);
}

static void connect_server(breaking_link *link)
{
    struct sockaddr_in address;

    link->server = malloc(sizeof(*link->server));
    if (!link->server)
        abort();
    uv_ip4_addr("127.0.0.1", link->proxy->server_port, &address);
    uv_tcp_init(link->client.loop, link->server);
    uv_unref((uv_handle_t *)link->server);
    link->server->data = link->connecting.data = link;
    uv_tcp_connect(&link->connecting, link->server, (struct sockaddr *)&address, on_connected);
}

static void on_passed(uv_write_t *write, int status)
{
    breaking_link *link = write->data;

    if (status != 0 || link->closing)
        return;
    if (link->breaking) {
        note_request(link, link->passing);
        if (link->proxy->seen.passed == link->proxy->plan.request_bytes) {
            break_now(link);
            if (link->closing || (link->proxy->plan.deaf && link->broken))
                return;
        }
    }
    read_client(link);
}

/* The piece that has come, as far as it is to be passed on; no more is read meanwhile. */
static void pass_on(breaking_link *link, size_t len)
{
    const breaking_proxy *proxy = link->proxy;
    uv_buf_t piece;

    if (link->breaking && len > proxy->plan.request_bytes - proxy->seen.passed)
        len = proxy->plan.request_bytes - proxy->seen.passed;
    if (len == 0) {
        break_now(link);
        return;
    }
    if (!link->server)
        connect_server(link);
    link->passing = len;
    link->to_server.data = link;
    piece = uv_buf_init(link->request, (unsigned)len);
    uv_read_stop((uv_stream_t *)&link->client);
    if (uv_write(&link->to_server, (uv_stream_t *)link->server, &piece, 1, on_passed) != 0)
        end_link(link, false);
}

static void on_alloc_request(uv_handle_t *handle, size_t size, uv_buf_t *ret_buffer)
{
    (void)size;
    *ret_buffer = uv_buf_init(((breaking_link *)handle->data)->request, CHUNK);
}

static void on_request(uv_stream_t *stream, ssize_t got, const uv_buf_t *buffer)
{
    breaking_link *link = stream->data;
    breaking_proxy *proxy = link->proxy;

    (void)buffer;
    if (got < 0) {
        end_link(link, false);
        return;
    }
    if (link->broken || got == 0)
        return;
    if (!link->asking) {
        link->asking = true;
        link->asked_end = link->head_end = end_of_head;
        link->breaking = proxy->seen.requests++ == proxy->plan.pass;
    }
    if (!link->breaking && proxy->seen.broke && proxy->plan.then)
        say_then(link, proxy->plan.then);
    else
        pass_on(link, (size_t)got);
}

/* ---- what the server says ---------------------------------------------------------------------------------------- */

static void read_server(breaking_link *link)
{
    if (link->server)
        uv_read_start((uv_stream_t *)link->server, on_alloc_answer, on_answer);
}

/* Of the answer that breaks no more is read than is given, but for the byte that shows that it is there. */
static void on_alloc_answer(uv_handle_t *handle, size_t size, uv_buf_t *ret_buffer)
{
    breaking_link *link = handle->data;
    const breaking_proxy *proxy = link->proxy;
    size_t room = proxy->plan.answer_bytes - proxy->seen.answered;

    (void)size;
    if (!link->breaking || room > CHUNK)
        room = CHUNK;
    *ret_buffer = uv_buf_init(link->answer, (unsigned)(room ? room : 1));
}

static bool is_at_break(const breaking_link *link)
{
    return link->breaking && link->proxy->seen.answered >= link->proxy->plan.answer_bytes;
}

static void on_given(uv_write_t *write, int status)
{
    breaking_link *link = write->data;

    if (status != 0 || link->closing)
        return;
    if (is_at_break(link))
        break_now(link);
    else
        read_server(link);
}

static void on_answer(uv_stream_t *stream, ssize_t got, const uv_buf_t *buffer)
{
    breaking_link *link = stream->data;
    breaking_plan *plan = &link->proxy->plan;
    uv_buf_t piece;

    (void)buffer;
    if (link->server != (uv_tcp_t *)stream || got == 0)
        return;
    if (got < 0) {
        end_link(link, got != UV_EOF);
        return;
    }
    if (link->breaking)
        note_answer(link, (size_t)got);
    else
        link->asking = false;
    if (link->breaking && (plan->own_len || plan->answer_bytes == 0)) {
        if (is_at_break(link))
            break_now(link);
        return;
    }
    if (link->breaking)
        link->proxy->seen.given += (size_t)got;
    link->to_client.data = link;
    piece = uv_buf_init(link->answer, (unsigned)got);
    uv_read_stop(stream);
    if (uv_write(&link->to_client, (uv_stream_t *)&link->client, &piece, 1, on_given) != 0)
        end_link(link, false);
}

/* ---- the proxy --------------------------------------------------------------------------------------------------- */

static void sweep_links(breaking_proxy *proxy)
{
    breaking_link **at = &proxy->links;

    while (*at) {
        breaking_link *link = *at;

        end_link(link, false);
        if (link->closed) {
            *at = link->next;
            free(link);
        } else {
            at = &link->next;
        }
    }
}

static void on_connection(uv_stream_t *listener, int status)
{
    breaking_proxy *proxy = listener->data;
    breaking_link *link = calloc(1, sizeof(*link));

    (void)status;
    if (!link)
        abort();
    link->proxy = proxy;
    link->next = proxy->links;
    proxy->links = link;
    uv_tcp_init(listener->loop, &link->client);
    uv_unref((uv_handle_t *)&link->client);
    link->client.data = link;
    if (uv_accept(listener, (uv_stream_t *)&link->client) == 0)
        read_client(link);
    else
        end_link(link, false);
}

bool breaking_proxy_start(breaking_proxy *proxy, test_loop *loop, int server_port)
{
    struct sockaddr_in address;
    int len = sizeof(address), room = RECEIVE_BUFFER;

    memset(proxy, 0, sizeof(*proxy));
    proxy->loop = loop;
    proxy->server_port = server_port;
    uv_ip4_addr("127.0.0.1", 0, &address);
    uv_tcp_init(&loop->uv, &proxy->tcp);
    uv_unref((uv_handle_t *)&proxy->tcp);
    proxy->tcp.data = proxy;
    if (uv_tcp_bind(&proxy->tcp, (struct sockaddr *)&address, 0) != 0 ||
        uv_recv_buffer_size((uv_handle_t *)&proxy->tcp, &room) != 0 ||
        uv_listen((uv_stream_t *)&proxy->tcp, 128, on_connection) != 0 ||
        uv_tcp_getsockname(&proxy->tcp, (struct sockaddr *)&address, &len) != 0) {
        test_fail(__FILE__, __LINE__, "the proxy cannot listen");
        return false;
    }
    proxy->port = ntohs(address.sin_port);
    return true;
}

void breaking_proxy_plan(breaking_proxy *proxy, const breaking_plan *plan)
{
    sweep_links(proxy);
    proxy->plan = *plan;
    proxy->seen = (breaking_view){0};
}

static bool all_closed(void *arg)
{
    breaking_proxy *proxy = arg;

    sweep_links(proxy);
    return !proxy->links;
}

bool breaking_proxy_stop(breaking_proxy *proxy)
{
    uv_close((uv_handle_t *)&proxy->tcp, NULL);
    return test_loop_run_until(proxy->loop, all_closed, proxy, "the connections of the proxy");
}
