/* What a call tells of itself, and the engine of all of them: times in order, bytes to the byte, gauges back at 0. */
#include <fcntl.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "client_rig.h"
#include "clock.h"
#include "test.h"

static const script_step answers[] = {EXPECT("GET "), SEND(ANSWER_OK), REPEAT()};

static void ask(client_rig *rig, call_outcome *call)
{
    weft_stromboli_get_metrics(rig->client, NULL, on_text_outcome, call);
}

TEST(times_of_a_call_are_in_order)
{
    static const script_step slow[] = {EXPECT("GET "), WAIT(), SEND("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\no"),
                                       WAIT(), SEND("k")};
    client_rig rig;
    call_outcome call = {0};
    const weft_call_times *times = &call.details.times;

    CHECK(rig_open(&rig, NULL, NULL));
    test_clock_stop(&rig.loop);
    fault_server_play(rig.server, SCRIPT(slow), 1);
    ask(&rig, &call);
    CHECK_UNTIL(&rig.loop, fault_server_waiting_count(rig.server) > 0);
    test_clock_move(20);
    fault_server_release(rig.server);
    CHECK_UNTIL(&rig.loop, rig_stats(&rig).bytes_received > 0);
    test_clock_move(20);
    fault_server_release(rig.server);
    CHECK(rig_run(&rig));
    CHECK_EQ(call.code, WEFT_OK);
    CHECK_EQ(times->sent_ns, times->connected_ns);
    CHECK_EQ(times->first_byte_ns, times->sent_ns + 20000000);
    CHECK_EQ(times->done_ns, times->first_byte_ns + 20000000);
    CHECK(rig_end(&rig));
}

TEST(bytes_of_a_call_are_counted_to_the_byte)
{
    client_rig rig;
    call_outcome calls[2] = {{0}};
    size_t len;

    CHECK(rig_open(&rig, NULL, NULL));
    fault_server_play(rig.server, SCRIPT(answers), 1);
    ask(&rig, &calls[0]);
    CHECK(rig_run(&rig));
    ask(&rig, &calls[1]);
    CHECK(rig_run(&rig));
    for (size_t i = 0; i < 2; i++) {
        fault_server_request(rig.server, i, &len);
        CHECK_EQ(calls[i].details.bytes_sent, len);
        CHECK_EQ(calls[i].details.bytes_received, sizeof(ANSWER_OK) - 1);
        CHECK_EQ(calls[i].details.http_status, 200);
        CHECK_EQ(calls[i].details.attempts, 1);
        CHECK_EQ(calls[i].details.reused_connection, i == 1);
    }
    CHECK_EQ(rig_stats(&rig).bytes_sent, 2 * len);
    CHECK_EQ(rig_stats(&rig).bytes_received, 2 * (sizeof(ANSWER_OK) - 1));
    CHECK(rig_end(&rig));
}

TEST(bytes_of_all_attempts_are_counted)
{
    static const script_step cut[] = {EXPECT("GET "), SEND("HTTP/1.1 200 OK\r\n"), CLOSE()};
    client_rig rig;
    call_outcome call = {0};
    size_t len;

    CHECK(rig_open(&rig, NULL, &(weft_client_options){.retries.first_backoff_ms = 1}));
    fault_server_play(rig.server, SCRIPT(cut), 1);
    fault_server_play(rig.server, SCRIPT(answers), 1);
    ask(&rig, &call);
    CHECK(rig_run(&rig));
    fault_server_request(rig.server, 0, &len);
    CHECK_EQ(call.code, WEFT_OK);
    CHECK_EQ(call.details.attempts, 2);
    CHECK_EQ(call.details.bytes_sent, 2 * len);
    CHECK_EQ(call.details.bytes_received, sizeof(ANSWER_OK) - 1 + sizeof("HTTP/1.1 200 OK\r\n") - 1);
    CHECK(rig_end(&rig));
}

TEST(bytes_of_a_cancelled_call_are_counted)
{
    static const script_step half[] = {EXPECT("GET "), SEND("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"),
                                       EXPECT_CLOSE()};
    client_rig rig;
    call_outcome call = {0};
    weft_call *handle;
    weft_call_details details;
    size_t len;

    CHECK(rig_open(&rig, NULL, NULL));
    fault_server_play(rig.server, SCRIPT(half), 1);
    handle = weft_stromboli_get_metrics(rig.client, NULL, on_text_outcome, &call);
    CHECK_UNTIL(&rig.loop, rig_stats(&rig).bytes_received > 0);
    weft_call_get_details(handle, &details); /* also while it runs */
    fault_server_request(rig.server, 0, &len);
    CHECK_EQ(details.bytes_sent, len);
    CHECK_EQ(details.times.done_ns, 0);
    weft_call_cancel(handle);
    CHECK(rig_run(&rig));
    CHECK_EQ(call.details.bytes_sent, len);
    CHECK_EQ(call.details.bytes_received, rig_stats(&rig).bytes_received);
    CHECK(rig_end(&rig));
}

TEST(details_of_a_call_that_was_never_sent_are_empty)
{
    client_rig rig;
    call_outcome call = {0};

    CHECK(rig_open(&rig, NULL, NULL));
    weft_stromboli_get_job(rig.client, "", NULL, on_stromboli_job_outcome, &call);
    CHECK(rig_run(&rig));
    CHECK_EQ(call.details.http_status, 0);
    CHECK_EQ(call.details.attempts, 0);
    CHECK_EQ(call.details.bytes_sent, 0);
    CHECK_EQ(call.details.times.connected_ns, 0);
    CHECK(call.details.times.done_ns > 0);
    CHECK(rig_end(&rig));
}

TEST(bytes_and_times_of_a_stream_are_told_at_its_end)
{
    static const script_step streams[] = {EXPECT("GET /run/stream"),
                                          SEND(ANSWER_EVENTS "data: 1\n\nevent: done\ndata: {}\n\n"), CLOSE()};
    client_rig rig;
    stream_log stream = {0};
    size_t len;

    CHECK(rig_open(&rig, NULL, NULL));
    fault_server_play(rig.server, SCRIPT(streams), 1);
    rig_stream(&rig, &stream, NULL);
    CHECK(rig_run(&rig));
    fault_server_request(rig.server, 0, &len);
    CHECK_EQ(stream.details.bytes_sent, len);
    CHECK_EQ(stream.details.bytes_received, streams[1].len);
    CHECK(stream.details.times.first_byte_ns >= stream.details.times.sent_ns);
    CHECK(stream.details.times.done_ns >= stream.details.times.first_byte_ns);
    CHECK(rig_end(&rig));
}

TEST(gauges_return_to_zero_whatever_happened)
{
    static const script_step resets[] = {EXPECT("GET "), RESET()};
    client_rig rig;
    weft_engine_stats stats;
    call_outcome calls[60] = {{0}};
    weft_call *handles[60];
    unsigned reports = 0;

    CHECK(rig_open(&rig, &(weft_engine_options){.max_connections_per_origin = 4},
                   &(weft_client_options){.retries.max_retries = WEFT_NO_RETRIES}));
    fault_server_play(rig.server, SCRIPT(resets), 6);
    fault_server_play(rig.server, SCRIPT(answers), 0);
    for (int i = 0; i < 60; i++)
        handles[i] = weft_stromboli_get_metrics(rig.client, NULL, on_text_outcome, &calls[i]);
    CHECK_EQ(rig_stats(&rig).calls_in_flight, 60);
    for (int i = 0; i < 60; i += 7)
        weft_call_cancel(handles[i]);
    CHECK_UNTIL(&rig.loop, rig_stats(&rig).calls_in_flight == 0);
    stats = rig_stats(&rig);
    for (int i = 0; i < 60; i++)
        reports += calls[i].count;
    CHECK_EQ(reports, 60);
    CHECK_EQ(stats.calls_started, 60);
    CHECK_EQ(stats.calls_succeeded + stats.calls_failed, 60);
    CHECK_EQ(stats.calls_queued, 0);
    CHECK_EQ(stats.streams_open, 0);
    CHECK_EQ(stats.connections_open, stats.connections_idle);
    weft_client_close(rig.client, NULL, NULL);
    CHECK(rig_run(&rig));
    stats = rig_stats(&rig);
    CHECK_EQ(stats.connections_open, 0);
    CHECK_EQ(stats.connections_idle, 0);
    CHECK(rig_end(&rig));
}

/* ---- answers that are handed out --------------------------------------------------------------------------------- */

typedef struct data_log {
    call_outcome outcome;
    char text[64];
} data_log;

static void note_data(weft_call *call, const void *bytes, size_t len, void *arg)
{
    data_log *log = arg;

    (void)call;
    strncat(log->text, bytes, len);
}

TEST(answer_that_breaks_off_while_it_is_handed_out_is_not_begun_again)
{
    static const script_step cut[] = {EXPECT("GET /file"), SEND("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"),
                                      CLOSE(), EXPECT_NOTHING_MORE()};
    client_rig rig;
    data_log log = {.text = ""};

    CHECK(rig_open(&rig, NULL, &(weft_client_options){.retries.first_backoff_ms = 1}));
    fault_server_play(rig.server, SCRIPT(cut), 1);
    weft_http_send(rig.client, &(weft_http_request){.method = "GET", .path = "/file", .on_data = note_data}, NULL,
                   on_http_outcome, &log);
    CHECK(rig_run(&rig));
    CHECK_EQ(log.outcome.code, WEFT_E_CONNECTION_LOST);
    CHECK_STR(log.text, "half");
    CHECK(rig_end(&rig));
}

static void read_text(call_outcome *outcome, weft_call *call)
{
    weft_str text =
        weft_call_get_text(call, weft_json_get_member(weft_json_parse_str(weft_call_get_body(call)), "output"));

    snprintf(outcome->arg, 32, "%s", text.ptr);
    CHECK(!weft_call_get_text(call, (weft_json){"5", 1}).ptr);
}

TEST(text_in_the_answer_is_read_into_the_memory_of_the_call)
{
    static const script_step runs[] = {
        EXPECT("POST /run"),
        SEND("HTTP/1.1 200 OK\r\nContent-Length: 35\r\n\r\n{\"output\":\"a\\n\\\"b\\\"\",\"status\":\"ok\"}")};
    client_rig rig;
    char text[32] = "";
    call_outcome call = {.then = read_text, .arg = text};

    CHECK(rig_open(&rig, NULL, NULL));
    fault_server_play(rig.server, SCRIPT(runs), 1);
    weft_stromboli_run(rig.client, &(weft_stromboli_run_request){.prompt = "hi"}, NULL, on_stromboli_run_outcome,
                       &call);
    CHECK(rig_run(&rig));
    CHECK_STR(text, "a\n\"b\"");
    CHECK(rig_end(&rig));
}

#ifdef WEFT__ASSERTIONS

/* Whether a child that uses the handle comes to a bad end. */
static bool is_fatal(weft_call *call)
{
    pid_t child = fork();
    int status;

    if (child == 0) {
        dup2(open("/dev/null", O_WRONLY), STDERR_FILENO);
        weft_call_cancel(call);
        _exit(0);
    }
    return child > 0 && waitpid(child, &status, 0) == child && !(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

TEST(handle_that_nobody_holds_any_more_is_told_where_it_is_used)
{
    client_rig rig;
    call_outcome outcome = {0};
    weft_call *call;

    CHECK(rig_open(&rig, NULL, NULL));
    fault_server_play(rig.server, SCRIPT(answers), 1);
    call = weft_call_ref(weft_stromboli_get_metrics(rig.client, NULL, on_text_outcome, &outcome));
    CHECK(rig_run(&rig));
    CHECK_EQ(outcome.code, WEFT_OK);
    CHECK(!is_fatal(call));
    weft_call_unref(call);
    CHECK(is_fatal(call));
    CHECK(rig_end(&rig));
}

#endif
