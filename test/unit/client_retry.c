/* What is asked again and what never is, when, and how often. The server counts. */
#include <stdio.h>

#include "client_rig.h"
#include "clock.h"
#include "test.h"

static const weft_client_options quick = {.retries = {.first_backoff_ms = 1, .max_backoff_ms = 2}};

static const script_step answers[] = {EXPECT(" HTTP/1.1"), SEND(ANSWER_OK)};
static const script_step answers_always[] = {EXPECT(" HTTP/1.1"), SEND(ANSWER_OK), REPEAT()};
static const script_step runs[] = {EXPECT("POST /run"), SEND(ANSWER_RUN)};
static const script_step lost[] = {EXPECT(" HTTP/1.1"), CLOSE()};
static const script_step lost_in_the_middle[] = {EXPECT(" HTTP/1.1"),
                                                 SEND("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhe"), CLOSE()};
static const script_step silent[] = {EXPECT(" HTTP/1.1"), EXPECT_CLOSE()};

#define STATUS(number)                                                                                                 \
    {                                                                                                                  \
        EXPECT(" HTTP/1.1"), SEND("HTTP/1.1 " #number " x\r\nContent-Length: 0\r\n\r\n"), REPEAT()                     \
    }
static const script_step status_408[] = STATUS(408), status_429[] = STATUS(429), status_500[] = STATUS(500),
                         status_502[] = STATUS(502), status_503[] = STATUS(503), status_504[] = STATUS(504);

/* A server's own word that it did not begin; a proxy's 503 has none. */
static const script_step status_503_for_now[] = {
    EXPECT(" HTTP/1.1"), SEND("HTTP/1.1 503 x\r\nRetry-After: 0\r\nContent-Length: 0\r\n\r\n"), REPEAT()};

static void ask(client_rig *rig, call_outcome *call)
{
    weft_stromboli_get_metrics(rig->client, NULL, on_text_outcome, call);
}

static void run(client_rig *rig, call_outcome *call)
{
    weft_stromboli_run(rig->client, &(weft_stromboli_run_request){.prompt = "hi"}, NULL, on_stromboli_run_outcome,
                       call);
}

static uint64_t asked_ms; /* when count_requests began */

/* How many requests a server got that plays `script` for every connection. 0 when something went amiss. */
static size_t count_requests(fault_script script, bool is_run, const weft_client_options *options, call_outcome *call)
{
    client_rig rig;
    size_t count;

    if (!rig_open(&rig, NULL, options))
        return 0;
    test_clock_stop(&rig.loop);
    asked_ms = rig_now_ms();
    fault_server_play(rig.server, script, 0);
    (is_run ? run : ask)(&rig, call);
    if (!rig_run(&rig) || call->count != 1)
        return 0;
    count = fault_server_request_count(rig.server);
    return rig_end(&rig) ? count : 0;
}

static void cancel_in_hook(weft_call *call, const weft_error *error, uint32_t delay_ms, void *arg)
{
    (void)error;
    (void)delay_ms;
    (void)arg;
    weft_call_cancel(call);
}

/* ---- what -------------------------------------------------------------------------------------------------------- */

TEST(question_is_repeated_twice_by_default)
{
    call_outcome call = {0};

    CHECK_EQ(count_requests(SCRIPT(lost), false, &quick, &call), 3);
    CHECK_EQ(call.code, WEFT_E_CONNECTION_LOST);
    CHECK_EQ(call.details.attempts, 3);
    CHECK_EQ(call.outcome, WEFT_OUTCOME_NOT_ACTED_ON);
}

TEST(error_says_how_many_attempts_were_made)
{
    static const script_step refused[] = {EXPECT("GET /metrics"), SEND("HTTP/1.1 400 No\r\n\r\nwhat?"), CLOSE()};
    static const script_step busy[] = {EXPECT("GET /metrics"), SEND("HTTP/1.1 503 No\r\n\r\nbusy"), CLOSE()};
    weft_client_options dead = quick;
    call_outcome call = {0};
    char url[64];

    CHECK_EQ(count_requests(SCRIPT(busy), false, &quick, &call), 3);
    CHECK_CONTAINS(call.message, "/metrics: 503 Service Unavailable: busy; after 3 attempts");
    CHECK_EQ(call.code, WEFT_E_UNAVAILABLE);
    CHECK_STR(call.text, "busy");
    call = (call_outcome){0};
    CHECK_EQ(count_requests(SCRIPT(refused), false, &quick, &call), 1);
    CHECK_CONTAINS(call.message, ": 400 Bad Request: what?");
    CHECK(!strstr(call.message, "attempt"));
    /* Connections that were not made count, too. */
    snprintf(url, sizeof(url), "http://127.0.0.1:%d", fault_server_dead_port());
    dead.base_url = url;
    call = (call_outcome){0};
    CHECK_EQ(count_requests(SCRIPT(busy), true, &dead, &call), 0);
    CHECK_CONTAINS(call.message, "; after 3 attempts");
}

TEST(attempt_that_was_not_begun_does_not_count)
{
    static const script_step busy[] = {EXPECT("GET /metrics"),
                                       SEND("HTTP/1.1 503 No\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n")};
    call_outcome call = {0};
    client_rig rig;
    weft_call *it;

    CHECK(rig_open(&rig, NULL, &(weft_client_options){.on_retry = cancel_in_hook}));
    fault_server_play(rig.server, SCRIPT(busy), 1);
    it = weft_stromboli_get_metrics(rig.client, NULL, on_text_outcome, &call);
    CHECK(it);
    CHECK(rig_run(&rig));
    CHECK_EQ(call.code, WEFT_E_CANCELLED);
    CHECK(!strstr(call.message, "attempt"));
    CHECK(rig_end(&rig));
}

TEST(question_is_repeated_after_what_may_pass)
{
    static const struct {
        fault_script script;
        weft_code code;
    } cases[] = {
        {{lost_in_the_middle, 3}, WEFT_E_CONNECTION_LOST},
        {{status_408, 3}, WEFT_E_REQUEST_TIMEOUT},
        {{status_429, 3}, WEFT_E_RATE_LIMITED},
        {{status_502, 3}, WEFT_E_SERVER_ERROR},
        {{status_503, 3}, WEFT_E_UNAVAILABLE},
        {{status_504, 3}, WEFT_E_SERVER_ERROR},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        call_outcome call = {0};

        CHECK_EQ(count_requests(cases[i].script, false, &quick, &call), 3);
        CHECK_EQ(call.code, cases[i].code);
    }
}

TEST(question_is_repeated_after_deadlines_of_its_attempts)
{
    weft_client_options options = quick;
    call_outcome call = {0};

    options.timeouts.first_byte_ms = 20;
    CHECK_EQ(count_requests(SCRIPT(silent), false, &options, &call), 3);
    CHECK_EQ(call.code, WEFT_E_TIMEOUT_FIRST_BYTE);
}

TEST(question_is_not_repeated_after_an_answer_that_is_final)
{
    call_outcome call = {0};

    CHECK_EQ(count_requests(SCRIPT(status_500), false, &quick, &call), 1);
    CHECK_EQ(call.code, WEFT_E_SERVER_ERROR);
}

TEST(run_that_may_have_been_acted_on_is_never_repeated)
{
    static const struct {
        fault_script script;
        weft_code code;
        weft_outcome outcome;
    } cases[] = {
        {{lost, 2}, WEFT_E_CONNECTION_LOST, WEFT_OUTCOME_UNKNOWN},
        {{lost_in_the_middle, 3}, WEFT_E_CONNECTION_LOST, WEFT_OUTCOME_ACTED_ON},
        {{silent, 2}, WEFT_E_TIMEOUT_FIRST_BYTE, WEFT_OUTCOME_UNKNOWN},
        {{status_408, 3}, WEFT_E_REQUEST_TIMEOUT, WEFT_OUTCOME_UNKNOWN},
        {{status_500, 3}, WEFT_E_SERVER_ERROR, WEFT_OUTCOME_UNKNOWN},
        {{status_502, 3}, WEFT_E_SERVER_ERROR, WEFT_OUTCOME_UNKNOWN},
        {{status_503, 3}, WEFT_E_UNAVAILABLE, WEFT_OUTCOME_UNKNOWN},
        {{status_504, 3}, WEFT_E_SERVER_ERROR, WEFT_OUTCOME_UNKNOWN},
    };
    weft_client_options options = quick;

    options.timeouts.first_byte_ms = 50;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        call_outcome call = {0};

        CHECK_EQ(count_requests(cases[i].script, true, &options, &call), 1);
        CHECK_EQ(call.code, cases[i].code);
        CHECK_EQ(call.outcome, cases[i].outcome);
    }
}

TEST(run_that_the_server_turned_away_is_repeated)
{
    static const fault_script scripts[] = {{status_429, 3}, {status_503_for_now, 3}};

    for (size_t i = 0; i < 2; i++) {
        call_outcome call = {0};

        CHECK_EQ(count_requests(scripts[i], true, &quick, &call), 3);
        CHECK_EQ(call.outcome, WEFT_OUTCOME_NOT_ACTED_ON);
    }
}

static void listen_at_last(void *arg);

typedef struct late_server {
    client_rig *rig;
    fault_server *server;
    int port;
} late_server;

static void listen_at_last(void *arg)
{
    late_server *late = arg;

    late->server = fault_server_start(&late->rig->loop, &(fault_server_options){.port = late->port});
    if (late->server)
        fault_server_play(late->server, SCRIPT(runs), 1);
}

TEST(run_that_was_never_connected_is_repeated)
{
    client_rig rig;
    late_server late = {.rig = &rig, .port = fault_server_dead_port()};
    weft_client_options options = {.retries = {.max_retries = 100, .first_backoff_ms = 5, .max_backoff_ms = 5}};
    weft_client *client;
    call_outcome call = {0};
    char url[64];

    CHECK(rig_open(&rig, NULL, NULL));
    snprintf(url, sizeof(url), "http://127.0.0.1:%d", late.port);
    options.base_url = url;
    client = rig_client(&rig, &options);
    weft_stromboli_run(client, &(weft_stromboli_run_request){.prompt = "hi"}, NULL, on_stromboli_run_outcome, &call);
    rig_later(&rig, 50, listen_at_last, &late);
    CHECK(rig_run(&rig));
    CHECK_EQ(call.code, WEFT_OK);
    CHECK(call.details.attempts > 1);
    CHECK_EQ(fault_server_request_count(late.server), 1);
    weft_engine_close(rig.engine, rig_engine_closed, &rig);
    CHECK(rig_run(&rig));
    CHECK(fault_server_stop(late.server));
    CHECK(rig_end(&rig));
}

/* ---- how often --------------------------------------------------------------------------------------------------- */

TEST(retries_can_be_switched_off)
{
    weft_client_options options = {.retries.max_retries = WEFT_NO_RETRIES};
    call_outcome call = {0};

    CHECK_EQ(count_requests(SCRIPT(status_503), false, &options, &call), 1);
}

TEST(retries_can_be_set_for_one_call)
{
    client_rig rig;
    call_outcome none = {0}, four = {0};

    CHECK(rig_open(&rig, NULL, &quick));
    fault_server_play(rig.server, SCRIPT(status_503), 0);
    weft_stromboli_get_metrics(rig.client, &(weft_call_options){.max_retries = WEFT_NO_RETRIES}, on_text_outcome,
                               &none);
    CHECK(rig_run(&rig));
    CHECK_EQ(none.details.attempts, 1);
    weft_stromboli_get_metrics(rig.client, &(weft_call_options){.max_retries = 4}, on_text_outcome, &four);
    CHECK(rig_run(&rig));
    CHECK_EQ(four.details.attempts, 5);
    CHECK(rig_end(&rig));
}

TEST(retry_that_succeeds_leaves_nothing_of_the_failure)
{
    static const script_step fails_then_answers[] = {
        EXPECT("GET /metrics"), SEND("HTTP/1.1 503 x\r\nX-Old: 1\r\nContent-Length: 4\r\n\r\nbusy"),
        EXPECT("GET /metrics"), SEND("HTTP/1.1 200 OK\r\nX-New: 1\r\nContent-Length: 2\r\n\r\nok")};
    client_rig rig;
    call_outcome call = {0};
    weft_call *handle;

    CHECK(rig_open(&rig, NULL, &quick));
    fault_server_play(rig.server, SCRIPT(fails_then_answers), 1);
    handle = weft_call_ref(weft_stromboli_get_metrics(rig.client, NULL, on_text_outcome, &call));
    CHECK(rig_run(&rig));
    CHECK_EQ(call.code, WEFT_OK);
    CHECK_STR(call.text, "ok");
    CHECK_EQ(call.details.attempts, 2);
    CHECK(!weft_call_get_header(handle, "x-old").ptr);
    CHECK_STR(weft_call_get_header(handle, "x-new").ptr, "1");
    CHECK_STR(fault_server_request(rig.server, 1, NULL), fault_server_request(rig.server, 0, NULL));
    weft_call_unref(handle);
    CHECK(rig_end(&rig));
}

static unsigned calls_without_budget;

static void count_without_budget(call_outcome *outcome, weft_call *call)
{
    (void)call;
    if (strstr(outcome->message, "; not tried again: too many attempts at this server have failed of late"))
        calls_without_budget++;
}

TEST(retries_of_many_calls_have_a_budget)
{
    enum { CALLS = 1000 };
    client_rig rig;
    call_outcome all = {.then = count_without_budget};

    CHECK(rig_open(&rig, &(weft_engine_options){.max_connections_per_origin = 10}, &quick));
    fault_server_play(rig.server, SCRIPT(status_502), 0);
    for (int i = 0; i < CALLS; i++)
        ask(&rig, &all);
    CHECK(rig_run(&rig));
    CHECK_EQ(all.count, CALLS);
    /* A hundred at once, and one for ten calls. */
    CHECK(fault_server_request_count(rig.server) >= CALLS + 100);
    CHECK(fault_server_request_count(rig.server) <= CALLS + 201);
    CHECK_CONTAINS(all.message, "502 Bad Gateway");
    CHECK(calls_without_budget >= CALLS - 201); /* and each of them says why it was not tried again */
    CHECK(rig_end(&rig));
}

/* ---- when -------------------------------------------------------------------------------------------------------- */

TEST(back_off_is_a_random_part_of_a_ceiling_that_doubles)
{
    weft_client_options options = {.retries = {.max_retries = 5, .first_backoff_ms = 20, .max_backoff_ms = 50}};
    call_outcome call = {0};

    CHECK_EQ(count_requests(SCRIPT(status_502), false, &options, &call), 6);
    CHECK(call.at_ms - asked_ms <= 20 + 40 + 50 + 50 + 50 + 5); /* what a delay begins in is not counted */
}

TEST(retry_that_would_pass_the_total_deadline_is_not_begun)
{
    weft_client_options options = {.timeouts.total_ms = 2000,
                                   .retries = {.first_backoff_ms = 1000000, .max_backoff_ms = 1000000}};
    call_outcome call = {0};

    CHECK_EQ(count_requests(SCRIPT(status_502), false, &options, &call), 1);
    CHECK_EQ(call.code, WEFT_E_SERVER_ERROR); /* what happened, not that there is no time */
    CHECK_EQ(call.at_ms, asked_ms);
}

TEST(retry_after_is_waited_for)
{
    static const script_step later[] = {EXPECT("GET "),
                                        SEND("HTTP/1.1 429 x\r\nRetry-After-Ms: 80\r\nContent-Length: 0\r\n\r\n"),
                                        EXPECT("GET "), SEND(ANSWER_OK)};
    client_rig rig;
    call_outcome call = {0};
    uint64_t started;

    CHECK(rig_open(&rig, NULL, &quick));
    fault_server_play(rig.server, SCRIPT(later), 1);
    test_clock_stop(&rig.loop);
    started = rig_now_ms();
    ask(&rig, &call);
    CHECK(rig_run(&rig));
    CHECK_EQ(call.code, WEFT_OK);
    CHECK_EQ(call.at_ms - started, 81);
    CHECK(rig_end(&rig));
}

TEST(retry_after_holds_back_the_whole_client)
{
    static const script_step later[] = {
        EXPECT("GET "), SEND("HTTP/1.1 429 x\r\nRetry-After-Ms: 150\r\nContent-Length: 0\r\n\r\n"),
        EXPECT("GET "), SEND(ANSWER_OK),
        EXPECT("GET "), SEND(ANSWER_OK),
        EXPECT("GET "), SEND(ANSWER_OK)};
    client_rig rig;
    weft_client *other;
    call_outcome first = {0}, queued = {0}, submitted = {0}, others = {0};
    uint64_t started;

    CHECK(rig_open(&rig, &(weft_engine_options){.max_connections_per_origin = 1}, &quick));
    other = rig_client(&rig, NULL);
    fault_server_play(rig.server, SCRIPT(later), 1);
    test_clock_stop(&rig.loop);
    started = rig_now_ms();
    weft_stromboli_get_metrics(rig.client, &(weft_call_options){.max_retries = WEFT_NO_RETRIES}, on_text_outcome,
                               &first);
    ask(&rig, &queued);
    CHECK_UNTIL(&rig.loop, first.count > 0);
    ask(&rig, &submitted);
    weft_stromboli_get_metrics(other, NULL, on_text_outcome, &others);
    CHECK(rig_run(&rig));
    CHECK_EQ(first.code, WEFT_E_RATE_LIMITED);
    CHECK_EQ(first.retry_after_ms, 150);
    CHECK_EQ(queued.code, WEFT_OK);
    CHECK_EQ(submitted.code, WEFT_OK);
    CHECK_EQ(queued.at_ms - started, 151);
    CHECK_EQ(submitted.at_ms - started, 151);
    CHECK_EQ(others.at_ms, started); /* another client's account is not ours */
    CHECK_EQ(others.order, 2);
    CHECK_EQ(queued.order, 3);
    CHECK_EQ(submitted.order, 4);
    CHECK(rig_end(&rig));
}

/* Has the server ask for a pause of the rig's client, in an answer to `call`. */
static bool ask_for_pause(client_rig *rig, fault_script script, call_outcome *call)
{
    fault_server_play(rig->server, script, 1);
    weft_stromboli_get_metrics(rig->client, &(weft_call_options){.max_retries = WEFT_NO_RETRIES}, on_text_outcome,
                               call);
    UNTIL_OR(&rig->loop, call->count > 0, return false);
    return call->code == WEFT_E_RATE_LIMITED;
}

TEST(calls_that_are_held_back_count_as_queued)
{
    static const script_step later[] = {
        EXPECT("GET "), SEND("HTTP/1.1 429 x\r\nRetry-After-Ms: 100\r\nContent-Length: 0\r\n\r\n"),
        EXPECT("GET "), SEND(ANSWER_OK),
        EXPECT("GET "), SEND(ANSWER_OK),
        EXPECT("GET "), SEND(ANSWER_OK)};
    client_rig rig;
    call_outcome first = {0}, held[4] = {{0}};

    CHECK(rig_open(&rig, &(weft_engine_options){.max_connections_per_origin = 1, .max_queued_per_origin = 2}, &quick));
    CHECK(ask_for_pause(&rig, SCRIPT(later), &first));
    CHECK_EQ(rig_stats(&rig).calls_queued, 0);
    for (int i = 0; i < 4; i++)
        ask(&rig, &held[i]);
    /* Three, as without a pause: one of them would have the connection. */
    CHECK_EQ(rig_stats(&rig).calls_queued, 3);
    test_loop_turn(&rig.loop);
    CHECK_EQ(held[3].code, WEFT_E_QUEUE_FULL);
    CHECK_CONTAINS(held[3].message, "2 calls wait");
    CHECK(rig_run(&rig));
    for (unsigned i = 0; i < 3; i++) {
        CHECK_EQ(held[i].code, WEFT_OK);
        CHECK_EQ(held[i].order, i + 3); /* the one that was refused was the second */
    }
    CHECK_EQ(rig_stats(&rig).calls_queued, 0);
    CHECK(rig_end(&rig));
}

TEST(deadline_of_the_queue_runs_while_a_call_is_held_back)
{
    static const script_step later[] = {EXPECT("GET "),
                                        SEND("HTTP/1.1 429 x\r\nRetry-After-Ms: 5000\r\nContent-Length: 0\r\n\r\n")};
    client_rig rig;
    call_outcome first = {0}, held = {0}, cancelled = {0};
    weft_call *other;
    uint64_t started;

    CHECK(rig_open(&rig, NULL, &quick));
    CHECK(ask_for_pause(&rig, SCRIPT(later), &first));
    test_clock_stop(&rig.loop);
    started = rig_now_ms();
    weft_stromboli_get_metrics(rig.client, &(weft_call_options){.timeouts.queue_ms = 50}, on_text_outcome, &held);
    other = weft_stromboli_get_metrics(rig.client, NULL, on_text_outcome, &cancelled);
    CHECK_UNTIL(&rig.loop, held.count > 0);
    CHECK_EQ(held.code, WEFT_E_TIMEOUT_QUEUE);
    CHECK_CONTAINS(held.message, "the pause that the server asked for did not end within 50 ms");
    CHECK_EQ(held.at_ms - started, 52);
    CHECK_EQ(rig_stats(&rig).calls_queued, 1);
    weft_call_cancel(other);
    CHECK_EQ(rig_stats(&rig).calls_queued, 0);
    CHECK(rig_run(&rig));
    CHECK_EQ(cancelled.code, WEFT_E_CANCELLED);
    CHECK(rig_end(&rig));
}

TEST(call_that_was_queued_before_a_pause_keeps_its_deadline_and_its_place)
{
    static const script_step later[] = {
        EXPECT("GET "), WAIT(),          SEND("HTTP/1.1 429 x\r\nRetry-After-Ms: 150\r\nContent-Length: 0\r\n\r\n"),
        EXPECT("GET "), SEND(ANSWER_OK), EXPECT("GET "),
        SEND(ANSWER_OK)};
    client_rig rig;
    call_outcome first = {0}, hasty = {0}, patient = {0}, late = {0};

    CHECK(rig_open(&rig, &(weft_engine_options){.max_connections_per_origin = 1}, &quick));
    fault_server_play(rig.server, SCRIPT(later), 1);
    weft_stromboli_get_metrics(rig.client, &(weft_call_options){.max_retries = WEFT_NO_RETRIES}, on_text_outcome,
                               &first);
    weft_stromboli_get_metrics(rig.client, &(weft_call_options){.timeouts.queue_ms = 60}, on_text_outcome, &hasty);
    weft_stromboli_get_metrics(rig.client, &(weft_call_options){.timeouts.queue_ms = 10000}, on_text_outcome, &patient);
    CHECK_UNTIL(&rig.loop, fault_server_waiting_count(rig.server) > 0);
    fault_server_release(rig.server);
    CHECK_UNTIL(&rig.loop, first.count > 0);
    ask(&rig, &late);
    CHECK(rig_run(&rig));
    CHECK_EQ(hasty.code, WEFT_E_TIMEOUT_QUEUE);
    CHECK_EQ(patient.code, WEFT_OK);
    CHECK_EQ(late.code, WEFT_OK);
    CHECK(patient.order < late.order);
    CHECK(rig_end(&rig));
}

/* What the callback of the refused call goes on with, and how the refused one ended. */
typedef struct goes_on {
    client_rig *rig;
    call_outcome refused, next;
} goes_on;

static void on_refused(weft_call *call, const weft_error *error, const weft_str *text, void *arg)
{
    goes_on *it = arg;

    on_text_outcome(call, error, text, &it->refused);
    ask(it->rig, &it->next);
}

TEST(call_that_a_refused_ones_callback_submits_goes_behind_those_before_it)
{
    static const script_step later[] = {
        EXPECT("GET "), SEND("HTTP/1.1 429 x\r\nRetry-After-Ms: 150\r\nContent-Length: 0\r\n\r\n"),
        EXPECT("GET "), SEND(ANSWER_OK),
        EXPECT("GET "), SEND(ANSWER_OK),
        EXPECT("GET "), SEND(ANSWER_OK)};
    client_rig rig;
    goes_on it = {.rig = &rig};
    call_outcome second = {0}, third = {0};

    CHECK(rig_open(&rig, &(weft_engine_options){.max_connections_per_origin = 1}, &quick));
    fault_server_play(rig.server, SCRIPT(later), 1);
    weft_stromboli_get_metrics(rig.client, &(weft_call_options){.max_retries = WEFT_NO_RETRIES}, on_refused, &it);
    ask(&rig, &second);
    ask(&rig, &third);
    CHECK(rig_run(&rig));
    CHECK_EQ(it.refused.code, WEFT_E_RATE_LIMITED);
    CHECK_EQ(it.next.code, WEFT_OK);
    CHECK(second.order < third.order);
    CHECK(third.order < it.next.order);
    CHECK(rig_end(&rig));
}

TEST(calls_that_were_held_back_go_before_later_ones_of_another_client)
{
    static const script_step later[] = {
        EXPECT("GET "),  SEND("HTTP/1.1 429 x\r\nRetry-After-Ms: 20\r\nContent-Length: 0\r\n\r\n"),
        EXPECT("GET "),  WAIT(),
        SEND(ANSWER_OK), EXPECT("GET "),
        SEND(ANSWER_OK), EXPECT("GET "),
        SEND(ANSWER_OK)};
    client_rig rig;
    weft_client *other;
    call_outcome refused = {0}, held = {0}, others = {0}, others_last = {0};
    uint64_t over;

    CHECK(rig_open(&rig, &(weft_engine_options){.max_connections_per_origin = 1}, &quick));
    other = rig_client(&rig, NULL);
    fault_server_play(rig.server, SCRIPT(later), 1);
    weft_stromboli_get_metrics(rig.client, &(weft_call_options){.max_retries = WEFT_NO_RETRIES}, on_text_outcome,
                               &refused);
    ask(&rig, &held);
    weft_stromboli_get_metrics(other, NULL, on_text_outcome, &others);
    weft_stromboli_get_metrics(other, NULL, on_text_outcome, &others_last);
    CHECK_UNTIL(&rig.loop, fault_server_waiting_count(rig.server) > 0);
    test_clock_stop(&rig.loop);
    over = rig_now_ms() + 20;
    CHECK_UNTIL(&rig.loop, rig_now_ms() > over);
    fault_server_release(rig.server);
    CHECK(rig_run(&rig));
    CHECK_EQ(refused.code, WEFT_E_RATE_LIMITED);
    CHECK_EQ(held.code, WEFT_OK);
    CHECK(others.order < held.order);
    CHECK(held.order < others_last.order);
    CHECK(rig_end(&rig));
}

TEST(retry_after_holds_back_calls_that_are_connecting)
{
    static const script_step limited[] = {EXPECT("GET "), WAIT(),
                                          SEND("HTTP/1.1 429 x\r\nRetry-After-Ms: 120\r\nContent-Length: 0\r\n\r\n")};
    client_rig rig;
    call_outcome first = {0}, connecting = {0};
    uint64_t started;

    CHECK(rig_open(&rig, NULL, &quick));
    fault_server_play(rig.server, SCRIPT(limited), 1);
    fault_server_play(rig.server, SCRIPT(answers_always), 0);
    weft_stromboli_get_metrics(rig.client, &(weft_call_options){.max_retries = WEFT_NO_RETRIES}, on_text_outcome,
                               &first);
    CHECK_UNTIL(&rig.loop, fault_server_waiting_count(rig.server) > 0);
    /* In one turn the answer comes and the second connection stands. */
    fault_server_release(rig.server);
    test_clock_stop(&rig.loop);
    started = rig_now_ms();
    ask(&rig, &connecting);
    CHECK(rig_run(&rig));
    CHECK_EQ(first.code, WEFT_E_RATE_LIMITED);
    CHECK_EQ(connecting.code, WEFT_OK);
    CHECK_EQ(connecting.at_ms - started, 121);
    CHECK_EQ(connecting.details.attempts, 1);
    CHECK(rig_end(&rig));
}

TEST(connection_that_a_pause_left_unused_was_not_dialled_by_a_later_call)
{
    static const script_step limited[] = {
        EXPECT("GET "), WAIT(), SEND("HTTP/1.1 429 x\r\nRetry-After-Ms: 20\r\nContent-Length: 0\r\n\r\n"), CLOSE()};
    static const weft_call_options once = {.max_retries = WEFT_NO_RETRIES};
    client_rig rig;
    call_outcome first = {0}, connecting = {0}, later = {0};
    weft_call *waiting;

    CHECK(rig_open(&rig, NULL, &quick));
    fault_server_play(rig.server, SCRIPT(limited), 1);
    fault_server_play(rig.server, SCRIPT(answers_always), 0);
    weft_stromboli_get_metrics(rig.client, &once, on_text_outcome, &first);
    CHECK_UNTIL(&rig.loop, fault_server_waiting_count(rig.server) > 0);
    /* In one turn the answer comes and the second connection stands. */
    fault_server_release(rig.server);
    waiting = weft_stromboli_get_metrics(rig.client, NULL, on_text_outcome, &connecting);
    CHECK_UNTIL(&rig.loop, first.count > 0 && rig_stats(&rig).connections_idle > 0);
    weft_call_cancel(waiting);
    ask(&rig, &later);
    CHECK(rig_run(&rig));
    CHECK_EQ(first.code, WEFT_E_RATE_LIMITED);
    CHECK_EQ(connecting.code, WEFT_E_CANCELLED);
    CHECK_EQ(later.code, WEFT_OK);
    CHECK_EQ(later.details.reused_connection, false);
    CHECK_EQ(later.details.times.dialled_ns, 0);
    CHECK_EQ(fault_server_connection_count(rig.server), 2);
    CHECK(rig_end(&rig));
}

TEST(retry_after_beyond_the_limit_ends_the_call_and_says_so)
{
    static const script_step later[] = {EXPECT("GET "),
                                        SEND("HTTP/1.1 503 x\r\nRetry-After: 61\r\nContent-Length: 0\r\n\r\n"),
                                        EXPECT("GET "), SEND(ANSWER_OK)};
    client_rig rig;
    call_outcome call = {0}, next = {0};

    CHECK(rig_open(&rig, NULL, &quick));
    fault_server_play(rig.server, SCRIPT(later), 1);
    ask(&rig, &call);
    CHECK(rig_run(&rig));
    CHECK_EQ(call.code, WEFT_E_UNAVAILABLE);
    CHECK_EQ(call.retry_after_ms, 61000);
    ask(&rig, &next); /* nobody is held back that long */
    CHECK(rig_run(&rig));
    CHECK_EQ(next.code, WEFT_OK);
    CHECK(rig_end(&rig));
}

TEST(date_to_wait_for_is_read_by_the_servers_own_clock)
{
    static const script_step early[] = {EXPECT("GET "), SEND("HTTP/1.1 503 x\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
                                                             "Retry-After: Sun, 06 Nov 1994 09:00:00 GMT\r\n"
                                                             "Content-Length: 0\r\n\r\n")};
    static const script_step late[] = {EXPECT("GET "), SEND("HTTP/1.1 503 x\r\nDate: Fri, 06 Nov 2222 08:49:37 GMT\r\n"
                                                            "Retry-After: Fri, 06 Nov 2222 09:00:00 GMT\r\n"
                                                            "Content-Length: 0\r\n\r\n")};
    static const script_step dateless[] = {EXPECT("GET "), SEND("HTTP/1.1 503 x\r\nDate: never\r\n"
                                                                "Retry-After: Fri, 06 Nov 2222 09:00:00 GMT\r\n"
                                                                "Content-Length: 0\r\n\r\n")};
    call_outcome call = {0};

    CHECK_EQ(count_requests(SCRIPT(early), false, &quick, &call), 1);
    CHECK_EQ(call.retry_after_ms, 623000);
    call = (call_outcome){0};
    CHECK_EQ(count_requests(SCRIPT(late), false, &quick, &call), 1);
    CHECK_EQ(call.retry_after_ms, 623000);
    call = (call_outcome){0};
    CHECK_EQ(count_requests(SCRIPT(dateless), false, &quick, &call), 1);
    CHECK(call.retry_after_ms > 1000000000);
}

/* A status that asks for no wait: the same as one that asks for nothing. */
static const script_step at_once[] = {EXPECT(" HTTP/1.1"),
                                      SEND("HTTP/1.1 429 x\r\nRetry-After: 0\r\nContent-Length: 0\r\n\r\n"), REPEAT()};

static void note_delay(weft_call *call, const weft_error *error, uint32_t delay_ms, void *arg)
{
    (void)error;
    *(uint32_t *)arg = delay_ms;
    weft_call_cancel(call);
}

TEST(retry_that_may_come_at_once_backs_off_all_the_same)
{
    uint32_t delay_ms = 0;
    weft_client_options options = {.timeouts.total_ms = WEFT_NO_TIMEOUT,
                                   .retries = {.first_backoff_ms = 1000000, .max_backoff_ms = 1000000},
                                   .on_retry = note_delay,
                                   .hook_arg = &delay_ms};
    client_rig rig;
    call_outcome call = {0};

    CHECK(rig_open(&rig, &(weft_engine_options){.random_seed = 7}, &options));
    fault_server_play(rig.server, SCRIPT(at_once), 1);
    ask(&rig, &call);
    CHECK(rig_run(&rig));
    CHECK_EQ(call.code, WEFT_E_CANCELLED);
    CHECK(delay_ms > 1000); /* drawn from the seed */
    CHECK(rig_end(&rig));
}

TEST(retries_that_may_come_at_once_have_a_budget)
{
    enum { CALLS = 1000 };
    client_rig rig;
    call_outcome all = {0};

    CHECK(rig_open(&rig, &(weft_engine_options){.max_connections_per_origin = 10}, &quick));
    fault_server_play(rig.server, SCRIPT(at_once), 0);
    for (int i = 0; i < CALLS; i++)
        ask(&rig, &all);
    CHECK(rig_run(&rig));
    CHECK_EQ(all.count, CALLS);
    CHECK(fault_server_request_count(rig.server) >= CALLS + 100);
    CHECK(fault_server_request_count(rig.server) <= CALLS + 201);
    CHECK(rig_end(&rig));
}

TEST(held_back_call_still_has_its_total_deadline)
{
    static const script_step later[] = {EXPECT("GET "),
                                        SEND("HTTP/1.1 429 x\r\nRetry-After: 20\r\nContent-Length: 0\r\n\r\n")};
    client_rig rig;
    call_outcome first = {0}, held = {0};
    uint64_t started = rig_now_ms();

    CHECK(rig_open(&rig, NULL, &quick));
    fault_server_play(rig.server, SCRIPT(later), 1);
    weft_stromboli_get_metrics(rig.client, &(weft_call_options){.max_retries = WEFT_NO_RETRIES}, on_text_outcome,
                               &first);
    CHECK(rig_run(&rig));
    weft_stromboli_get_metrics(rig.client, &(weft_call_options){.timeouts.total_ms = 50}, on_text_outcome, &held);
    CHECK(rig_run(&rig));
    CHECK_EQ(held.code, WEFT_E_TIMEOUT_TOTAL);
    CHECK_EQ(held.details.attempts, 0);
    CHECK(rig_now_ms() - started < 10000);
    CHECK(rig_end(&rig));
}

typedef struct retry_notes {
    unsigned count;
    weft_code codes[8];
    uint32_t delays_ms[8];
    int statuses[8];
    bool call_is_right;
    weft_call *call;
} retry_notes;

static void note_retry(weft_call *call, const weft_error *error, uint32_t delay_ms, void *arg)
{
    retry_notes *notes = arg;

    notes->codes[notes->count] = error->code;
    notes->statuses[notes->count] = error->http_status;
    notes->delays_ms[notes->count++] = delay_ms;
    notes->call_is_right = call == notes->call;
}

/* ---- connections that had died ----------------------------------------------------------------------------------- */

/* Dies between the look at the idle connection and the request: the server resets when the request comes. */
static const script_step dies_at_the_second[] = {EXPECT(" HTTP/1.1"), SEND(ANSWER_OK), EXPECT(" HTTP/1.1"), RESET()};

TEST(question_lost_on_a_reused_connection_is_repeated_at_once)
{
    client_rig rig;
    weft_client_options options = {.retries = {.first_backoff_ms = 1000000, .max_backoff_ms = 1000000}};
    call_outcome first = {0}, second = {0};
    uint64_t started;

    CHECK(rig_open(&rig, NULL, &options));
    fault_server_play(rig.server, SCRIPT(dies_at_the_second), 1);
    fault_server_play(rig.server, SCRIPT(answers), 1);
    ask(&rig, &first);
    CHECK(rig_run(&rig));
    test_clock_stop(&rig.loop);
    started = rig_now_ms();
    ask(&rig, &second);
    CHECK(rig_run(&rig));
    CHECK_EQ(second.code, WEFT_OK);
    CHECK_EQ(second.details.attempts, 2);
    CHECK_EQ(second.at_ms - started, 1);
    CHECK(rig_end(&rig));
}

TEST(run_lost_on_a_reused_connection_is_not_repeated)
{
    client_rig rig;
    call_outcome first = {0}, second = {0};

    CHECK(rig_open(&rig, NULL, &quick));
    fault_server_play(rig.server, SCRIPT(dies_at_the_second), 1);
    ask(&rig, &first);
    CHECK(rig_run(&rig));
    run(&rig, &second);
    CHECK(rig_run(&rig));
    CHECK_EQ(second.code, WEFT_E_CONNECTION_LOST);
    CHECK_EQ(second.outcome, WEFT_OUTCOME_UNKNOWN);
    CHECK(second.details.reused_connection);
    CHECK_EQ(fault_server_request_count(rig.server), 2);
    CHECK(rig_end(&rig));
}

/* Two connections that were idle, and both had died: the second loss says something of the server. */
TEST(question_lost_on_two_reused_connections_backs_off_after_the_second)
{
    client_rig rig;
    retry_notes notes = {0};
    weft_client_options options = {.timeouts.total_ms = WEFT_NO_TIMEOUT,
                                   .retries = {.first_backoff_ms = 1000000, .max_backoff_ms = 1000000},
                                   .on_retry = note_retry,
                                   .hook_arg = &notes};
    call_outcome both = {0}, last = {0};

    CHECK(rig_open(&rig, &(weft_engine_options){.random_seed = 7}, &options));
    fault_server_play(rig.server, SCRIPT(dies_at_the_second), 2);
    fault_server_play(rig.server, SCRIPT(answers), 1);
    ask(&rig, &both);
    ask(&rig, &both);
    CHECK(rig_run(&rig));
    test_clock_stop(&rig.loop);
    notes.call = weft_stromboli_get_metrics(rig.client, NULL, on_text_outcome, &last);
    CHECK(rig_run(&rig));
    CHECK_EQ(last.code, WEFT_OK);
    CHECK_EQ(last.details.attempts, 3);
    CHECK_EQ(notes.count, 2);
    CHECK_EQ(notes.delays_ms[0], 0);
    CHECK(notes.delays_ms[1] > 1000); /* drawn from the seed */
    CHECK(rig_end(&rig));
}

/* What a later attempt is told does not undo what an earlier one may have done. */
TEST(outcome_stays_unknown_when_an_earlier_attempt_was_lost)
{
    static const weft_http_request change = {.method = "POST", .path = "/change", .repeatable = true};
    client_rig rig;
    call_outcome call = {0};

    CHECK(rig_open(&rig, NULL, &quick));
    fault_server_play(rig.server, SCRIPT(lost), 1);
    fault_server_play(rig.server, SCRIPT(status_503_for_now), 0);
    weft_http_send(rig.client, &change, NULL, on_http_outcome, &call);
    CHECK(rig_run(&rig));
    CHECK_EQ(call.code, WEFT_E_UNAVAILABLE);
    CHECK_EQ(call.details.attempts, 3);
    CHECK_EQ(call.outcome, WEFT_OUTCOME_UNKNOWN);
    CHECK(rig_end(&rig));
}

/* ---- what is told ------------------------------------------------------------------------------------------------ */

TEST(retry_hook_sees_each_attempt_that_failed)
{
    static const script_step first[] = {EXPECT("GET "), CLOSE()};
    static const script_step second[] = {EXPECT("GET "),
                                         SEND("HTTP/1.1 503 x\r\nRetry-After-Ms: 30\r\nContent-Length: 0\r\n\r\n"),
                                         EXPECT("GET "), SEND(ANSWER_OK)};
    client_rig rig;
    retry_notes notes = {0};
    weft_client_options options = quick;
    call_outcome call = {0};

    options.on_retry = note_retry;
    options.hook_arg = &notes;
    CHECK(rig_open(&rig, NULL, &options));
    fault_server_play(rig.server, SCRIPT(first), 1);
    fault_server_play(rig.server, SCRIPT(second), 1);
    notes.call = weft_stromboli_get_metrics(rig.client, NULL, on_text_outcome, &call);
    CHECK(rig_run(&rig));
    CHECK_EQ(call.code, WEFT_OK);
    CHECK_EQ(notes.count, 2);
    CHECK_EQ(notes.codes[0], WEFT_E_CONNECTION_LOST);
    CHECK(notes.delays_ms[0] <= 1);
    CHECK_EQ(notes.codes[1], WEFT_E_UNAVAILABLE);
    CHECK_EQ(notes.statuses[1], 503);
    CHECK_EQ(notes.delays_ms[1], 30);
    CHECK(notes.call_is_right);
    CHECK(rig_end(&rig));
}

TEST(retry_does_not_report_times_of_an_earlier_attempt)
{
    static const script_step fails[] = {EXPECT("GET "), SEND("HTTP/1.1 503 x\r\nContent-Length: 0\r\n\r\n"),
                                        EXPECT("GET "), EXPECT_CLOSE()};
    client_rig rig;
    weft_client_options options = quick;
    call_outcome call = {0};

    options.timeouts.first_byte_ms = 60;
    options.retries.max_retries = 1;
    CHECK(rig_open(&rig, NULL, &options));
    fault_server_play(rig.server, SCRIPT(fails), 1);
    ask(&rig, &call);
    CHECK(rig_run(&rig));
    CHECK_EQ(call.code, WEFT_E_TIMEOUT_FIRST_BYTE);
    CHECK_EQ(call.status, 0);
    CHECK_EQ(call.details.times.first_byte_ns, 0);
    CHECK(call.details.times.sent_ns > 0);
    CHECK(rig_end(&rig));
}
