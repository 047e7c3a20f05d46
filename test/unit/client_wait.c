/* Waiting for a job: how often it looks, what it tells, how it ends. */
#include <stdio.h>

#include "client_rig.h"
#include "clock.h"
#include "test.h"

/* All bodies are of one length, so that one head will do. */
#define HEAD "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nX-Poll: yes\r\nContent-Length: 41\r\n\r\n"
#define PENDING EXPECT("GET /jobs/job-1 HTTP/1.1"), SEND(HEAD "{\"id\":\"job-1\",\"status\":\"pending\"        }")
#define RUNNING EXPECT("GET /jobs/job-1 HTTP/1.1"), SEND(HEAD "{\"id\":\"job-1\",\"status\":\"running\"        }")
#define COMPLETED EXPECT("GET /jobs/job-1 HTTP/1.1"), SEND(HEAD "{\"id\":\"job-1\",\"status\":\"completed\"      }")
#define FAILED EXPECT("GET /jobs/job-1 HTTP/1.1"), SEND(HEAD "{\"id\":\"job-1\",\"status\":\"failed\"         }")

static const script_step runs_for_ever[] = {RUNNING, REPEAT()};

static const weft_wait_options quick = {.first_interval_ms = 2, .max_interval_ms = 4};

/* The outcome, and what came before it. The outcome is first: it is the `arg` of both callbacks. */
typedef struct job_watch {
    call_outcome outcome;
    char states[128];
    char result[32];
    weft_call *call;
    unsigned changes_left; /* for cancel_at_last_change */
    void (*at_change)(struct job_watch *watch);
    client_rig *rig;
} job_watch;

static void on_change(const weft_stromboli_job *job, void *arg)
{
    job_watch *watch = arg;

    if (strlen(watch->states) + job->status.len + 2 <= sizeof(watch->states)) {
        strcat(watch->states, job->status.ptr);
        strcat(watch->states, " ");
    }
    if (watch->at_change)
        watch->at_change(watch);
}

static void on_end(weft_call *call, const weft_error *error, const weft_stromboli_job *job, void *arg)
{
    job_watch *watch = arg;

    if (job)
        strcat(watch->result, job->status.ptr);
    on_outcome(call, error, job, &watch->outcome);
}

static weft_call *watch_job(client_rig *rig, job_watch *watch, const weft_wait_options *how,
                            const weft_call_options *options)
{
    watch->rig = rig;
    watch->call = weft_stromboli_wait_job(rig->client, "job-1", how, on_change, options, on_end, watch);
    return watch->call;
}

typedef struct look_times {
    unsigned looks;
    uint64_t at_ms[16];
} look_times;

static void note_look(weft_call *call, weft_request *request, void *arg)
{
    look_times *times = arg;

    (void)call;
    (void)request;
    if (times->looks < 16)
        times->at_ms[times->looks] = rig_now_ms();
    times->looks++;
}

static void cancel_at_last_change(job_watch *watch)
{
    if (--watch->changes_left == 0)
        weft_call_cancel(watch->call);
}

/* ---- how it ends ------------------------------------------------------------------------------------------------- */

TEST(wait_looks_until_the_job_is_done_and_tells_of_each_change)
{
    static const script_step steps[] = {PENDING, PENDING, RUNNING, RUNNING, RUNNING, COMPLETED};
    client_rig rig;
    job_watch watch = {0};

    CHECK(rig_open(&rig, NULL, NULL));
    fault_server_play(rig.server, SCRIPT(steps), 1);
    watch_job(&rig, &watch, &quick, NULL);
    CHECK_STR(watch.states, ""); /* never from inside */
    CHECK(rig_run(&rig));
    CHECK_EQ(watch.outcome.count, 1);
    CHECK_EQ(watch.outcome.code, WEFT_OK);
    CHECK_STR(watch.states, "pending running completed ");
    CHECK_STR(watch.result, "completed");
    CHECK_EQ(watch.outcome.details.attempts, 6);
    CHECK_EQ(watch.outcome.status, 200);
    CHECK_CONTAINS(watch.outcome.text, "\"completed\"");
    CHECK_EQ(fault_server_connection_count(rig.server), 1);
    CHECK(rig_end(&rig));
}

TEST(wait_counts_as_one_call)
{
    static const script_step steps[] = {PENDING, RUNNING, WAIT(), COMPLETED};
    client_rig rig;
    job_watch watch = {0};

    CHECK(rig_open(&rig, NULL, NULL));
    fault_server_play(rig.server, SCRIPT(steps), 1);
    watch_job(&rig, &watch, &quick, NULL);
    CHECK_EQ(rig_stats(&rig).calls_in_flight, 1);
    CHECK_UNTIL(&rig.loop, fault_server_waiting_count(rig.server) > 0);
    CHECK_EQ(rig_stats(&rig).calls_in_flight, 1);
    fault_server_release(rig.server);
    CHECK(rig_run(&rig));
    CHECK_EQ(rig_stats(&rig).calls_in_flight, 0);
    CHECK_EQ(rig_stats(&rig).calls_started, 1);
    CHECK_EQ(rig_stats(&rig).calls_succeeded, 1);
    CHECK_EQ(rig_stats(&rig).calls_failed, 0);
    CHECK(rig_end(&rig));
}

TEST(wait_ends_well_when_the_job_has_failed)
{
    static const script_step steps[] = {FAILED};
    client_rig rig;
    job_watch watch = {0};

    CHECK(rig_open(&rig, NULL, NULL));
    fault_server_play(rig.server, SCRIPT(steps), 1);
    watch_job(&rig, &watch, &quick, NULL);
    CHECK(rig_run(&rig));
    CHECK_EQ(watch.outcome.code, WEFT_OK);
    CHECK_STR(watch.result, "failed");
    CHECK(rig_end(&rig));
}

TEST(wait_fails_when_a_look_fails)
{
    static const script_step steps[] = {
        RUNNING, EXPECT("GET /jobs/job-1"),
        SEND("HTTP/1.1 404 Not Found\r\nX-Poll: last\r\nContent-Length: 16\r\n\r\n{\"error\":\"gone\"}")};
    client_rig rig;
    job_watch watch = {0};

    CHECK(rig_open(&rig, NULL, NULL));
    fault_server_play(rig.server, SCRIPT(steps), 1);
    watch_job(&rig, &watch, &quick, NULL);
    CHECK(rig_run(&rig));
    CHECK_EQ(watch.outcome.count, 1);
    CHECK_EQ(watch.outcome.code, WEFT_E_NOT_FOUND);
    CHECK_CONTAINS(watch.outcome.message, "cannot get the job: GET ");
    CHECK_CONTAINS(watch.outcome.message, "gone");
    CHECK_EQ(watch.outcome.status, 404);
    CHECK(rig_end(&rig));
}

TEST(wait_survives_a_look_that_can_be_repeated)
{
    static const script_step lost[] = {RUNNING, EXPECT("GET /jobs/job-1"), CLOSE()};
    static const script_step then[] = {COMPLETED};
    client_rig rig;
    job_watch watch = {0};

    CHECK(rig_open(&rig, NULL, &(weft_client_options){.retries.first_backoff_ms = 1}));
    fault_server_play(rig.server, SCRIPT(lost), 1);
    fault_server_play(rig.server, SCRIPT(then), 1);
    watch_job(&rig, &watch, &quick, NULL);
    CHECK(rig_run(&rig));
    CHECK_EQ(watch.outcome.code, WEFT_OK);
    CHECK_EQ(watch.outcome.details.attempts, 3);
    CHECK(rig_end(&rig));
}

TEST(wait_for_an_empty_job_id_is_invalid)
{
    client_rig rig;
    call_outcome call = {0};

    CHECK(rig_open(&rig, NULL, NULL));
    weft_stromboli_wait_job(rig.client, "", NULL, NULL, NULL, on_stromboli_job_outcome, &call);
    CHECK_EQ(call.count, 0);
    CHECK(rig_run(&rig));
    CHECK_EQ(call.code, WEFT_E_INVALID);
    CHECK_CONTAINS(call.message, "job ID is required");
    CHECK(rig_end(&rig));
}

TEST(wait_has_a_deadline_of_its_own)
{
    client_rig rig;
    job_watch watch = {0};
    uint64_t started;

    CHECK(rig_open(&rig, NULL, NULL));
    test_clock_stop(&rig.loop);
    started = rig_now_ms();
    fault_server_play(rig.server, SCRIPT(runs_for_ever), 1);
    watch_job(&rig, &watch, &(weft_wait_options){.first_interval_ms = 10, .max_interval_ms = 10, .timeout_ms = 80},
              NULL);
    CHECK(rig_run(&rig));
    CHECK_EQ(watch.outcome.count, 1);
    CHECK_EQ(watch.outcome.code, WEFT_E_TIMEOUT_TOTAL);
    CHECK_EQ(watch.outcome.at_ms - started, 82);
    CHECK_STR(watch.states, "running ");
    CHECK_CONTAINS(watch.outcome.message, "cannot get the job: GET http");
    CHECK_CONTAINS(watch.outcome.message,
                   "/jobs/job-1: the job had not ended within 80 ms; its last status was \"running\"");
    CHECK(rig_end(&rig));
}

TEST(wait_for_a_sandbox_says_what_it_waited_for)
{
    static const script_step steps[] = {EXPECT("GET /api/sandboxes/s"), EXPECT_CLOSE()};
    client_rig rig;
    call_outcome call = {0};
    weft_client *client;

    CHECK(rig_open(&rig, NULL, NULL));
    fault_server_play(rig.server, SCRIPT(steps), 1);
    client =
        weft_agentserver_client(rig.engine, &(weft_client_options){.base_url = fault_server_url(rig.server)}, NULL);
    CHECK(client);
    weft_agentserver_wait_sandbox(client, "s", &(weft_wait_options){.timeout_ms = 60}, NULL, NULL,
                                  on_agentserver_sandbox_outcome, &call);
    CHECK(rig_run(&rig));
    CHECK_EQ(call.code, WEFT_E_TIMEOUT_TOTAL);
    CHECK_CONTAINS(call.message, "the sandbox had not settled within 60 ms");
    CHECK(rig_end(&rig));
}

TEST(wait_that_ends_before_its_first_look_was_answered_says_so)
{
    static const script_step steps[] = {EXPECT("GET /jobs/job-1"), EXPECT_CLOSE()};
    client_rig rig;
    job_watch watch = {0};

    CHECK(rig_open(&rig, NULL, NULL));
    fault_server_play(rig.server, SCRIPT(steps), 1);
    watch_job(&rig, &watch, &(weft_wait_options){.timeout_ms = 60}, NULL);
    CHECK(rig_run(&rig));
    CHECK_EQ(watch.outcome.code, WEFT_E_TIMEOUT_TOTAL);
    CHECK_CONTAINS(watch.outcome.message, "the job had not ended within 60 ms; no look at it was answered");
    CHECK(rig_end(&rig));
}

TEST(wait_is_longer_than_the_deadline_of_each_look)
{
    static const script_step steps[] = {RUNNING, RUNNING, RUNNING, RUNNING, COMPLETED};
    client_rig rig;
    job_watch watch = {0};

    CHECK(rig_open(&rig, NULL, NULL));
    fault_server_play(rig.server, SCRIPT(steps), 1);
    watch_job(&rig, &watch, &(weft_wait_options){.first_interval_ms = 60, .max_interval_ms = 60},
              &(weft_call_options){.timeouts.total_ms = 100});
    CHECK(rig_run(&rig));
    CHECK_EQ(watch.outcome.code, WEFT_OK);
    CHECK(rig_end(&rig));
}

TEST(wait_survives_looks_that_fail_in_every_way_that_may_pass)
{
    static const script_step silent[] = {EXPECT("GET /jobs/job-1"), EXPECT_CLOSE()};
    static const script_step lost[] = {EXPECT("GET /jobs/job-1"), CLOSE()};
    static const script_step internal[] = {EXPECT("GET /jobs/job-1"), SEND("HTTP/1.1 500 x\r\n\r\n"), CLOSE()};
    static const script_step gateway[] = {EXPECT("GET /jobs/job-1"), SEND("HTTP/1.1 502 x\r\n\r\n<html>"), CLOSE()};
    static const script_step limited[] = {EXPECT("GET /jobs/job-1"), SEND("HTTP/1.1 429 x\r\n\r\n"), CLOSE()};
    static const script_step conflict[] = {EXPECT("GET /jobs/job-1"), SEND("HTTP/1.1 409 x\r\n\r\n"), CLOSE()};
    static const script_step elsewhere[] = {EXPECT("GET /jobs/job-1"), SEND("HTTP/1.1 421 x\r\n\r\n"), CLOSE()};
    static const script_step locked[] = {EXPECT("GET /jobs/job-1"), SEND("HTTP/1.1 423 x\r\n\r\n"), CLOSE()};
    static const script_step early[] = {EXPECT("GET /jobs/job-1"), SEND("HTTP/1.1 425 x\r\n\r\n"), CLOSE()};
    static const script_step page[] = {EXPECT("GET /jobs/job-1"),
                                       SEND("HTTP/1.1 200 x\r\nContent-Type: text/html\r\n\r\n<html>"), CLOSE()};
    static const script_step odd[] = {EXPECT("GET /jobs/job-1"), SEND("HTTP/1.1 200 x\r\n\r\n{\"status\": oops}"),
                                      CLOSE()};
    static const script_step garbage[] = {EXPECT("GET /jobs/job-1"), SEND("what?\r\n\r\n"), CLOSE()};
    static const script_step then[] = {COMPLETED};
    static const fault_script bad[] = {{silent, 2},  {lost, 2},     {internal, 3},  {internal, 3}, {gateway, 3},
                                       {limited, 3}, {conflict, 3}, {elsewhere, 3}, {locked, 3},   {early, 3},
                                       {page, 3},    {odd, 3},      {garbage, 3}};
    client_rig rig;
    job_watch watch = {0};

    CHECK(rig_open(&rig, NULL, &(weft_client_options){.retries.max_retries = WEFT_NO_RETRIES}));
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        fault_server_play(rig.server, bad[i], 1);
    fault_server_play(rig.server, SCRIPT(then), 1);
    watch_job(&rig, &watch, &quick, &(weft_call_options){.timeouts.total_ms = 50});
    CHECK(rig_run(&rig));
    CHECK_EQ(watch.outcome.count, 1);
    CHECK_EQ(watch.outcome.code, WEFT_OK);
    CHECK_STR(watch.states, "completed ");
    CHECK_EQ(watch.outcome.details.attempts, 14);
    CHECK(rig_end(&rig));
}

TEST(wait_ends_at_once_with_what_no_later_look_could_heal)
{
    static const int statuses[] = {400, 401, 403, 404, 405, 410, 414, 422};

    for (size_t i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++) {
        char answer[64];
        script_step refused[] = {EXPECT("GET /jobs/job-1"), SEND_DATA(answer, 0), CLOSE()};
        client_rig rig;
        job_watch watch = {0};

        snprintf(answer, sizeof(answer), "HTTP/1.1 %d x\r\nContent-Length: 0\r\n\r\n", statuses[i]);
        refused[1].len = strlen(answer);
        CHECK(rig_open(&rig, NULL, NULL));
        fault_server_play(rig.server, SCRIPT(refused), 1);
        watch_job(&rig, &watch, &quick, NULL);
        CHECK(rig_run(&rig));
        CHECK_EQ(watch.outcome.count, 1);
        CHECK_EQ(watch.outcome.status, statuses[i]);
        CHECK(rig_end(&rig));
    }
}

TEST(wait_that_ends_with_a_look_that_failed_says_why)
{
    static const script_step runs[] = {RUNNING, CLOSE()};
    static const script_step fails[] = {EXPECT("GET /jobs/job-1"),
                                        SEND("HTTP/1.1 500 x\r\nContent-Length: 4\r\n\r\nboom"), REPEAT()};
    client_rig rig;
    job_watch watch = {0};

    CHECK(rig_open(&rig, NULL, &(weft_client_options){.retries.max_retries = WEFT_NO_RETRIES}));
    fault_server_play(rig.server, SCRIPT(runs), 1);
    fault_server_play(rig.server, SCRIPT(fails), 0);
    watch_job(&rig, &watch, &(weft_wait_options){.first_interval_ms = 5, .max_interval_ms = 20, .timeout_ms = 100},
              NULL);
    CHECK(rig_run(&rig));
    CHECK_EQ(watch.outcome.code, WEFT_E_TIMEOUT_TOTAL);
    CHECK_CONTAINS(watch.outcome.message,
                   "the job had not ended within 100 ms; its last status was \"running\"; the last "
                   "look failed: cannot get the job: GET http://");
    CHECK(rig_end(&rig));
}

TEST(wait_looks_again_no_sooner_than_a_server_asked)
{
    static const script_step limited[] = {EXPECT("GET /jobs/job-1"),
                                          SEND("HTTP/1.1 429 x\r\nRetry-After-Ms: 120\r\nContent-Length: 0\r\n\r\n"),
                                          COMPLETED};
    client_rig rig;
    look_times times = {0};
    job_watch watch = {0};

    CHECK(rig_open(&rig, NULL,
                   &(weft_client_options){.on_request = note_look,
                                          .hook_arg = &times,
                                          .retries = {.max_retries = WEFT_NO_RETRIES, .max_retry_after_ms = 1}}));
    test_clock_stop(&rig.loop);
    fault_server_play(rig.server, SCRIPT(limited), 1);
    watch_job(&rig, &watch, &quick, NULL);
    CHECK(rig_run(&rig));
    CHECK_EQ(watch.outcome.code, WEFT_OK);
    CHECK_EQ(times.looks, 2);
    CHECK_EQ(times.at_ms[1] - times.at_ms[0], 120);
    CHECK(rig_end(&rig));
}

TEST(details_of_a_wait_are_those_of_its_last_look)
{
    static const script_step steps[] = {RUNNING, COMPLETED};
    client_rig rig;
    job_watch watch = {0};
    weft_call_details *details = &watch.outcome.details;
    size_t first_len, second_len;

    CHECK(rig_open(&rig, NULL, NULL));
    fault_server_play(rig.server, SCRIPT(steps), 1);
    watch_job(&rig, &watch, &quick, NULL);
    CHECK(rig_run(&rig));
    CHECK_EQ(watch.outcome.code, WEFT_OK);
    CHECK(details->reused_connection);
    CHECK_CONTAINS(details->peer, "127.0.0.1:");
    CHECK_EQ(details->times.dialled_ns, 0);
    CHECK(details->times.connected_ns >= 1000000); /* the interval before the second look */
    CHECK(details->times.sent_ns >= details->times.connected_ns);
    CHECK(details->times.first_byte_ns > details->times.sent_ns);
    CHECK(details->times.done_ns > details->times.first_byte_ns);
    fault_server_request(rig.server, 0, &first_len);
    fault_server_request(rig.server, 1, &second_len);
    CHECK_EQ(details->bytes_sent, first_len + second_len);
    CHECK(rig_end(&rig));
}

/* Each look finds a large job in another state. */
TEST(wait_keeps_nothing_of_looks_that_are_over)
{
    enum { LOOKS = 100, BODY = 64 * 1024 };
    static char answers[2][BODY + 256];
    script_step steps[] = {EXPECT("GET /jobs/job-1"), SEND_DATA(answers[0], 0), EXPECT("GET /jobs/job-1"),
                           SEND_DATA(answers[1], 0), REPEAT()};
    client_rig rig;
    job_watch watch = {.changes_left = LOOKS, .at_change = cancel_at_last_change};

    for (int i = 0; i < 2; i++) {
        static char output[BODY - 4096], state[4000];

        memset(output, 'o', sizeof(output) - 1);
        memset(state, i ? 'a' : 'b', sizeof(state) - 1);
        steps[2 * i + 1].len = (size_t)snprintf(
            answers[i], sizeof(answers[i]),
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: "
            "%zu\r\n\r\n{\"status\":\"%s\",\"output\":\"%s\"}",
            sizeof("{\"status\":\"\",\"output\":\"\"}") - 1 + strlen(state) + strlen(output), state, output);
    }
    CHECK(rig_open(&rig, NULL, NULL));
    fault_server_play(rig.server, SCRIPT(steps), 1);
    watch_job(&rig, &watch, &quick, NULL);
    CHECK(rig_run(&rig));
    CHECK_EQ(watch.outcome.code, WEFT_E_CANCELLED);
    CHECK_EQ(watch.changes_left, 0);
    CHECK(atomic_load(&rig.memory.peak) < 10 * BODY);
    CHECK(rig_end(&rig));
}

/* ---- how often it looks ------------------------------------------------------------------------------------------ */

TEST(interval_between_looks_doubles_up_to_its_limit_with_half_by_chance)
{
    static const script_step steps[] = {RUNNING, RUNNING, RUNNING, RUNNING, RUNNING, COMPLETED};
    static const uint64_t longest[] = {40, 80, 100, 100, 100};
    client_rig rig;
    look_times times = {0};
    job_watch watch = {0};

    CHECK(rig_open(&rig, NULL, &(weft_client_options){.on_request = note_look, .hook_arg = &times}));
    test_clock_stop(&rig.loop);
    fault_server_play(rig.server, SCRIPT(steps), 1);
    watch_job(&rig, &watch, &(weft_wait_options){.first_interval_ms = 40, .max_interval_ms = 100}, NULL);
    CHECK(rig_run(&rig));
    CHECK_EQ(times.looks, 6);
    for (int i = 0; i < 5; i++) {
        uint64_t waited = times.at_ms[i + 1] - times.at_ms[i];

        CHECK(waited >= longest[i] / 2);
        CHECK(waited <= longest[i] + 1);
    }
    CHECK(rig_end(&rig));
}

TEST(first_interval_beyond_the_limit_is_the_limit)
{
    static const script_step steps[] = {RUNNING, RUNNING, COMPLETED};
    client_rig rig;
    look_times times = {0};
    job_watch watch = {0};

    CHECK(rig_open(&rig, NULL, &(weft_client_options){.on_request = note_look, .hook_arg = &times}));
    fault_server_play(rig.server, SCRIPT(steps), 1);
    watch_job(&rig, &watch, &(weft_wait_options){.first_interval_ms = 60000, .max_interval_ms = 10}, NULL);
    CHECK(rig_run(&rig));
    CHECK_EQ(watch.outcome.code, WEFT_OK);
    CHECK_EQ(times.looks, 3);
    CHECK(rig_end(&rig));
}

/* ---- cancelling -------------------------------------------------------------------------------------------------- */

TEST(wait_is_cancelled_during_a_look)
{
    static const script_step steps[] = {EXPECT("GET /jobs/job-1"), EXPECT_CLOSE()};
    client_rig rig;
    job_watch watch = {0};

    CHECK(rig_open(&rig, NULL, NULL));
    fault_server_play(rig.server, SCRIPT(steps), 1);
    watch_job(&rig, &watch, &quick, NULL);
    CHECK_UNTIL(&rig.loop, fault_server_request_count(rig.server) > 0);
    weft_call_cancel(watch.call);
    CHECK(rig_run(&rig));
    CHECK_EQ(watch.outcome.count, 1);
    CHECK_EQ(watch.outcome.code, WEFT_E_CANCELLED);
    CHECK(rig_end(&rig));
}

TEST(wait_is_cancelled_between_two_looks)
{
    static const script_step steps[] = {RUNNING};
    client_rig rig;
    job_watch watch = {0};
    uint64_t started = rig_now_ms();

    CHECK(rig_open(&rig, NULL, NULL));
    fault_server_play(rig.server, SCRIPT(steps), 1);
    watch_job(&rig, &watch, &(weft_wait_options){.first_interval_ms = 60000, .max_interval_ms = 60000}, NULL);
    CHECK_UNTIL(&rig.loop, *watch.states);
    weft_call_cancel(watch.call);
    CHECK(rig_run(&rig));
    CHECK_EQ(watch.outcome.count, 1);
    CHECK_EQ(watch.outcome.code, WEFT_E_CANCELLED);
    CHECK_CONTAINS(watch.outcome.message, "/jobs/job-1: waiting was cancelled; its last status was \"running\"");
    CHECK(rig_now_ms() - started < 5000);
    CHECK(rig_end(&rig));
}

static void cancel_wait(job_watch *watch)
{
    weft_call_cancel(watch->call);
}

TEST(wait_is_cancelled_in_on_change)
{
    static const script_step steps[] = {RUNNING};
    client_rig rig;
    job_watch watch = {.at_change = cancel_wait};

    CHECK(rig_open(&rig, NULL, NULL));
    fault_server_play(rig.server, SCRIPT(steps), 1);
    watch_job(&rig, &watch, &quick, NULL);
    CHECK(rig_run(&rig));
    CHECK_EQ(watch.outcome.count, 1);
    CHECK_EQ(watch.outcome.code, WEFT_E_CANCELLED);
    CHECK(rig_end(&rig));
}

static void cancel_at_the_second_look(weft_call *call, weft_request *request, void *arg)
{
    job_watch *watch = arg;

    (void)call;
    (void)request;
    if (*watch->states)
        weft_call_cancel(watch->call);
}

TEST(wait_cancelled_in_the_request_hook_of_a_look_ends_that_too)
{
    static const script_step steps[] = {RUNNING, EXPECT("GET /jobs/job-1"), EXPECT_CLOSE()};
    client_rig rig;
    job_watch watch = {0};

    CHECK(rig_open(&rig, NULL, &(weft_client_options){.on_request = cancel_at_the_second_look, .hook_arg = &watch}));
    fault_server_play(rig.server, SCRIPT(steps), 1);
    watch_job(&rig, &watch, &quick, &(weft_call_options){.timeouts.total_ms = WEFT_NO_TIMEOUT});
    CHECK(rig_run(&rig));
    CHECK_EQ(watch.outcome.count, 1);
    CHECK_EQ(watch.outcome.code, WEFT_E_CANCELLED);
    CHECK(rig_end(&rig));
}

static void close_engine(job_watch *watch)
{
    weft_engine_close(watch->rig->engine, rig_engine_closed, watch->rig);
}

TEST(engine_is_closed_in_on_change)
{
    static const script_step steps[] = {RUNNING};
    client_rig rig;
    job_watch watch = {.at_change = close_engine};

    CHECK(rig_open(&rig, NULL, NULL));
    fault_server_play(rig.server, SCRIPT(steps), 1);
    watch_job(&rig, &watch, &quick, NULL);
    CHECK(rig_run(&rig));
    CHECK_EQ(watch.outcome.count, 1);
    CHECK_EQ(watch.outcome.code, WEFT_E_CLOSED);
    CHECK(rig_end(&rig));
}

static void close_client(job_watch *watch)
{
    weft_client_close(watch->rig->client, NULL, NULL);
}

TEST(client_is_closed_in_on_change_of_the_last_look)
{
    static const script_step steps[] = {COMPLETED};
    client_rig rig;
    job_watch watch = {.at_change = close_client};

    CHECK(rig_open(&rig, NULL, NULL));
    fault_server_play(rig.server, SCRIPT(steps), 1);
    watch_job(&rig, &watch, &quick, NULL);
    CHECK(rig_run(&rig));
    CHECK_EQ(watch.outcome.count, 1);
    CHECK_EQ(watch.outcome.code, WEFT_E_CLOSED);
    CHECK(rig_end(&rig));
}

/* ---- what is kept ------------------------------------------------------------------------------------------------ */

static void keep_it(call_outcome *outcome, weft_call *call)
{
    outcome->arg = weft_call_ref(call);
}

TEST(result_of_a_wait_lives_as_long_as_it_is_kept)
{
    static const script_step steps[] = {RUNNING, COMPLETED};
    client_rig rig;
    job_watch watch = {.outcome.then = keep_it};
    char id[] = "job-1";

    CHECK(rig_open(&rig, NULL, NULL));
    fault_server_play(rig.server, SCRIPT(steps), 1);
    watch.rig = &rig;
    weft_stromboli_wait_job(rig.client, id, &quick, NULL,
                            &(weft_call_options){.headers = &(weft_pair){"X-A", "b"}, .headers_count = 1}, on_end,
                            &watch);
    memset(id, 'x', sizeof(id) - 1); /* requests are copied */
    CHECK(rig_run(&rig));
    CHECK_EQ(watch.outcome.code, WEFT_OK);
    CHECK_CONTAINS(fault_server_request(rig.server, 1, NULL), "\r\nX-A: b\r\n");
    weft_engine_close(rig.engine, rig_engine_closed, &rig);
    CHECK(rig_run(&rig));
    CHECK_STR(weft_call_get_header(watch.outcome.arg, "x-poll").ptr, "yes");
    CHECK_CONTAINS(weft_call_get_body(watch.outcome.arg).ptr, "\"completed\"");
    weft_call_unref(watch.outcome.arg);
    CHECK(rig_end(&rig));
}

TEST(headers_of_a_wait_may_be_asked_for_between_two_looks)
{
    static const script_step steps[] = {RUNNING, WAIT(), COMPLETED};
    client_rig rig;
    job_watch watch = {0};

    CHECK(rig_open(&rig, NULL, NULL));
    fault_server_play(rig.server, SCRIPT(steps), 1);
    watch_job(&rig, &watch, &quick, NULL);
    CHECK(!weft_call_get_header(watch.call, "x-poll").ptr);
    CHECK_UNTIL(&rig.loop, *watch.states);
    CHECK_STR(weft_call_get_header(watch.call, "x-poll").ptr, "yes");
    CHECK_UNTIL(&rig.loop, fault_server_waiting_count(rig.server) > 0);
    (void)weft_call_get_header(watch.call, "x-poll");
    (void)weft_call_get_body(watch.call);
    fault_server_release(rig.server);
    CHECK(rig_run(&rig));
    CHECK_EQ(watch.outcome.code, WEFT_OK);
    CHECK(rig_end(&rig));
}

/* ---- hooks that keep --------------------------------------------------------------------------------------------- */

typedef struct kept_calls {
    weft_call *calls[16];
    unsigned count;
} kept_calls;

static void keep_call(weft_call *call, kept_calls *kept)
{
    if (kept->count < sizeof(kept->calls) / sizeof(kept->calls[0]))
        kept->calls[kept->count++] = weft_call_ref(call);
}

static void keep_at_request(weft_call *call, weft_request *request, void *arg)
{
    (void)request;
    keep_call(call, arg);
}

static void keep_at_response(weft_call *call, void *arg)
{
    keep_call(call, arg);
}

static void keep_at_retry(weft_call *call, const weft_error *error, uint32_t delay_ms, void *arg)
{
    (void)error;
    (void)delay_ms;
    keep_call(call, arg);
}

/* Every text that a call has to tell, read to its end. */
static size_t read_all(const weft_call *call)
{
    weft_call_details details;
    weft_str_pair header;
    size_t len;

    weft_call_get_details(call, &details);
    len = strlen(details.peer) + weft_call_get_body(call).len;
    for (size_t i = 0; weft_call_get_header_at(call, i, &header); i++)
        len += strlen(header.name.ptr) + strlen(header.value.ptr);
    return len;
}

TEST(looks_that_hooks_keep_outlive_their_wait)
{
    static const script_step steps[] = {EXPECT("GET /jobs/job-1"),
                                        SEND("HTTP/1.1 503 Unavailable\r\nRetry-After: 0\r\nContent-Length: 0\r\n\r\n"),
                                        RUNNING, COMPLETED};
    client_rig rig;
    job_watch watch = {0};
    kept_calls kept = {0};

    CHECK(rig_open(&rig, NULL,
                   &(weft_client_options){.on_request = keep_at_request,
                                          .on_response = keep_at_response,
                                          .on_retry = keep_at_retry,
                                          .hook_arg = &kept}));
    fault_server_play(rig.server, SCRIPT(steps), 1);
    watch_job(&rig, &watch, &quick, NULL);
    CHECK(rig_run(&rig));
    CHECK_STR(watch.result, "completed");
    CHECK_EQ(kept.count, 7);
    for (unsigned i = 0; i < kept.count; i++) {
        weft_call_details details;

        weft_call_get_details(kept.calls[i], &details);
        CHECK_CONTAINS(details.peer, "127.0.0.1:");
        CHECK(read_all(kept.calls[i]) > strlen(details.peer));
        weft_call_unref(kept.calls[i]);
    }
    CHECK(rig_end(&rig));
}

TEST(looks_that_hooks_keep_outlive_a_wait_that_was_cancelled)
{
    static const script_step steps[] = {RUNNING, EXPECT("GET /jobs/job-1"), HOLD()};
    client_rig rig;
    job_watch watch = {0};
    kept_calls kept = {0};

    CHECK(rig_open(&rig, NULL, &(weft_client_options){.on_request = keep_at_request, .hook_arg = &kept}));
    fault_server_play(rig.server, SCRIPT(steps), 1);
    watch_job(&rig, &watch, &quick, NULL);
    CHECK_UNTIL(&rig.loop, fault_server_request_count(rig.server) >= 2);
    weft_call_cancel(watch.call);
    CHECK(rig_run(&rig));
    CHECK_EQ(watch.outcome.code, WEFT_E_CANCELLED);
    CHECK_EQ(kept.count, 2);
    for (unsigned i = 0; i < kept.count; i++) {
        CHECK(read_all(kept.calls[i]) > 0);
        weft_call_unref(kept.calls[i]);
    }
    CHECK(rig_end(&rig));
}
