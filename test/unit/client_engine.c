/* What an engine owes the loop it lives on: it works only inside uv_run, lets it end, and leaves nothing behind. */
#include <arpa/inet.h>
#include <netinet/tcp.h>

#include "client_rig.h"
#include "test.h"

static const script_step answers_once[] = {EXPECT("GET /metrics HTTP/1.1"), SEND(ANSWER_OK), EXPECT_CLOSE()};
static const script_step never_answers[] = {EXPECT("GET "), EXPECT_CLOSE()};
static const script_step answers_always[] = {EXPECT(" HTTP/1.1"), SEND(ANSWER_OK), REPEAT()};

/* ---- the caller's loop ----------------------------------------------------------------------------------------- */

TEST(engine_does_nothing_outside_uv_run)
{
    client_rig rig;
    call_outcome call = {0};

    CHECK(rig_open(&rig, NULL, NULL));
    fault_server_play(rig.server, SCRIPT(answers_once), 1);
    CHECK(weft_stromboli_get_metrics(rig.client, NULL, on_text_outcome, &call));
    CHECK_EQ(call.count, 0);
    CHECK_EQ(rig_stats(&rig).calls_in_flight, 1);
    CHECK(rig_run(&rig));
    CHECK_EQ(call.count, 1);
    CHECK_EQ(call.code, WEFT_OK);
    CHECK_STR(call.text, "ok");
    CHECK(rig_end(&rig));
}

TEST(engine_without_calls_does_not_hold_the_loop)
{
    client_rig rig;

    CHECK(rig_open(&rig, NULL, NULL));
    CHECK(!uv_loop_alive(&rig.loop.uv));
    CHECK_EQ(uv_run(&rig.loop.uv, UV_RUN_DEFAULT), 0);
    CHECK(rig_end(&rig));
}

TEST(idle_connection_does_not_hold_the_loop)
{
    client_rig rig;
    call_outcome call = {0};

    CHECK(rig_open(&rig, NULL, NULL));
    fault_server_play(rig.server, SCRIPT(answers_once), 1);
    weft_stromboli_get_metrics(rig.client, NULL, on_text_outcome, &call);
    CHECK(rig_run(&rig)); /* returns at once, not when the connection expires */
    CHECK_EQ(rig_stats(&rig).connections_idle, 1);
    CHECK_EQ(rig_stats(&rig).connections_open, 1);
    CHECK(!uv_loop_alive(&rig.loop.uv));
    CHECK(rig_end(&rig));
}

TEST(call_is_reported_from_the_loop_even_when_it_fails_at_once)
{
    client_rig rig;
    call_outcome call = {0};

    CHECK(rig_open(&rig, NULL, NULL));
    CHECK(weft_stromboli_get_job(rig.client, "", NULL, on_stromboli_job_outcome, &call));
    CHECK_EQ(call.count, 0);
    CHECK(rig_run(&rig));
    CHECK_EQ(call.count, 1);
    CHECK_EQ(call.code, WEFT_E_INVALID);
    CHECK(rig_end(&rig));
}

TEST(call_without_a_callback_is_carried_out)
{
    client_rig rig;

    CHECK(rig_open(&rig, NULL, NULL));
    fault_server_play(rig.server, SCRIPT(answers_once), 1);
    CHECK(weft_stromboli_get_metrics(rig.client, NULL, NULL, NULL));
    CHECK(rig_run(&rig));
    CHECK_EQ(rig_stats(&rig).calls_succeeded, 1);
    CHECK(rig_end(&rig));
}

TEST(two_engines_share_a_loop)
{
    client_rig rig;
    weft_engine *other;
    weft_client *client;
    call_outcome calls[2] = {0};

    CHECK(rig_open(&rig, NULL, NULL));
    fault_server_play(rig.server, SCRIPT(answers_once), 2);
    other = weft_engine_new(&rig.loop.uv, NULL, NULL);
    CHECK(other);
    client = weft_stromboli_client(other, &(weft_client_options){.base_url = fault_server_url(rig.server)}, NULL);
    CHECK(client);
    weft_stromboli_get_metrics(rig.client, NULL, on_text_outcome, &calls[0]);
    weft_stromboli_get_metrics(client, NULL, on_text_outcome, &calls[1]);
    CHECK(rig_run(&rig));
    CHECK_EQ(calls[0].code, WEFT_OK);
    CHECK_EQ(calls[1].code, WEFT_OK);
    weft_engine_close(other, NULL, NULL);
    CHECK(rig_end(&rig));
}

/* ---- making one ----------------------------------------------------------------------------------------------- */

/* Whether such an engine is refused with these words, also when nobody wants them. */
static bool is_refused(uv_loop_t *loop, const weft_engine_options *options, weft_code code, const char *message)
{
    weft_error_info error = {.code = WEFT_OK, .message = ""};

    return !weft_engine_new(loop, options, NULL) && !weft_engine_new(loop, options, &error) && error.code == code &&
           strcmp(error.message, message) == 0;
}

static void *alloc_nothing(size_t size, void *context)
{
    (void)size;
    (void)context;
    return NULL;
}

static void *resize_nothing(void *memory, size_t size, void *context)
{
    (void)memory;
    return alloc_nothing(size, context);
}

static void release_nothing(void *memory, void *context)
{
    (void)memory;
    (void)context;
}

TEST(engine_that_cannot_be_made_says_why)
{
    static const char incomplete[] = "allocator: alloc, resize and release are all needed";
    static const char level[] = "log_level: is none of weft_log_level's";
    weft_allocator allocator = {.resize = resize_nothing, .release = release_nothing};
    weft_engine_options options = {.allocator = &allocator};
    test_loop loop;

    CHECK(test_loop_open(&loop));
    CHECK(is_refused(NULL, NULL, WEFT_E_INVALID, "the loop is NULL"));
    CHECK(is_refused(&loop.uv, &options, WEFT_E_INVALID, incomplete));
    allocator = (weft_allocator){.alloc = alloc_nothing, .release = release_nothing};
    CHECK(is_refused(&loop.uv, &options, WEFT_E_INVALID, incomplete));
    allocator = (weft_allocator){.alloc = alloc_nothing, .resize = resize_nothing};
    CHECK(is_refused(&loop.uv, &options, WEFT_E_INVALID, incomplete));
    allocator.release = release_nothing;
    CHECK(is_refused(&loop.uv, &options, WEFT_E_NO_MEMORY, "out of memory"));
    options = (weft_engine_options){.log_level = (weft_log_level)(WEFT_LOG_LEVEL_DEBUG + 1)};
    CHECK(is_refused(&loop.uv, &options, WEFT_E_INVALID, level));
    options.log_level = (weft_log_level)-1;
    CHECK(is_refused(&loop.uv, &options, WEFT_E_INVALID, level));
    CHECK(test_loop_close(&loop)); /* and nothing stays behind */
}

TEST(engine_that_memory_does_not_suffice_for_says_so_wherever_it_ends)
{
    client_rig rig;
    unsigned long failures = 0;

    CHECK(rig_open_bare(&rig, NULL));
    for (;;) {
        rig.memory.count = 0;
        rig.memory.fail_at = failures + 1;
        rig.error.code = WEFT_OK;
        if (rig_engine(&rig, NULL))
            break;
        failures++;
        CHECK_EQ(rig.error.code, WEFT_E_NO_MEMORY);
        CHECK_STR(rig.error.message, "out of memory");
        CHECK_EQ(rig.memory.live, 0);
    }
    CHECK(failures >= 3);
    CHECK(rig_end(&rig));
}

/* ---- closing ----------------------------------------------------------------------------------------------------- */

static void note_close(void *arg)
{
    *(unsigned *)arg += 1;
}

TEST(closing_a_client_completes_its_calls_and_leaves_those_of_others)
{
    client_rig rig;
    call_outcome mine = {0}, theirs = {0};
    weft_client *other;
    unsigned closes = 0;

    CHECK(rig_open(&rig, NULL, NULL));
    fault_server_play(rig.server, SCRIPT(never_answers), 1);
    fault_server_play(rig.server, SCRIPT(answers_once), 1);
    other = rig_client(&rig, NULL);
    CHECK(other);
    weft_stromboli_get_metrics(rig.client, NULL, on_text_outcome, &mine);
    weft_stromboli_get_metrics(other, NULL, on_text_outcome, &theirs);
    test_loop_turn(&rig.loop);
    weft_client_close(rig.client, note_close, &closes);
    CHECK_EQ(mine.count, 0);
    CHECK_EQ(closes, 0);
    CHECK(rig_run(&rig));
    CHECK_EQ(mine.count, 1);
    CHECK_EQ(mine.code, WEFT_E_CLOSED);
    CHECK_CONTAINS(mine.message, "the client was closed");
    CHECK_EQ(closes, 1);
    CHECK_EQ(theirs.code, WEFT_OK);
    CHECK(rig_end(&rig));
}

typedef struct closing_order {
    unsigned steps;
    unsigned call_at;
    unsigned client_at;
    unsigned engine_at;
} closing_order;

static void order_call(weft_call *call, const weft_error *error, const weft_str *result, void *arg)
{
    closing_order *order = arg;

    (void)call;
    (void)error;
    (void)result;
    order->call_at = ++order->steps;
}

static void order_client(void *arg)
{
    closing_order *order = arg;

    order->client_at = ++order->steps;
}

static void order_engine(void *arg)
{
    closing_order *order = arg;

    order->engine_at = ++order->steps;
}

TEST(closing_reports_calls_then_client_then_engine)
{
    client_rig rig;
    closing_order order = {0};

    CHECK(rig_open(&rig, NULL, NULL));
    weft_stromboli_get_metrics(rig.client, NULL, order_call, &order);
    weft_client_close(rig.client, order_client, &order);
    weft_engine_close(rig.engine, order_engine, &order);
    CHECK(rig_run(&rig));
    CHECK_EQ(order.call_at, 1);
    CHECK_EQ(order.client_at, 2);
    CHECK_EQ(order.engine_at, 3);
    rig.engine = NULL;
    rig.engine_closes = 1;
    CHECK(rig_end(&rig));
}

TEST(closing_a_client_twice_calls_back_once)
{
    client_rig rig;
    unsigned first = 0, second = 0;

    CHECK(rig_open(&rig, NULL, NULL));
    weft_client_close(rig.client, note_close, &first);
    weft_client_close(rig.client, note_close, &second);
    CHECK(rig_run(&rig));
    CHECK_EQ(first, 1);
    CHECK_EQ(second, 0);
    CHECK(rig_end(&rig));
}

TEST(closing_an_engine_twice_calls_back_once)
{
    client_rig rig;
    unsigned second = 0;

    CHECK(rig_open(&rig, NULL, NULL));
    weft_engine_close(rig.engine, rig_engine_closed, &rig);
    weft_engine_close(rig.engine, note_close, &second);
    CHECK(rig_run(&rig));
    CHECK_EQ(rig.engine_closes, 1);
    CHECK_EQ(second, 0);
    CHECK(rig_end(&rig));
}

TEST(closing_without_a_callback_is_allowed)
{
    client_rig rig;

    CHECK(rig_open(&rig, NULL, NULL));
    weft_client_close(rig.client, NULL, NULL);
    CHECK(rig_run(&rig));
    weft_engine_close(rig.engine, NULL, NULL);
    CHECK(rig_run(&rig));
    rig.engine = NULL;
    rig.engine_closes = 1;
    CHECK(rig_end(&rig));
}

TEST(closing_an_engine_completes_calls_in_every_state)
{
    client_rig rig;
    call_outcome queued = {0}, waiting = {0}, connecting = {0}, invalid = {0};
    stream_log stream = {0};
    weft_client *deaf_client;
    test_loop *loop = &rig.loop;
    fault_server *deaf;
    static const script_step open_stream[] = {EXPECT("GET /run/stream"), SEND(ANSWER_EVENTS "data: 1\n\n"),
                                              EXPECT_CLOSE()};

    CHECK(rig_open(&rig, &(weft_engine_options){.max_connections_per_origin = 1}, NULL));
    deaf = fault_server_start(loop, &(fault_server_options){.deaf = true});
    CHECK(deaf);
    deaf_client = rig_client(&rig, &(weft_client_options){.base_url = fault_server_url(deaf)});
    fault_server_play(rig.server, SCRIPT(never_answers), 1);
    weft_stromboli_get_metrics(rig.client, NULL, on_text_outcome, &waiting);
    weft_stromboli_get_metrics(rig.client, NULL, on_text_outcome, &queued);
    weft_stromboli_get_metrics(deaf_client, NULL, on_text_outcome, &connecting);
    CHECK_UNTIL(loop, fault_server_request_count(rig.server) >= 1);
    fault_server_play(rig.server, SCRIPT(open_stream), 1);
    rig_stream(&rig, &stream, NULL);
    CHECK_UNTIL(loop, stream.events > 0);
    weft_stromboli_get_job(rig.client, "", NULL, on_stromboli_job_outcome, &invalid);
    CHECK_EQ(rig_stats(&rig).calls_in_flight, 5);
    CHECK_EQ(rig_stats(&rig).calls_queued, 1);
    CHECK_EQ(rig_stats(&rig).streams_open, 1);
    weft_engine_close(rig.engine, rig_engine_closed, &rig);
    CHECK(rig_run(&rig));
    CHECK_EQ(queued.code, WEFT_E_CLOSED);
    CHECK_EQ(waiting.code, WEFT_E_CLOSED);
    CHECK_EQ(connecting.code, WEFT_E_CLOSED);
    CHECK_CONTAINS(connecting.message, "the engine was closed");
    CHECK_EQ(stream.code, WEFT_E_CLOSED);
    CHECK_EQ(invalid.code, WEFT_E_INVALID); /* it was settled before */
    CHECK_EQ(queued.count + waiting.count + connecting.count + invalid.count + stream.ends, 5);
    CHECK(fault_server_stop(deaf));
    CHECK(rig_end(&rig));
}

TEST(submitting_to_a_closing_client_fails_with_closed)
{
    client_rig rig;
    call_outcome call = {0}, held = {0};
    stream_log stream = {0};

    CHECK(rig_open(&rig, NULL, NULL));
    weft_stromboli_get_metrics(rig.client, NULL, on_text_outcome, &held);
    weft_client_close(rig.client, NULL, NULL);
    CHECK(weft_stromboli_get_metrics(rig.client, NULL, on_text_outcome, &call));
    CHECK(rig_stream(&rig, &stream, NULL));
    CHECK(rig_run(&rig));
    CHECK_EQ(call.count, 1);
    CHECK_EQ(call.code, WEFT_E_CLOSED);
    CHECK_EQ(stream.ends, 1);
    CHECK_EQ(stream.code, WEFT_E_CLOSED);
    CHECK(rig_end(&rig));
}

TEST(making_a_client_of_a_closing_engine_is_refused)
{
    client_rig rig;
    weft_error_info error;

    CHECK(rig_open(&rig, NULL, NULL));
    weft_engine_close(rig.engine, rig_engine_closed, &rig);
    CHECK(!weft_stromboli_client(rig.engine, &(weft_client_options){.base_url = "http://127.0.0.1:1"}, &error));
    CHECK_EQ(error.code, WEFT_E_CLOSED);
    CHECK(rig_end(&rig));
}

TEST(making_a_client_without_an_engine_is_refused_by_every_service)
{
    weft_client_options options = {.base_url = "http://127.0.0.1:1"};
    weft_error_info errors[6] = {{.code = WEFT_OK}};

    CHECK(!weft_stromboli_client(NULL, &options, &errors[0]));
    CHECK(!weft_skillbox_client(NULL, &options, &errors[1]));
    CHECK(!weft_handinger_client(NULL, &options, &errors[2]));
    CHECK(!weft_agentserver_client(NULL, &options, &errors[3]));
    CHECK(!weft_agentserver_codex_gateway_client(NULL, &options, &errors[4]));
    CHECK(!weft_agentserver_executor_gateway_client(NULL, &options, &errors[5]));
    for (int i = 0; i < 6; i++) {
        CHECK_EQ(errors[i].code, WEFT_E_INVALID);
        CHECK_STR(errors[i].message, "the engine is NULL");
    }
    CHECK(!weft_stromboli_client(NULL, NULL, NULL));
    CHECK(!weft_handinger_client(NULL, NULL, NULL));
}

/* ---- closing from within ----------------------------------------------------------------------------------------- */

static void close_engine_of(client_rig *rig)
{
    weft_engine_close(rig->engine, rig_engine_closed, rig);
    weft_engine_close(rig->engine, note_close, &rig->engine_closes); /* the first one counts */
}

static void close_engine_in_call(call_outcome *outcome, weft_call *call)
{
    (void)call;
    close_engine_of(outcome->arg);
}

TEST(engine_can_be_closed_inside_a_calls_callback)
{
    client_rig rig;
    call_outcome call = {.then = close_engine_in_call, .arg = &rig}, other = {0};

    CHECK(rig_open(&rig, NULL, NULL));
    fault_server_play(rig.server, SCRIPT(answers_once), 1);
    fault_server_play(rig.server, SCRIPT(never_answers), 1);
    weft_stromboli_get_metrics(rig.client, NULL, on_text_outcome, &call);
    weft_stromboli_get_metrics(rig.client, NULL, on_text_outcome, &other);
    CHECK(rig_run(&rig));
    CHECK_EQ(call.code, WEFT_OK);
    CHECK_EQ(other.count, 1);
    CHECK_EQ(other.code, WEFT_E_CLOSED);
    CHECK_EQ(rig.engine_closes, 1);
    CHECK(rig_end(&rig));
}

TEST(engine_can_be_closed_inside_the_callback_of_a_failed_call)
{
    client_rig rig;
    call_outcome call = {.then = close_engine_in_call, .arg = &rig};

    CHECK(rig_open(&rig, NULL, NULL));
    weft_stromboli_get_job(rig.client, "", NULL, on_stromboli_job_outcome, &call);
    CHECK(rig_run(&rig));
    CHECK_EQ(call.count, 1);
    CHECK_EQ(rig.engine_closes, 1);
    CHECK(rig_end(&rig));
}

static void close_client_in_call(call_outcome *outcome, weft_call *call)
{
    client_rig *rig = outcome->arg;

    (void)call;
    weft_client_close(rig->client, NULL, NULL);
}

TEST(client_can_be_closed_inside_a_calls_callback_while_the_engine_goes_on)
{
    client_rig rig;
    call_outcome call = {.then = close_client_in_call, .arg = &rig}, other = {0}, later = {0};
    weft_client *second;

    CHECK(rig_open(&rig, NULL, NULL));
    fault_server_play(rig.server, SCRIPT(answers_once), 1);
    fault_server_play(rig.server, SCRIPT(never_answers), 1);
    weft_stromboli_get_metrics(rig.client, NULL, on_text_outcome, &call);
    weft_stromboli_get_metrics(rig.client, NULL, on_text_outcome, &other);
    CHECK(rig_run(&rig));
    CHECK_EQ(call.code, WEFT_OK);
    CHECK_EQ(other.code, WEFT_E_CLOSED);
    CHECK_EQ(rig_stats(&rig).connections_open, 0); /* the origin went with its last client */
    fault_server_play(rig.server, SCRIPT(answers_once), 1);
    second = rig_client(&rig, NULL);
    weft_stromboli_get_metrics(second, NULL, on_text_outcome, &later);
    CHECK(rig_run(&rig));
    CHECK_EQ(later.code, WEFT_OK);
    CHECK(rig_end(&rig));
}

static void close_engine_in_stream(stream_log *heard, weft_stream *stream)
{
    (void)stream;
    close_engine_of(heard->arg);
}

static const script_step streams_once[] = {
    EXPECT("GET /run/stream"), SEND(ANSWER_EVENTS "data: 1\n\ndata: 2\n\nevent: done\ndata: x\n\n"), CLOSE()};

static bool close_engine_at(stream_log *stream, weft_code expected)
{
    client_rig rig;
    bool ok;

    stream->arg = &rig;
    if (!rig_open(&rig, NULL, NULL))
        return false;
    fault_server_play(rig.server, SCRIPT(streams_once), 1);
    rig_stream(&rig, stream, NULL);
    ok = rig_run(&rig) && stream->ends == 1 && stream->code == expected && rig.engine_closes == 1;
    return rig_end(&rig) && ok;
}

TEST(engine_can_be_closed_inside_on_open)
{
    stream_log stream = {.at_open = close_engine_in_stream};

    CHECK(close_engine_at(&stream, WEFT_E_CLOSED));
    CHECK_EQ(stream.events, 0);
}

TEST(engine_can_be_closed_inside_on_event)
{
    stream_log stream = {.at_event = close_engine_in_stream};

    CHECK(close_engine_at(&stream, WEFT_E_CLOSED));
    CHECK_EQ(stream.events, 1);
}

TEST(engine_can_be_closed_inside_on_end)
{
    stream_log stream = {.at_end = close_engine_in_stream};

    CHECK(close_engine_at(&stream, WEFT_OK));
    CHECK_EQ(stream.events, 3);
}

static void close_engine_in_closed(void *arg)
{
    close_engine_of(arg);
}

TEST(engine_can_be_closed_inside_a_clients_closed_callback)
{
    client_rig rig;

    CHECK(rig_open(&rig, NULL, NULL));
    weft_client_close(rig.client, close_engine_in_closed, &rig);
    CHECK(rig_run(&rig));
    CHECK_EQ(rig.engine_closes, 1);
    CHECK(rig_end(&rig));
}

/* ---- calling from within ----------------------------------------------------------------------------------------- */

typedef struct call_chain {
    client_rig *rig;
    unsigned left;
} call_chain;

static void submit_next(call_outcome *outcome, weft_call *call)
{
    call_chain *chain = outcome->arg;

    (void)call;
    if (chain->left-- > 1)
        weft_stromboli_get_metrics(chain->rig->client, NULL, on_text_outcome, outcome);
}

TEST(call_can_be_submitted_inside_a_callback)
{
    client_rig rig;
    call_chain chain = {&rig, 100};
    call_outcome call = {.then = submit_next, .arg = &chain};

    CHECK(rig_open(&rig, NULL, NULL));
    fault_server_play(rig.server, SCRIPT(answers_always), 0);
    weft_stromboli_get_metrics(rig.client, NULL, on_text_outcome, &call);
    CHECK(rig_run(&rig));
    CHECK_EQ(call.count, 100);
    CHECK_EQ(rig_stats(&rig).calls_succeeded, 100);
    CHECK_EQ(rig_stats(&rig).connections_opened, 1);
    CHECK_EQ(rig_stats(&rig).connections_reused, 99);
    CHECK(rig_end(&rig));
}

/* ---- handles that are kept --------------------------------------------------------------------------------------- */

static void keep(call_outcome *outcome, weft_call *call)
{
    *(weft_call **)outcome->arg = weft_call_ref(call);
}

TEST(kept_call_is_read_and_let_go_after_the_engine_has_closed)
{
    client_rig rig;
    weft_call *call = NULL;
    weft_call_details details;
    call_outcome outcome = {.then = keep, .arg = &call};

    CHECK(rig_open(&rig, NULL, NULL));
    fault_server_play(rig.server, SCRIPT(answers_once), 1);
    weft_stromboli_get_metrics(rig.client, NULL, on_text_outcome, &outcome);
    CHECK(rig_run(&rig));
    weft_engine_close(rig.engine, rig_engine_closed, &rig);
    CHECK(rig_run(&rig));
    CHECK_EQ(rig.engine_closes, 1);
    CHECK_STR(weft_call_get_body(call).ptr, "ok");
    CHECK_STR(weft_call_get_header(call, "content-length").ptr, "2");
    weft_call_get_details(call, &details);
    CHECK_EQ(details.http_status, 200);
    weft_call_cancel(call); /* harmless */
    weft_call_unref(call);
    CHECK(rig_end(&rig));
}

static void keep_stream(stream_log *heard, weft_stream *stream)
{
    weft_call_ref(weft_stream_get_call(stream));
    (void)heard;
}

TEST(kept_stream_may_be_used_after_its_end_and_has_its_headers)
{
    client_rig rig;
    stream_log stream = {.at_open = keep_stream};

    CHECK(rig_open(&rig, NULL, NULL));
    fault_server_play(rig.server, SCRIPT(streams_once), 1);
    rig_stream(&rig, &stream, NULL);
    CHECK(rig_run(&rig));
    weft_engine_close(rig.engine, rig_engine_closed, &rig);
    CHECK(rig_run(&rig));
    weft_stream_pause(stream.stream);
    weft_stream_resume(stream.stream);
    weft_stream_cancel(stream.stream);
    CHECK_STR(weft_call_get_header(weft_stream_get_call(stream.stream), "Content-Type").ptr, "text/event-stream");
    weft_call_unref(weft_stream_get_call(stream.stream));
    CHECK_EQ(stream.ends, 1);
    CHECK(rig_end(&rig));
}

/* ---- machines that vanish ---------------------------------------------------------------------------------------- */

/* The client's end of the connection to that port; -1 when there is none. */
static int find_connection(int port)
{
    for (int fd = 0; fd < 256; fd++) {
        struct sockaddr_in peer;
        socklen_t len = sizeof(peer);

        if (getpeername(fd, (struct sockaddr *)&peer, &len) == 0 && peer.sin_family == AF_INET &&
            ntohs(peer.sin_port) == port)
            return fd;
    }
    return -1;
}

/* What the system was asked for about a live connection of such an engine: whether it asks, and for how long in all. */
static bool asks_for(const weft_engine_options *options, int asks, int seconds)
{
    client_rig rig;
    call_outcome call = {0};
    int fd, on = -1, idle_s = 0, interval_s = 0, probes = 0;
    socklen_t len = sizeof(on);

    if (!rig_open(&rig, options, NULL))
        return false;
    fault_server_play(rig.server, SCRIPT(answers_once), 1);
    weft_stromboli_get_metrics(rig.client, NULL, on_text_outcome, &call);
    if (!rig_run(&rig) || call.code != WEFT_OK)
        return false;
    fd = find_connection(fault_server_port(rig.server));
    getsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, &len);
#ifdef TCP_KEEPIDLE
    getsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle_s, &len);
#else
    idle_s = seconds / 5;
#endif
    getsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL, &interval_s, &len);
    getsockopt(fd, IPPROTO_TCP, TCP_KEEPCNT, &probes, &len);
    return rig_end(&rig) && on == asks && (!asks || idle_s + interval_s * probes == seconds);
}

TEST(machine_that_vanished_is_noticed_without_a_deadline)
{
    CHECK(asks_for(NULL, 1, 300));
    CHECK(asks_for(&(weft_engine_options){.tcp_timeout_ms = 60000}, 1, 60));
    CHECK(asks_for(&(weft_engine_options){.tcp_timeout_ms = 1}, 1, 10));
    CHECK(asks_for(&(weft_engine_options){.tcp_timeout_ms = WEFT_NO_TIMEOUT - 1}, 1, 24 * 3600));
    CHECK(asks_for(&(weft_engine_options){.tcp_timeout_ms = WEFT_NO_TIMEOUT}, 0, 0));
}

TEST(version_is_the_headers)
{
    CHECK_STR(weft_version(), WEFT_VERSION);
}
