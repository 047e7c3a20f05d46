/* Cancelling in every state and from every callback: reported once, and the socket is let go. */
#include "client_rig.h"
#include "test.h"

static const script_step never_answers[] = {EXPECT("GET "), EXPECT_CLOSE()};
static const script_step answers_half[] = {EXPECT("GET "), SEND("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"),
                                           EXPECT_CLOSE()};
static const script_step answers[] = {EXPECT("GET "), SEND(ANSWER_OK)};
static const script_step unavailable[] = {EXPECT("GET "),
                                          SEND("HTTP/1.1 503 x\r\nRetry-After: 30\r\nContent-Length: 0\r\n\r\n")};

static bool was_cancelled(const client_rig *rig, const call_outcome *call)
{
    return call->count == 1 && call->code == WEFT_E_CANCELLED && rig_stats(rig).calls_in_flight == 0 &&
           rig_stats(rig).calls_queued == 0;
}

static weft_call *ask(client_rig *rig, call_outcome *call)
{
    return weft_stromboli_get_metrics(rig->client, NULL, on_text_outcome, call);
}

/* ---- states ------------------------------------------------------------------------------------------------------ */

TEST(call_cancelled_at_once_is_never_sent)
{
    client_rig rig;
    call_outcome call = {0};

    CHECK(rig_open(&rig, NULL, NULL));
    weft_call_cancel(ask(&rig, &call));
    CHECK_EQ(call.count, 0);
    CHECK(rig_run(&rig));
    CHECK(was_cancelled(&rig, &call));
    CHECK_EQ(rig_stats(&rig).connections_open, 0);
    CHECK_EQ(fault_server_request_count(rig.server), 0);
    CHECK(rig_end(&rig));
}

TEST(call_cancelled_twice_is_reported_once)
{
    client_rig rig;
    call_outcome call = {0};
    weft_call *handle;

    CHECK(rig_open(&rig, NULL, NULL));
    handle = ask(&rig, &call);
    weft_call_cancel(handle);
    weft_call_cancel(handle);
    CHECK(rig_run(&rig));
    CHECK(was_cancelled(&rig, &call));
    CHECK(rig_end(&rig));
}

TEST(call_is_cancelled_while_it_is_queued)
{
    client_rig rig;
    call_outcome first = {0}, second = {0};
    weft_call *handle;

    CHECK(rig_open(&rig, &(weft_engine_options){.max_connections_per_origin = 1}, NULL));
    fault_server_play(rig.server, SCRIPT(answers), 1);
    ask(&rig, &first);
    handle = ask(&rig, &second);
    CHECK_EQ(rig_stats(&rig).calls_queued, 1);
    weft_call_cancel(handle);
    CHECK_EQ(rig_stats(&rig).calls_queued, 0);
    CHECK(rig_run(&rig));
    CHECK_EQ(first.code, WEFT_OK);
    CHECK(was_cancelled(&rig, &second));
    CHECK(rig_end(&rig));
}

TEST(call_is_cancelled_while_it_is_connecting)
{
    client_rig rig;
    call_outcome call = {0};
    weft_call *handle;

    CHECK(rig_open_on(&rig, &(fault_server_options){.deaf = true}, NULL, NULL));
    handle = ask(&rig, &call);
    test_loop_turns(&rig.loop, 5);
    CHECK_EQ(rig_stats(&rig).connections_open, 1);
    weft_call_cancel(handle);
    CHECK_EQ(rig_stats(&rig).connections_open, 0);
    CHECK(rig_run(&rig));
    CHECK(was_cancelled(&rig, &call));
    CHECK(rig_end(&rig));
}

TEST(call_is_cancelled_while_its_name_is_looked_up)
{
    client_rig rig;
    call_outcome call = {0};
    weft_client *client;
    weft_call *handle;

    CHECK(rig_open(&rig, NULL, NULL));
    client = rig_client(&rig, &(weft_client_options){.base_url = "http://localhost:1"});
    handle = weft_stromboli_get_metrics(client, NULL, on_text_outcome, &call);
    weft_call_cancel(handle);
    CHECK(rig_run(&rig));
    CHECK(was_cancelled(&rig, &call));
    CHECK(rig_end(&rig));
}

TEST(call_is_cancelled_while_a_big_body_is_sent)
{
    static const script_step never_reads[] = {EXPECT_RAW("POST /run"), WAIT(), RESET()};
    static char bytes[16 << 20];
    client_rig rig;
    call_outcome call = {0};
    weft_call *handle;

    CHECK(rig_open(&rig, NULL, NULL));
    fault_server_play(rig.server, SCRIPT(never_reads), 1);
    handle = weft_http_send(
        rig.client,
        &(weft_http_request){.method = "POST", .path = "/run", .body = {.bytes = bytes, .bytes_len = sizeof(bytes)}},
        NULL, on_http_outcome, &call);
    CHECK_UNTIL(&rig.loop, fault_server_waiting_count(rig.server) > 0);
    weft_call_cancel(handle);
    fault_server_release(rig.server);
    CHECK(rig_run(&rig));
    CHECK(was_cancelled(&rig, &call));
    CHECK(call.details.bytes_sent > 0 && call.details.bytes_sent < sizeof(bytes));
    CHECK(rig_end(&rig));
}

TEST(call_is_cancelled_while_it_waits_for_an_answer)
{
    client_rig rig;
    call_outcome call = {0};
    weft_call *handle;

    CHECK(rig_open(&rig, NULL, NULL));
    fault_server_play(rig.server, SCRIPT(never_answers), 1); /* the server sees the close */
    handle = ask(&rig, &call);
    CHECK_UNTIL(&rig.loop, fault_server_request_count(rig.server) > 0);
    weft_call_cancel(handle);
    CHECK(rig_run(&rig));
    CHECK(was_cancelled(&rig, &call));
    CHECK(rig_end(&rig));
}

TEST(call_is_cancelled_while_its_answer_comes)
{
    client_rig rig;
    call_outcome call = {0};
    weft_call *handle;

    CHECK(rig_open(&rig, NULL, NULL));
    fault_server_play(rig.server, SCRIPT(answers_half), 1);
    handle = ask(&rig, &call);
    CHECK_UNTIL(&rig.loop, rig_stats(&rig).bytes_received > 0);
    weft_call_cancel(handle);
    CHECK(rig_run(&rig));
    CHECK(was_cancelled(&rig, &call));
    CHECK_EQ(call.status, 200);
    CHECK(rig_end(&rig));
}

TEST(call_is_cancelled_while_it_backs_off)
{
    static const script_step lost[] = {EXPECT("GET "), CLOSE()};
    client_rig rig;
    call_outcome call = {0};
    weft_call *handle;
    uint64_t started = rig_now_ms();

    CHECK(
        rig_open(&rig, NULL, &(weft_client_options){.retries = {.first_backoff_ms = 60000, .max_backoff_ms = 60000}}));
    fault_server_play(rig.server, SCRIPT(lost), 1);
    handle = weft_stromboli_get_metrics(rig.client, &(weft_call_options){.timeouts.total_ms = WEFT_NO_TIMEOUT},
                                        on_text_outcome, &call);
    CHECK_UNTIL(&rig.loop, fault_server_request_count(rig.server) > 0 && rig_stats(&rig).connections_open == 0);
    weft_call_cancel(handle);
    CHECK(rig_run(&rig));
    CHECK(was_cancelled(&rig, &call));
    CHECK_EQ(call.details.attempts, 1);
    CHECK(rig_now_ms() - started < 5000);
    CHECK(rig_end(&rig));
}

TEST(call_is_cancelled_while_its_client_is_held_back)
{
    client_rig rig;
    call_outcome first = {0}, second = {0};
    weft_call *handles[2];

    CHECK(rig_open(&rig, NULL, NULL));
    fault_server_play(rig.server, SCRIPT(unavailable), 1);
    handles[0] = weft_stromboli_get_metrics(rig.client, &(weft_call_options){.timeouts.total_ms = WEFT_NO_TIMEOUT},
                                            on_text_outcome, &first);
    CHECK_UNTIL(&rig.loop, rig_stats(&rig).connections_idle > 0);
    handles[1] = ask(&rig, &second);
    test_loop_turns(&rig.loop, 5);
    CHECK_EQ(fault_server_request_count(rig.server), 1);
    weft_call_cancel(handles[0]);
    weft_call_cancel(handles[1]);
    CHECK(rig_run(&rig));
    CHECK(was_cancelled(&rig, &first));
    CHECK(was_cancelled(&rig, &second));
    CHECK(rig_end(&rig));
}

TEST(call_cancelled_after_it_was_settled_keeps_its_outcome)
{
    client_rig rig;
    call_outcome call = {0};
    weft_call *handle;

    CHECK(rig_open(&rig, NULL, NULL));
    handle = weft_stromboli_get_job(rig.client, "", NULL, on_stromboli_job_outcome, &call);
    weft_call_cancel(handle);
    CHECK(rig_run(&rig));
    CHECK_EQ(call.count, 1);
    CHECK_EQ(call.code, WEFT_E_INVALID);
    CHECK(rig_end(&rig));
}

/* ---- callbacks --------------------------------------------------------------------------------------------------- */

static void cancel_it(call_outcome *outcome, weft_call *call)
{
    (void)outcome;
    weft_call_cancel(call);
}

TEST(call_may_be_cancelled_in_its_own_callback)
{
    client_rig rig;
    call_outcome call = {.then = cancel_it};

    CHECK(rig_open(&rig, NULL, NULL));
    fault_server_play(rig.server, SCRIPT(answers), 1);
    ask(&rig, &call);
    CHECK(rig_run(&rig));
    CHECK_EQ(call.count, 1);
    CHECK_EQ(call.code, WEFT_OK);
    CHECK(rig_end(&rig));
}

static void cancel_other(call_outcome *outcome, weft_call *call)
{
    (void)call;
    weft_call_cancel(outcome->arg);
}

TEST(call_may_be_cancelled_in_the_callback_of_another)
{
    client_rig rig;
    call_outcome first = {.then = cancel_other}, second = {0};

    CHECK(rig_open(&rig, NULL, NULL));
    fault_server_play(rig.server, SCRIPT(answers), 1);
    fault_server_play(rig.server, SCRIPT(never_answers), 1);
    ask(&rig, &first);
    first.arg = ask(&rig, &second);
    CHECK(rig_run(&rig));
    CHECK_EQ(first.code, WEFT_OK);
    CHECK(was_cancelled(&rig, &second));
    CHECK(rig_end(&rig));
}

/* What a client's hook cancels: the call itself, or another one. */
typedef struct canceller {
    weft_call *other;
    unsigned calls;
} canceller;

static void cancel_in_request_hook(weft_call *call, weft_request *request, void *arg)
{
    canceller *cancels = arg;

    (void)request;
    cancels->calls++;
    weft_call_cancel(cancels->other ? cancels->other : call);
}

static void cancel_in_response_hook(weft_call *call, void *arg)
{
    canceller *cancels = arg;

    cancels->calls++;
    weft_call_cancel(cancels->other ? cancels->other : call);
}

static void cancel_in_retry_hook(weft_call *call, const weft_error *error, uint32_t delay_ms, void *arg)
{
    canceller *cancels = arg;

    (void)error;
    (void)delay_ms;
    cancels->calls++;
    weft_call_cancel(call);
}

TEST(call_is_cancelled_in_its_request_hook)
{
    static const script_step nothing[] = {EXPECT_CLOSE()};
    client_rig rig;
    canceller cancels = {0};
    call_outcome call = {0};

    CHECK(rig_open(&rig, NULL, &(weft_client_options){.on_request = cancel_in_request_hook, .hook_arg = &cancels}));
    fault_server_play(rig.server, SCRIPT(nothing), 1);
    weft_stromboli_get_metrics(rig.client, &(weft_call_options){.timeouts.total_ms = 50}, on_text_outcome, &call);
    CHECK(rig_run(&rig));
    CHECK(was_cancelled(&rig, &call));
    CHECK_EQ(cancels.calls, 1);
    CHECK_EQ(call.details.bytes_sent, 0);
    CHECK(rig_end(&rig));
}

TEST(call_is_cancelled_in_its_request_hook_on_a_connection_that_is_reused)
{
    static const script_step steps[] = {EXPECT("GET "), SEND(ANSWER_OK), EXPECT_CLOSE()};
    client_rig rig;
    canceller cancels = {0};
    weft_client *client;
    call_outcome first = {0}, second = {0};

    CHECK(rig_open(&rig, NULL, NULL));
    client = rig_client(&rig, &(weft_client_options){.on_request = cancel_in_request_hook, .hook_arg = &cancels});
    fault_server_play(rig.server, SCRIPT(steps), 1);
    ask(&rig, &first);
    CHECK(rig_run(&rig));
    weft_stromboli_get_metrics(client, NULL, on_text_outcome, &second); /* the hook runs within */
    CHECK_EQ(cancels.calls, 1);
    CHECK_EQ(second.count, 0);
    CHECK(rig_run(&rig));
    CHECK(was_cancelled(&rig, &second));
    CHECK(rig_end(&rig));
}

TEST(call_is_cancelled_in_its_response_hook)
{
    client_rig rig;
    canceller cancels = {0};
    call_outcome call = {0};

    CHECK(rig_open(&rig, NULL, &(weft_client_options){.on_response = cancel_in_response_hook, .hook_arg = &cancels}));
    fault_server_play(rig.server, SCRIPT(answers), 1);
    ask(&rig, &call);
    CHECK(rig_run(&rig));
    CHECK(was_cancelled(&rig, &call));
    CHECK_EQ(call.status, 200);
    CHECK(rig_end(&rig));
}

TEST(call_is_cancelled_in_its_retry_hook)
{
    client_rig rig;
    canceller cancels = {0};
    call_outcome call = {0};

    CHECK(rig_open(&rig, NULL, &(weft_client_options){.on_retry = cancel_in_retry_hook, .hook_arg = &cancels}));
    fault_server_play(rig.server, SCRIPT(unavailable), 1);
    weft_stromboli_get_metrics(rig.client, &(weft_call_options){.timeouts.total_ms = WEFT_NO_TIMEOUT}, on_text_outcome,
                               &call);
    CHECK(rig_run(&rig));
    CHECK(was_cancelled(&rig, &call));
    CHECK_EQ(cancels.calls, 1);
    CHECK(rig_end(&rig));
}

TEST(call_that_was_answered_is_not_cancelled_by_what_its_connection_is_used_for_next)
{
    static const script_step steps[] = {EXPECT("GET "), SEND(ANSWER_OK), EXPECT("GET "), SEND(ANSWER_OK)};
    client_rig rig;
    canceller cancels = {0};
    weft_client *client;
    call_outcome first = {0}, second = {0};

    CHECK(rig_open(&rig, &(weft_engine_options){.max_connections_per_origin = 1}, NULL));
    client = rig_client(&rig, &(weft_client_options){.on_request = cancel_in_request_hook, .hook_arg = &cancels});
    fault_server_play(rig.server, SCRIPT(steps), 1);
    cancels.other = weft_call_ref(ask(&rig, &first));
    weft_stromboli_get_metrics(client, NULL, on_text_outcome, &second);
    CHECK(rig_run(&rig));
    CHECK_EQ(cancels.calls, 1);
    CHECK_EQ(first.count, 1);
    CHECK_EQ(first.code, WEFT_OK);
    CHECK_EQ(second.code, WEFT_OK);
    weft_call_unref(cancels.other);
    CHECK(rig_end(&rig));
}

static void close_engine_in_hook(weft_call *call, weft_request *request, void *arg)
{
    client_rig *rig = arg;

    (void)call;
    (void)request;
    weft_engine_close(rig->engine, rig_engine_closed, rig);
}

TEST(engine_is_closed_in_a_request_hook)
{
    static const script_step closes[] = {EXPECT_CLOSE()};
    client_rig rig;
    weft_client *client;
    call_outcome calls[3] = {{0}};

    CHECK(rig_open(&rig, NULL, NULL));
    client = rig_client(&rig, &(weft_client_options){.on_request = close_engine_in_hook, .hook_arg = &rig});
    fault_server_play(rig.server, SCRIPT(closes), 0);
    for (int i = 0; i < 3; i++)
        weft_stromboli_get_metrics(client, NULL, on_text_outcome, &calls[i]);
    CHECK(rig_run(&rig));
    for (int i = 0; i < 3; i++) {
        CHECK_EQ(calls[i].count, 1);
        CHECK_EQ(calls[i].code, WEFT_E_CLOSED);
    }
    CHECK(rig_end(&rig));
}

static void close_client_in_response_hook(weft_call *call, void *arg)
{
    (void)call;
    weft_client_close(*(weft_client **)arg, NULL, NULL);
}

TEST(client_is_closed_in_a_response_hook)
{
    client_rig rig;
    weft_client *client;
    call_outcome call = {0};

    CHECK(rig_open(&rig, NULL, NULL));
    client =
        rig_client(&rig, &(weft_client_options){.on_response = close_client_in_response_hook, .hook_arg = &client});
    fault_server_play(rig.server, SCRIPT(answers), 1);
    weft_stromboli_get_metrics(client, NULL, on_text_outcome, &call);
    CHECK(rig_run(&rig));
    CHECK_EQ(call.count, 1);
    CHECK_EQ(call.code, WEFT_E_CLOSED);
    CHECK(rig_end(&rig));
}

static void close_client_in_retry_hook(weft_call *call, const weft_error *error, uint32_t delay_ms, void *arg)
{
    (void)call;
    (void)error;
    (void)delay_ms;
    weft_client_close(*(weft_client **)arg, NULL, NULL);
}

TEST(client_is_closed_in_a_retry_hook)
{
    client_rig rig;
    weft_client *client;
    call_outcome call = {0};

    CHECK(rig_open(&rig, NULL, NULL));
    client = rig_client(&rig, &(weft_client_options){.on_retry = close_client_in_retry_hook, .hook_arg = &client});
    fault_server_play(rig.server, SCRIPT(unavailable), 1);
    weft_stromboli_get_metrics(client, &(weft_call_options){.timeouts.total_ms = WEFT_NO_TIMEOUT}, on_text_outcome,
                               &call);
    CHECK(rig_run(&rig));
    CHECK_EQ(call.count, 1);
    CHECK_EQ(call.code, WEFT_E_CLOSED);
    CHECK(rig_end(&rig));
}

/* ---- streams ----------------------------------------------------------------------------------------------------- */

static void cancel_stream(stream_log *heard, weft_stream *stream)
{
    (void)heard;
    weft_stream_cancel(stream);
}

static const script_step streams[] = {EXPECT("GET /run/stream"), SEND(ANSWER_EVENTS "data: 1\n\ndata: 2\n\n"),
                                      EXPECT_CLOSE()};

static bool cancel_at(stream_log *stream)
{
    client_rig rig;
    bool ok;

    if (!rig_open(&rig, NULL, NULL))
        return false;
    fault_server_play(rig.server, SCRIPT(streams), 1);
    rig_stream(&rig, stream, NULL);
    ok = rig_run(&rig) && stream->ends == 1 && stream->code == WEFT_E_CANCELLED && rig_stats(&rig).streams_open == 0;
    return rig_end(&rig) && ok;
}

TEST(stream_is_cancelled_in_on_open)
{
    stream_log stream = {.at_open = cancel_stream};

    CHECK(cancel_at(&stream));
    CHECK_EQ(stream.events, 0);
}

TEST(stream_is_cancelled_in_on_event)
{
    stream_log stream = {.at_event = cancel_stream};

    CHECK(cancel_at(&stream));
    CHECK_EQ(stream.events, 1);
}

TEST(stream_is_cancelled_in_on_end_without_effect)
{
    static const script_step ends[] = {EXPECT("GET /run/stream"), SEND(ANSWER_EVENTS "event: done\ndata: x\n\n"),
                                       CLOSE()};
    client_rig rig;
    stream_log stream = {.at_end = cancel_stream};

    CHECK(rig_open(&rig, NULL, NULL));
    fault_server_play(rig.server, SCRIPT(ends), 1);
    rig_stream(&rig, &stream, NULL);
    CHECK(rig_run(&rig));
    CHECK_EQ(stream.ends, 1);
    CHECK_EQ(stream.code, WEFT_OK);
    CHECK(rig_end(&rig));
}

TEST(stream_is_cancelled_before_it_is_sent)
{
    client_rig rig;
    stream_log stream = {0};

    CHECK(rig_open(&rig, NULL, NULL));
    weft_stream_cancel(rig_stream(&rig, &stream, NULL));
    CHECK(rig_run(&rig));
    CHECK_EQ(stream.ends, 1);
    CHECK_EQ(stream.opens, 0);
    CHECK_EQ(stream.code, WEFT_E_CANCELLED);
    CHECK(rig_end(&rig));
}

TEST(stream_is_cancelled_by_its_call_as_well)
{
    client_rig rig;
    stream_log stream = {0};

    CHECK(rig_open(&rig, NULL, NULL));
    weft_call_cancel(weft_stream_get_call(rig_stream(&rig, &stream, NULL)));
    CHECK(rig_run(&rig));
    CHECK_EQ(stream.code, WEFT_E_CANCELLED);
    CHECK(rig_end(&rig));
}
