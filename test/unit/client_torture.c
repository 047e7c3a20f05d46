/* Everything at once, at random, by a seed: calls, streams and waits against servers that do anything, cancelled,
 * paused and closed from everywhere. Whatever happens, each handle is reported once and nothing is left behind. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "client_rig.h"
#include "test.h"

enum { SLOTS = 160, CLIENTS = 4, SERVERS = 2, SEEDS = 40 };

typedef struct chaos chaos;

/* A handle, from submission to report. */
typedef struct call_slot {
    chaos *torture;
    weft_call *call;
    weft_stream *stream; /* or NULL */
    bool live;
    bool started; /* there was memory for the handle */
    unsigned reports;
} call_slot;

/* A server that answers whatever comes with whatever it draws. */
typedef struct chaos_server {
    uv_tcp_t tcp;
    chaos *torture;
    int port;
} chaos_server;

typedef struct chaos_connection {
    uv_tcp_t tcp;
    chaos *torture;
    struct chaos_connection *next;
    bool closed;
} chaos_connection;

struct chaos {
    client_rig rig; /* its own server stays unused */
    chaos_server servers[SERVERS];
    chaos_connection *connections;
    weft_client *clients[CLIENTS];
    call_slot slots[SLOTS];
    unsigned slot_count;
    uint64_t random;
    uv_timer_t driver;
    unsigned ops_left;
    bool engine_closing;
};

static uint32_t draw(chaos *torture, uint32_t below)
{
    torture->random ^= torture->random << 13;
    torture->random ^= torture->random >> 7;
    torture->random ^= torture->random << 17;
    return (uint32_t)(torture->random >> 33) % below;
}

/* ---- servers ----------------------------------------------------------------------------------------------------- */

static const char *const answers[] = {
    "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 37\r\n\r\n"
    "{\"id\":\"job-1\",\"status\":\"running\"    }",
    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 37\r\n\r\n"
    "{\"id\":\"job-1\",\"status\":\"completed\"  }",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
    "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nwrong",
    "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok",
    "HTTP/1.1 200 OK\r\n\r\nuntil the end",
    "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\ncut off",
    "HTTP/1.1 204 No Content\r\n\r\n",
    "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 404 x\r\nContent-Length: 16\r\n\r\n{\"error\":\"gone\"}",
    "HTTP/1.1 429 x\r\nRetry-After-Ms: 7\r\nContent-Length: 0\r\n\r\n",
    "HTTP/1.1 503 x\r\nContent-Length: 0\r\n\r\n",
    "HTTP/1.1 302 x\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n",
    "nothing that HTTP knows",
    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: 1\n\ndata: 2\n\nevent: done\ndata: {}\n\n",
    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: 1\n\ndata: 2\n\nda",
    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
    "9\r\ndata: 1\n\n\r\nd\r\nevent: error\n\r\n7\r\ndata: \n\r\n1\r\n\n\r\n0\r\n\r\n",
    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: 18\r\n\r\ndata: 1\n\ndata: 2\n\n",
};

static void on_connection_closed(uv_handle_t *handle)
{
    ((chaos_connection *)handle->data)->closed = true;
}

static void end_connection(chaos_connection *connection, bool reset)
{
    if (uv_is_closing((uv_handle_t *)&connection->tcp))
        return;
    if (!reset || uv_tcp_close_reset(&connection->tcp, on_connection_closed) != 0)
        if (!uv_is_closing((uv_handle_t *)&connection->tcp))
            uv_close((uv_handle_t *)&connection->tcp, on_connection_closed);
}

static void on_alloc(uv_handle_t *handle, size_t size, uv_buf_t *ret_buffer)
{
    static char bytes[65536];

    (void)handle;
    (void)size;
    *ret_buffer = uv_buf_init(bytes, sizeof(bytes));
}

static void try_write(chaos_connection *connection, const char *text, size_t len)
{
    uv_buf_t buffer = uv_buf_init((char *)(uintptr_t)text, (unsigned)len);

    if (len > 0)
        (void)uv_try_write((uv_stream_t *)&connection->tcp, &buffer, 1);
}

static void on_read(uv_stream_t *stream, ssize_t got, const uv_buf_t *buffer)
{
    chaos_connection *connection = stream->data;
    chaos *torture = connection->torture;
    const char *answer = answers[draw(torture, sizeof(answers) / sizeof(answers[0]))];
    size_t len = strlen(answer), first = draw(torture, 4) ? len : draw(torture, (uint32_t)len);

    (void)buffer;
    if (got < 0) {
        end_connection(connection, false);
        return;
    }
    switch (draw(torture, 12)) {
    case 0:
        end_connection(connection, true);
        return;
    case 1:
        end_connection(connection, false);
        return;
    case 2:
        return; /* silence */
    default:
        try_write(connection, answer, first);
    }
    switch (draw(torture, 6)) {
    case 0:
        end_connection(connection, false);
        return;
    case 1:
        end_connection(connection, true);
        return;
    default:
        try_write(connection, answer + first, len - first);
    }
}

static void on_connection(uv_stream_t *listener, int status)
{
    chaos_server *server = listener->data;
    chaos_connection *connection = calloc(1, sizeof(*connection));

    (void)status;
    if (!connection)
        abort();
    connection->torture = server->torture;
    connection->next = server->torture->connections;
    server->torture->connections = connection;
    uv_tcp_init(listener->loop, &connection->tcp);
    connection->tcp.data = connection;
    uv_unref((uv_handle_t *)&connection->tcp);
    if (uv_accept(listener, (uv_stream_t *)&connection->tcp) != 0 || draw(server->torture, 20) == 0)
        end_connection(connection, draw(server->torture, 2) == 0);
    else
        uv_read_start((uv_stream_t *)&connection->tcp, on_alloc, on_read);
}

static bool server_start(chaos *torture, chaos_server *server)
{
    struct sockaddr_in address;
    int len = sizeof(address);

    server->torture = torture;
    uv_ip4_addr("127.0.0.1", 0, &address);
    uv_tcp_init(&torture->rig.loop.uv, &server->tcp);
    server->tcp.data = server;
    uv_unref((uv_handle_t *)&server->tcp);
    if (uv_tcp_bind(&server->tcp, (struct sockaddr *)&address, 0) != 0 ||
        uv_listen((uv_stream_t *)&server->tcp, 128, on_connection) != 0 ||
        uv_tcp_getsockname(&server->tcp, (struct sockaddr *)&address, &len) != 0)
        return false;
    server->port = ntohs(address.sin_port);
    return true;
}

/* ---- what is done to the library --------------------------------------------------------------------------------- */

static void act(chaos *torture);

static call_slot *random_live(chaos *torture)
{
    call_slot *found = torture->slot_count ? &torture->slots[draw(torture, torture->slot_count)] : NULL;

    return found && found->live ? found : NULL;
}

static void on_report(weft_call *call, const weft_error *error, const void *result, void *arg)
{
    call_slot *slot = arg;

    (void)call;
    (void)result;
    slot->reports++;
    slot->live = false;
    if (error && strlen(error->message) == 0)
        test_fail(__FILE__, __LINE__, "an error without words");
    if (draw(slot->torture, 3) == 0)
        act(slot->torture);
}

ANY_RESULT(on_report, on_http_report, weft_http_response)
ANY_RESULT(on_report, on_stromboli_job_report, weft_stromboli_job)
ANY_RESULT(on_report, on_stromboli_run_report, weft_stromboli_run_response)
ANY_RESULT(on_report, on_text_report, weft_str)

static void on_stream_end(weft_stream *stream, const weft_error *error, void *arg)
{
    on_report(weft_stream_get_call(stream), error, NULL, arg);
}

static void on_stream_open(weft_stream *stream, void *arg)
{
    call_slot *slot = arg;

    if (!slot->live)
        test_fail(__FILE__, __LINE__, "a stream opened after its end");
    if (draw(slot->torture, 4) == 0)
        weft_stream_pause(stream);
    if (draw(slot->torture, 6) == 0)
        act(slot->torture);
}

static void on_stream_event(weft_stream *stream, const weft_event *event, void *arg)
{
    (void)event;
    on_stream_open(stream, arg);
}

static void on_data(weft_call *call, const void *bytes, size_t len, void *arg)
{
    call_slot *slot = arg;

    (void)bytes;
    (void)len;
    if (draw(slot->torture, 3) == 0)
        weft_call_pause(call);
    if (draw(slot->torture, 6) == 0)
        act(slot->torture);
}

static void on_change(const weft_stromboli_job *job, void *arg)
{
    call_slot *slot = arg;

    (void)job;
    if (draw(slot->torture, 4) == 0)
        act(slot->torture);
}

static void on_request(weft_call *call, weft_request *request, void *arg)
{
    chaos *torture = arg;

    weft_request_set_header(request, "X-Hook", "1");
    if (draw(torture, 12) == 0)
        weft_call_cancel(call);
    if (draw(torture, 12) == 0)
        act(torture);
}

static void on_response(weft_call *call, void *arg)
{
    chaos *torture = arg;

    if (draw(torture, 12) == 0)
        weft_call_cancel(call);
    if (draw(torture, 12) == 0)
        act(torture);
}

static void on_retry(weft_call *call, const weft_error *error, uint32_t delay_ms, void *arg)
{
    (void)error;
    (void)delay_ms;
    on_response(call, arg);
}

static weft_client *make_client(chaos *torture)
{
    char url[64];

    snprintf(url, sizeof(url), "http://127.0.0.1:%d", torture->servers[draw(torture, SERVERS)].port);
    return rig_client(&torture->rig,
                      &(weft_client_options){
                          .base_url = url,
                          .token = "secret",
                          .timeouts = {.queue_ms = 60, .first_byte_ms = 20, .idle_ms = 20, .total_ms = 150},
                          .stream_timeouts = {.first_byte_ms = 20, .idle_ms = 30, .total_ms = 150},
                          .max_body_bytes = 50,
                          .retries = {.first_backoff_ms = 2, .max_backoff_ms = 5},
                          .on_request = draw(torture, 2) ? on_request : NULL,
                          .on_response = draw(torture, 2) ? on_response : NULL,
                          .on_retry = draw(torture, 2) ? on_retry : NULL,
                          .hook_arg = torture,
                      });
}

static void submit(chaos *torture)
{
    weft_client *client = torture->clients[draw(torture, CLIENTS)];
    call_slot *slot;

    if (!client || torture->slot_count == SLOTS)
        return;
    slot = &torture->slots[torture->slot_count++];
    slot->torture = torture;
    slot->live = true;
    switch (draw(torture, 6)) {
    case 0:
        slot->stream =
            weft_stromboli_stream(client, &(weft_stromboli_stream_request){.prompt = "hi"}, NULL,
                                  &(weft_stream_callbacks){on_stream_open, on_stream_event, on_stream_end}, slot);
        slot->call = slot->stream ? weft_stream_get_call(slot->stream) : NULL;
        break;
    case 1:
        slot->call = weft_stromboli_run(client, &(weft_stromboli_run_request){.prompt = "hi"}, NULL,
                                        on_stromboli_run_report, slot);
        break;
    case 2:
        slot->call = weft_stromboli_wait_job(
            client, "job-1", &(weft_wait_options){.first_interval_ms = 2, .max_interval_ms = 3, .timeout_ms = 100},
            on_change, NULL, on_stromboli_job_report, slot);
        break;
    case 3:
        slot->call = weft_http_send(client, &(weft_http_request){.method = "GET", .path = "/", .on_data = on_data},
                                    NULL, on_http_report, slot);
        break;
    case 4:
        slot->call = weft_stromboli_get_job(client, "", NULL, on_stromboli_job_report, slot);
        break;
    default:
        slot->call = weft_stromboli_get_metrics(client, NULL, on_text_report, slot);
    }
    slot->started = slot->call != NULL;
    if (!slot->started)
        slot->live = false;
    /* It may have been reported already only if the library broke its first rule. */
    if (slot->started && !slot->live)
        test_fail(__FILE__, __LINE__, "reported from within");
}

static void resume(call_slot *slot)
{
    if (slot->stream)
        weft_stream_resume(slot->stream);
    else
        weft_call_resume(slot->call);
}

static void touch(chaos *torture, call_slot *slot)
{
    if (!slot || !slot->call)
        return;
    switch (draw(torture, 5)) {
    case 0:
        weft_call_cancel(slot->call);
        break;
    case 1:
    case 2:
        if (slot->stream)
            weft_stream_pause(slot->stream);
        break;
    default:
        resume(slot);
    }
}

static void act_later(weft_engine *engine, void *arg)
{
    (void)engine;
    act(arg);
}

/* One thing, at random; also from within callbacks. */
static void act(chaos *torture)
{
    unsigned client = draw(torture, CLIENTS);

    if (torture->engine_closing)
        return;
    switch (draw(torture, 40)) {
    case 0:
        if (torture->clients[client])
            weft_client_close(torture->clients[client], NULL, NULL);
        torture->clients[client] = NULL;
        break;
    case 1:
    case 2:
        if (!torture->clients[client])
            torture->clients[client] = make_client(torture);
        break;
    case 3:
        if (torture->clients[client])
            weft_client_set_token(torture->clients[client], "another", NULL);
        break;
    case 4:
        (void)weft_engine_post(torture->rig.engine, act_later, torture);
        break;
    default:
        if (draw(torture, 2))
            submit(torture);
        else
            touch(torture, random_live(torture));
    }
}

static void on_driver(uv_timer_t *timer)
{
    chaos *torture = timer->data;

    for (uint32_t i = draw(torture, 6); i > 0; i--)
        act(torture);
    for (unsigned i = 0; i < torture->slot_count && draw(torture, 3) == 0; i++) /* nothing stays paused for good */
        if (torture->slots[i].live)
            resume(&torture->slots[i]);
    if (torture->ops_left-- > 0)
        return;
    uv_close((uv_handle_t *)timer, NULL);
    torture->engine_closing = true;
    weft_engine_close(torture->rig.engine, rig_engine_closed, &torture->rig);
}

/* ---- the test ---------------------------------------------------------------------------------------------------- */

static bool torture_start(chaos *torture, uint64_t seed)
{
    memset(torture, 0, sizeof(*torture));
    torture->random = seed * 0x9E3779B97F4A7C15u + 1;
    if (!rig_open_bare(&torture->rig, NULL) ||
        !rig_engine(&torture->rig, &(weft_engine_options){.max_connections = 3 + draw(torture, 4),
                                                          .max_connections_per_origin = 1 + draw(torture, 4),
                                                          .max_streams_per_origin = 2,
                                                          .max_queued_per_origin = 10,
                                                          .max_idle_per_origin = 2,
                                                          .keep_alive_ms = 10}))
        return false;
    for (int i = 0; i < SERVERS; i++)
        if (!server_start(torture, &torture->servers[i]))
            return false;
    for (int i = 0; i < CLIENTS; i++)
        torture->clients[i] = make_client(torture);
    /* In every third run memory is short once, in every sixth for good. */
    if (seed % 3 == 0) {
        torture->rig.memory.fail_at = atomic_load(&torture->rig.memory.count) + draw(torture, 800);
        torture->rig.memory.fail_from_then = seed % 2 == 0;
    }
    torture->ops_left = 20 + draw(torture, 60);
    uv_timer_init(&torture->rig.loop.uv, &torture->driver);
    torture->driver.data = torture;
    uv_timer_start(&torture->driver, on_driver, 1, 1);
    return true;
}

static bool all_closed(void *arg)
{
    const chaos *torture = arg;

    for (const chaos_connection *connection = torture->connections; connection; connection = connection->next)
        if (!connection->closed)
            return false;
    return true;
}

static bool torture_end(chaos *torture)
{
    bool ok = true;

    for (unsigned i = 0; i < torture->slot_count; i++)
        ok = torture->slots[i].reports == (torture->slots[i].started ? 1u : 0u) && ok;
    if (!ok)
        test_fail(__FILE__, __LINE__, "a handle was not reported exactly once");
    for (chaos_connection *connection = torture->connections; connection; connection = connection->next)
        end_connection(connection, false);
    for (int i = 0; i < SERVERS; i++)
        uv_close((uv_handle_t *)&torture->servers[i].tcp, NULL);
    ok = test_loop_run_until(&torture->rig.loop, all_closed, torture, "the servers' connections") && ok;
    while (torture->connections) {
        chaos_connection *connection = torture->connections;

        torture->connections = connection->next;
        free(connection);
    }
    return rig_end(&torture->rig) && ok;
}

TEST(anything_may_happen_at_any_time)
{
    static chaos torture;
    const char *only = getenv("TORTURE_SEED"), *count = getenv("TORTURE_SEEDS");
    uint64_t first = only ? strtoull(only, NULL, 10) : 1;
    uint64_t last = only ? first : count ? strtoull(count, NULL, 10) : SEEDS;

    signal(SIGPIPE, SIG_IGN); /* of the servers: libuv's own writes raise it */
    for (uint64_t seed = first; seed <= last; seed++) {
        bool ok = torture_start(&torture, seed);

        ok = ok && test_loop_run(&torture.rig.loop);
        if (!ok || !torture_end(&torture)) {
            test_fail(__FILE__, __LINE__, "TORTURE_SEED=%llu", (unsigned long long)seed);
            break;
        }
    }
    signal(SIGPIPE, SIG_DFL);
}
