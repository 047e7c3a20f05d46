/* The five deadlines: each fires with its own code, none too early, and progress moves those of silence. */
#include "client_rig.h"
#include "clock.h"
#include "test.h"

/* None is told before the next millisecond, nor before the sockets were served once more. */
enum { LATE_MS = 2 };

static const script_step never_answers[] = {EXPECT("GET "), EXPECT_CLOSE()};
static const script_step never_answers_a_run[] = {EXPECT_RAW("POST /run"), HOLD()};
static const script_step answers_half[] = {EXPECT("GET "), SEND("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhe"),
                                           EXPECT_CLOSE()};

static const weft_client_options no_retries = {.retries.max_retries = WEFT_NO_RETRIES};

/* How long a call with `timeouts` took; -1 with the test failed when it was not reported once. */
static int64_t time_one(call_outcome *call, fault_script script, weft_timeouts timeouts)
{
    client_rig rig;
    uint64_t started;
    bool ok;

    if (!rig_open(&rig, NULL, &no_retries))
        return -1;
    test_clock_stop(&rig.loop);
    fault_server_play(rig.server, script, 1);
    started = rig_now_ms();
    weft_stromboli_get_metrics(rig.client, &(weft_call_options){.timeouts = timeouts}, on_text_outcome, call);
    ok = rig_run(&rig) && call->count == 1;
    return rig_end(&rig) && ok ? (int64_t)(call->at_ms - started) : -1;
}

/* ---- each of them ---------------------------------------------------------------------------------------------- */

TEST(first_byte_deadline_fires_when_no_answer_begins)
{
    call_outcome call = {0};
    int64_t took = time_one(&call, SCRIPT(never_answers), (weft_timeouts){.first_byte_ms = 60});

    CHECK_EQ(took, 60 + LATE_MS);
    CHECK_EQ(call.code, WEFT_E_TIMEOUT_FIRST_BYTE);
    CHECK_CONTAINS(call.message, "no answer within 60 ms of sending");
    CHECK_EQ(call.outcome, WEFT_OUTCOME_NOT_ACTED_ON); /* a GET */
    CHECK_EQ(call.details.attempts, 1);
}

TEST(idle_deadline_fires_when_an_answer_falls_silent)
{
    call_outcome call = {0};
    int64_t took = time_one(&call, SCRIPT(answers_half), (weft_timeouts){.idle_ms = 60});

    CHECK_EQ(took, 60 + LATE_MS);
    CHECK_EQ(call.code, WEFT_E_TIMEOUT_IDLE);
    CHECK_CONTAINS(call.message, "nothing came for 60 ms");
}

TEST(total_deadline_fires_before_an_answer)
{
    call_outcome call = {0};
    int64_t took = time_one(&call, SCRIPT(never_answers), (weft_timeouts){.total_ms = 60});

    CHECK_EQ(took, 60 + LATE_MS);
    CHECK_EQ(call.code, WEFT_E_TIMEOUT_TOTAL);
    CHECK_CONTAINS(call.message, "not done within 60 ms");
}

TEST(total_deadline_of_a_run_says_that_it_may_have_been_acted_on_and_no_more)
{
    client_rig rig;
    call_outcome call = {0};

    CHECK(rig_open(&rig, NULL, NULL));
    fault_server_play(rig.server, SCRIPT(never_answers_a_run), 1);
    weft_stromboli_run(rig.client, &(weft_stromboli_run_request){.prompt = "hi"},
                       &(weft_call_options){.timeouts.total_ms = 60}, on_stromboli_run_outcome, &call);
    CHECK(rig_run(&rig));
    CHECK_EQ(call.code, WEFT_E_TIMEOUT_TOTAL);
    CHECK_EQ(call.outcome, WEFT_OUTCOME_UNKNOWN);
    CHECK_CONTAINS(call.message, "not done within 60 ms; it may have been acted on");
    CHECK(!strstr(call.message, "sent again"));
    CHECK(rig_end(&rig));
}

TEST(total_deadline_fires_in_the_middle_of_an_answer)
{
    call_outcome call = {0};
    int64_t took = time_one(&call, SCRIPT(answers_half), (weft_timeouts){.total_ms = 60, .idle_ms = 5000});

    CHECK_EQ(took, 60 + LATE_MS);
    CHECK_EQ(call.code, WEFT_E_TIMEOUT_TOTAL);
}

TEST(connect_deadline_fires_when_nobody_accepts)
{
    client_rig rig;
    call_outcome call = {0};
    uint64_t started;

    CHECK(rig_open_on(&rig, &(fault_server_options){.deaf = true}, NULL, &no_retries));
    test_clock_stop(&rig.loop);
    started = rig_now_ms();
    weft_stromboli_get_metrics(rig.client, &(weft_call_options){.timeouts.connect_ms = 60}, on_text_outcome, &call);
    CHECK(rig_run(&rig));
    CHECK_EQ(call.at_ms - started, 60 + LATE_MS);
    CHECK_EQ(call.code, WEFT_E_TIMEOUT_CONNECT);
    CHECK_EQ(call.details.attempts, 1);
    CHECK_EQ(rig_stats(&rig).connections_open, 0);
    CHECK(rig_end(&rig));
}

TEST(queue_deadline_fires_when_no_connection_becomes_free)
{
    client_rig rig;
    call_outcome first = {0}, second = {0};
    uint64_t started;

    CHECK(rig_open(&rig, &(weft_engine_options){.max_connections_per_origin = 1}, &no_retries));
    fault_server_play(rig.server, SCRIPT(never_answers), 1);
    weft_stromboli_get_metrics(rig.client, &(weft_call_options){.timeouts.total_ms = 200}, on_text_outcome, &first);
    test_clock_stop(&rig.loop);
    started = rig_now_ms();
    weft_stromboli_get_metrics(rig.client, &(weft_call_options){.timeouts.queue_ms = 60}, on_text_outcome, &second);
    CHECK(rig_run(&rig));
    CHECK_EQ(second.at_ms - started, 60 + LATE_MS);
    CHECK_EQ(second.code, WEFT_E_TIMEOUT_QUEUE);
    CHECK_EQ(second.order, 1);
    CHECK_EQ(second.details.attempts, 0);
    CHECK_EQ(first.code, WEFT_E_TIMEOUT_TOTAL);
    CHECK_EQ(fault_server_request_count(rig.server), 1);
    CHECK_EQ(rig_stats(&rig).calls_queued, 0);
    CHECK(rig_end(&rig));
}

static void release_waiting(void *arg)
{
    fault_server_release(arg);
}

TEST(queueing_does_not_count_against_the_other_deadlines)
{
    static const script_step slow_then_quick[] = {EXPECT("GET "), WAIT(), SEND(ANSWER_OK), EXPECT("GET "),
                                                  SEND(ANSWER_OK)};
    client_rig rig;
    call_outcome first = {0}, second = {0};

    CHECK(rig_open(&rig, &(weft_engine_options){.max_connections_per_origin = 1}, &no_retries));
    fault_server_play(rig.server, SCRIPT(slow_then_quick), 1);
    weft_stromboli_get_metrics(rig.client, NULL, on_text_outcome, &first);
    weft_stromboli_get_metrics(rig.client, &(weft_call_options){.timeouts = {.connect_ms = 50, .first_byte_ms = 50}},
                               on_text_outcome, &second);
    rig_later(&rig, 150, release_waiting, rig.server);
    CHECK(rig_run(&rig));
    CHECK_EQ(first.code, WEFT_OK);
    CHECK_EQ(second.code, WEFT_OK);
    CHECK(rig_end(&rig));
}

/* ---- progress ---------------------------------------------------------------------------------------------------- */

/* Releases the server's waiting connection every 30 ms, as long as there is one. */
static void release_again(void *arg)
{
    client_rig *rig = arg;

    if (!rig->engine || fault_server_waiting_count(rig->server) == 0)
        return;
    fault_server_release(rig->server);
    rig_later(rig, 30, release_again, rig);
}

static bool run_with_releases(client_rig *rig)
{
    rig_later(rig, 30, release_again, rig);
    return rig_run(rig);
}

TEST(bytes_of_a_body_move_the_idle_deadline)
{
    static const script_step trickles[] = {EXPECT("GET "), SEND("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n"),
                                           WAIT(),         SEND("a"),
                                           WAIT(),         SEND("b"),
                                           WAIT(),         SEND("c"),
                                           WAIT(),         SEND("d")};
    client_rig rig;
    call_outcome call = {0};

    CHECK(rig_open(&rig, NULL, &no_retries));
    fault_server_play(rig.server, SCRIPT(trickles), 1);
    weft_stromboli_get_metrics(rig.client, &(weft_call_options){.timeouts.idle_ms = 80}, on_text_outcome, &call);
    CHECK(run_with_releases(&rig));
    CHECK_EQ(call.code, WEFT_OK);
    CHECK_STR(call.text, "abcd");
    CHECK(rig_end(&rig));
}

TEST(bytes_of_a_head_move_the_idle_deadline)
{
    static const script_step trickles[] = {EXPECT("GET "), SEND("HTTP/1.1 "), WAIT(), SEND("200 OK\r\n"),
                                           WAIT(),         SEND("A: b\r\n"),  WAIT(), SEND("Content-Length: 0\r\n"),
                                           WAIT(),         SEND("\r\n")};
    client_rig rig;
    call_outcome call = {0};

    CHECK(rig_open(&rig, NULL, &no_retries));
    fault_server_play(rig.server, SCRIPT(trickles), 1);
    weft_stromboli_get_metrics(rig.client, &(weft_call_options){.timeouts.idle_ms = 80}, on_text_outcome, &call);
    CHECK(run_with_releases(&rig));
    CHECK_EQ(call.code, WEFT_OK);
    CHECK(rig_end(&rig));
}

TEST(comments_of_a_stream_move_the_idle_deadline)
{
    static const script_step trickles[] = {EXPECT("GET "), SEND(ANSWER_EVENTS),
                                           WAIT(),         SEND(":\n"),
                                           WAIT(),         SEND(":\n"),
                                           WAIT(),         SEND(":\n"),
                                           WAIT(),         SEND("event: done\ndata: x\n\n"),
                                           CLOSE()};
    client_rig rig;
    stream_log stream = {0};

    CHECK(rig_open(&rig, NULL, &no_retries));
    fault_server_play(rig.server, SCRIPT(trickles), 1);
    rig_stream(&rig, &stream, &(weft_call_options){.timeouts.idle_ms = 80});
    CHECK(run_with_releases(&rig));
    CHECK_EQ(stream.code, WEFT_OK);
    CHECK(rig_end(&rig));
}

TEST(idle_deadline_fires_when_a_server_stops_reading_the_request)
{
    static char bytes[16 << 20];
    client_rig rig;
    call_outcome call = {0};

    CHECK(rig_open(&rig, NULL, &no_retries));
    fault_server_play(rig.server, SCRIPT(never_answers_a_run), 1);
    weft_http_send(
        rig.client,
        &(weft_http_request){.method = "POST", .path = "/run", .body = {.bytes = bytes, .bytes_len = sizeof(bytes)}},
        &(weft_call_options){.timeouts = {.idle_ms = 60, .first_byte_ms = 20}}, on_http_outcome, &call);
    CHECK(rig_run(&rig));
    CHECK_EQ(call.code, WEFT_E_TIMEOUT_IDLE);
    CHECK_EQ(call.outcome, WEFT_OUTCOME_UNKNOWN);
    CHECK(rig_end(&rig));
}

/* ---- defaults ---------------------------------------------------------------------------------------------------- */

TEST(deadlines_of_a_client_hold_for_its_calls_and_can_be_switched_off_for_one)
{
    client_rig rig;
    call_outcome first = {0}, second = {0};

    CHECK(rig_open(&rig, NULL,
                   &(weft_client_options){.timeouts = {.first_byte_ms = 40, .total_ms = 5000},
                                          .retries.max_retries = WEFT_NO_RETRIES}));
    fault_server_play(rig.server, SCRIPT(never_answers), 2);
    weft_stromboli_get_metrics(rig.client, NULL, on_text_outcome, &first);
    weft_stromboli_get_metrics(rig.client,
                               &(weft_call_options){.timeouts = {.first_byte_ms = WEFT_NO_TIMEOUT, .total_ms = 120}},
                               on_text_outcome, &second);
    CHECK(rig_run(&rig));
    CHECK_EQ(first.code, WEFT_E_TIMEOUT_FIRST_BYTE);
    CHECK_EQ(second.code, WEFT_E_TIMEOUT_TOTAL);
    CHECK(rig_end(&rig));
}

static void cancel_stream(void *arg)
{
    weft_stream_cancel(((stream_log *)arg)->stream);
}

TEST(stream_has_no_deadline_but_the_one_for_connecting)
{
    static const script_step silent[] = {EXPECT("GET "), EXPECT_CLOSE()};
    client_rig rig;
    stream_log stream = {0};

    /* The deadlines of calls are not those of streams. */
    CHECK(rig_open(&rig, NULL, &(weft_client_options){.timeouts = {.first_byte_ms = 20, .total_ms = 20}}));
    fault_server_play(rig.server, SCRIPT(silent), 1);
    rig_stream(&rig, &stream, NULL);
    rig_later(&rig, 120, cancel_stream, &stream);
    CHECK(rig_run(&rig));
    CHECK_EQ(stream.code, WEFT_E_CANCELLED);
    CHECK(rig_end(&rig));
}

TEST(deadlines_of_streams_are_set_for_themselves)
{
    static const script_step silent[] = {EXPECT("GET "), SEND(ANSWER_EVENTS "data: 1\n\n"), EXPECT_CLOSE()};
    client_rig rig;
    stream_log stream = {0};

    CHECK(rig_open(&rig, NULL, &(weft_client_options){.stream_timeouts.idle_ms = 50}));
    fault_server_play(rig.server, SCRIPT(silent), 1);
    rig_stream(&rig, &stream, NULL);
    CHECK(rig_run(&rig));
    CHECK_EQ(stream.events, 1);
    CHECK_EQ(stream.code, WEFT_E_TIMEOUT_IDLE);
    CHECK(rig_end(&rig));
}

/* ---- retries ----------------------------------------------------------------------------------------------------- */

TEST(total_deadline_spans_all_attempts)
{
    client_rig rig;
    call_outcome call = {0};
    uint64_t started;

    CHECK(rig_open(&rig, NULL,
                   &(weft_client_options){.retries = {.max_retries = 50, .first_backoff_ms = 1, .max_backoff_ms = 1}}));
    fault_server_play(rig.server, SCRIPT(never_answers), 0);
    test_clock_stop(&rig.loop);
    started = rig_now_ms();
    weft_stromboli_get_metrics(rig.client, &(weft_call_options){.timeouts = {.first_byte_ms = 70, .total_ms = 200}},
                               on_text_outcome, &call);
    CHECK(rig_run(&rig));
    CHECK_EQ(call.code, WEFT_E_TIMEOUT_TOTAL);
    CHECK_EQ(call.at_ms - started, 200 + LATE_MS);
    CHECK_EQ(call.details.attempts, 3);
    CHECK_EQ(call.details.attempts, fault_server_request_count(rig.server));
    CHECK(rig_end(&rig));
}

TEST(deadlines_of_many_calls_fire_each_at_its_own_time)
{
    enum { CALLS = 50 };
    client_rig rig;
    call_outcome calls[CALLS] = {{0}};
    uint64_t started;

    CHECK(rig_open(&rig, NULL, &no_retries));
    fault_server_play(rig.server, SCRIPT(never_answers), 0);
    test_clock_stop(&rig.loop);
    started = rig_now_ms();
    for (uint32_t i = 0; i < CALLS; i++)
        weft_stromboli_get_metrics(rig.client, &(weft_call_options){.timeouts.total_ms = 200 - 3 * i}, on_text_outcome,
                                   &calls[i]);
    CHECK(rig_run(&rig));
    for (uint32_t i = 0; i < CALLS; i++) {
        CHECK_EQ(calls[i].code, WEFT_E_TIMEOUT_TOTAL);
        CHECK_EQ(calls[i].at_ms - started, 200 - 3 * i + LATE_MS);
    }
    CHECK(calls[CALLS - 1].order < calls[0].order);
    CHECK(rig_end(&rig));
}

typedef struct blocker {
    uv_check_t check; /* runs right after the sockets were served */
    client_rig *rig;
} blocker;

static void block_once_it_is_answered(uv_check_t *check)
{
    blocker *blocking = check->data;
    uint64_t until = rig_now_ms() + 150;

    if (fault_server_request_count(blocking->rig->server) == 0)
        return;
    uv_close((uv_handle_t *)check, NULL);
    while (rig_now_ms() < until)
        ;
}

TEST(answer_that_came_while_the_loop_was_blocked_is_not_taken_for_silence)
{
    static const script_step quick[] = {EXPECT("GET "), SEND(ANSWER_OK)};
    client_rig rig;
    blocker blocking = {.rig = &rig};
    call_outcome call = {0};

    CHECK(rig_open(&rig, NULL, &no_retries));
    fault_server_play(rig.server, SCRIPT(quick), 1);
    uv_check_init(&rig.loop.uv, &blocking.check);
    blocking.check.data = &blocking;
    uv_check_start(&blocking.check, block_once_it_is_answered);
    weft_stromboli_get_metrics(rig.client, &(weft_call_options){.timeouts = {.first_byte_ms = 60, .total_ms = 100}},
                               on_text_outcome, &call);
    CHECK(rig_run(&rig));
    CHECK_EQ(call.code, WEFT_OK);
    CHECK(rig_end(&rig));
}
