/* Streams of output, and waiting for jobs. */
#include "stromboli_fixture.h"

#include <stdio.h>

typedef struct stream_fixture {
    fixture fx;
    char events[512]; /* "TYPE=DATA;" one after the other */
    char states[128]; /* "STATUS;" of a job's changes */
    unsigned opened;
    unsigned ended;
    bool over;
    weft_code code; /* of the end */
    char message[512];
    char server_code[32];
    int status;
} stream_fixture;

static void on_open(weft_stream *stream, void *arg)
{
    (void)stream;
    ((stream_fixture *)arg)->opened++;
}

static void on_event(weft_stream *stream, const weft_event *event, void *arg)
{
    stream_fixture *sf = arg;
    size_t len = strlen(sf->events);

    (void)stream;
    snprintf(sf->events + len, sizeof(sf->events) - len, "%s=%s;", event->type.ptr ? event->type.ptr : "",
             event->data.ptr);
}

static void on_end(weft_stream *stream, const weft_error *error, void *arg)
{
    stream_fixture *sf = arg;

    (void)stream;
    sf->ended++;
    sf->over = true;
    sf->code = error ? error->code : WEFT_OK;
    sf->status = error ? error->http_status : 0;
    snprintf(sf->message, sizeof(sf->message), "%s", error ? error->message : "");
    snprintf(sf->server_code, sizeof(sf->server_code), "%s", error && error->server_code ? error->server_code : "");
}

/* Streams what the script has to say; false, with the test failed, when it does not end. */
static bool stream(stream_fixture *sf, fault_script script, const weft_stromboli_stream_request *request)
{
    static const weft_stream_callbacks callbacks = {on_open, on_event, on_end};

    memset(sf, 0, sizeof(*sf));
    if (!begin(&sf->fx, script, script.count ? 1 : 0))
        return false;
    if (!weft_stromboli_stream(sf->fx.client, request, NULL, &callbacks, sf) || sf->ended)
        return false;
    return test_loop_run_until_set(&sf->fx.loop, &sf->over, "the stream has ended") && end(&sf->fx) && sf->ended == 1;
}

#define STREAM(body) ANSWER_AS("200 OK", "text/event-stream", body)

TEST(stream_delivers_lines_and_ends_with_done)
{
    static const script_step steps[] = {
        EXPECT("GET "
               "/run/stream?prompt=Count+from+1+to+2&session_id=550e8400-e29b-41d4-a716-446655440000&workdir="
               "%2Fworkspace HTTP/1.1\r\n"),
        AND_CONTAINS("\r\nAccept: text/event-stream\r\n"),
        AND_CONTAINS("\r\nCache-Control: no-cache\r\n"),
        AND_CONTAINS("\r\nAuthorization: Bearer tok-1\r\n"),
        STREAM("data: 1\n\ndata: \n\ndata: 2\n\nevent: done\ndata: "
               "{\"id\":\"run-1\",\"status\":\"completed\"}\n\n"),
    };
    weft_stromboli_stream_request request = {
        .prompt = "Count from 1 to 2",
        .workdir = "/workspace",
        .session_id = "550e8400-e29b-41d4-a716-446655440000",
    };
    stream_fixture sf;

    CHECK(stream(&sf, SCRIPT(steps), &request));
    CHECK_EQ(sf.code, WEFT_OK);
    CHECK_EQ(sf.opened, 1);
    CHECK_STR(sf.events, "=1;=;=2;done={\"id\":\"run-1\",\"status\":\"completed\"};");
}

static const weft_stromboli_stream_request hi = {.prompt = "hi"};

TEST(stream_that_fails_ends_with_the_servers_words)
{
    static const script_step steps[] = {
        EXPECT("GET /run/stream?prompt=hi HTTP/1.1\r\n"),
        STREAM("data: starting\n\nevent: error\ndata: execution failed: exit status 1, output: boom\n\n"),
    };
    stream_fixture sf;

    CHECK(stream(&sf, SCRIPT(steps), &hi));
    CHECK_STR(sf.events, "=starting;error=execution failed: exit status 1, output: boom;");
    CHECK_EQ(sf.code, WEFT_E_STREAM_ERROR);
    CHECK_CONTAINS(sf.message, "execution failed: exit status 1, output: boom");
}

TEST(stream_without_its_last_event_was_cut)
{
    static const script_step steps[] = {
        EXPECT("GET /run/stream?prompt=hi HTTP/1.1\r\n"),
        STREAM("data: one\n\ndata: two\ndata: thr"),
    };
    stream_fixture sf;

    CHECK(stream(&sf, SCRIPT(steps), &hi));
    CHECK_STR(sf.events, "=one;=two;"); /* whole lines of an event count, half a line does not */
    CHECK_EQ(sf.code, WEFT_E_STREAM_UNFINISHED);
}

TEST(stream_whose_last_event_lacks_its_blank_line_is_done)
{
    static const script_step steps[] = {
        EXPECT("GET /run/stream?prompt=hi HTTP/1.1\r\n"),
        STREAM("event: done\ndata: {}\n"),
    };
    stream_fixture sf;

    CHECK(stream(&sf, SCRIPT(steps), &hi));
    CHECK_STR(sf.events, "done={};");
    CHECK_EQ(sf.code, WEFT_OK);
}

TEST(stream_output_with_carriage_returns_is_text_and_can_end_nothing)
{
    static const script_step steps[] = {
        EXPECT("GET /run/stream?prompt=hi HTTP/1.1\r\n"),
        STREAM("data:   0 12.9M\r 50 12.9M\r100 12.9M\n\n"
               "data: x\revent: done\rdata: {\"status\":\"completed\"}\r\r\n\n"
               "data: x\revent: error\rdata: no\r\rid: 1\n\n"
               "event: done\ndata: {\"status\":\"completed\"}\n\n"),
    };
    stream_fixture sf;

    CHECK(stream(&sf, SCRIPT(steps), &hi));
    CHECK_STR(sf.events, "=  0 12.9M\r 50 12.9M\r100 12.9M;"
                         "=x\revent: done\rdata: {\"status\":\"completed\"}\r;"
                         "=x\revent: error\rdata: no\r\rid: 1;"
                         "done={\"status\":\"completed\"};");
    CHECK_EQ(sf.code, WEFT_OK);
}

TEST(stream_error_whose_text_holds_another_end_stays_an_error)
{
    static const script_step within[] = {
        EXPECT("GET /run/stream"),
        STREAM("event: error\ndata: execution failed: output: a\nevent: done\ndata: {}\n\n"),
    };
    static const script_step behind[] = {
        EXPECT("GET /run/stream"),
        STREAM("event: error\ndata: execution failed: output: a\n\nevent: done\ndata: {}\n\ndata: more\n\n"),
    };
    stream_fixture sf;

    CHECK(stream(&sf, SCRIPT(within), &hi));
    CHECK_STR(sf.events, "error=execution failed: output: a\n{};");
    CHECK_EQ(sf.code, WEFT_E_STREAM_ERROR);
    CHECK(stream(&sf, SCRIPT(behind), &hi));
    CHECK_STR(sf.events, "error=execution failed: output: a;"); /* the final event is the last one */
    CHECK_EQ(sf.code, WEFT_E_STREAM_ERROR);
    CHECK_CONTAINS(sf.message, "/run/stream: execution failed: output: a");
}

TEST(stream_is_over_with_its_final_event_whatever_follows)
{
    static const script_step steps[] = {
        EXPECT("GET /run/stream"),
        SEND("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\nevent: done\ndata: {}\n\ndata: more\n\n"),
        EXPECT_CLOSE(),
    };
    stream_fixture sf;

    CHECK(stream(&sf, SCRIPT(steps), &hi));
    CHECK_STR(sf.events, "done={};");
    CHECK_EQ(sf.code, WEFT_OK);
}

#define ENDS_WITH(data)                                                                                                \
    {                                                                                                                  \
        EXPECT("GET /run/stream"), STREAM("data: x\n\nevent: done\ndata: " data "\n\n")                                \
    }

TEST(stream_that_is_done_with_a_crash_is_no_good_end)
{
    static const script_step crashed[] = ENDS_WITH("{\"id\":\"run-1\",\"status\":\"crashed\",\"crash_info\":{\"exit_"
                                                   "code\":137,\"reason\":\"Process killed by SIGKILL\"}}");
    static const script_step unexplained[] = ENDS_WITH("{\"id\":\"run-1\",\"status\":\"crashed\"}");
    static const script_step unnamed[] = ENDS_WITH("{\"status\":\"lost \\u00fc\"}");
    static const script_step told_by_info[] = ENDS_WITH("{\"status\":\"completed\",\"crash_info\":{\"exit_code\":1}}");
    stream_fixture sf;

    CHECK(stream(&sf, SCRIPT(crashed), &hi));
    CHECK_EQ(sf.code, WEFT_E_STREAM_ERROR);
    CHECK_STR(sf.server_code, "crashed");
    CHECK_CONTAINS(sf.message, "/run/stream: the run ended as \"crashed\": Process killed by SIGKILL (exit code 137)");
    CHECK_CONTAINS(sf.events, "=x;done={\"id\":\"run-1\",\"status\":\"crashed\"");
    CHECK(stream(&sf, SCRIPT(unexplained), &hi));
    CHECK_EQ(sf.code, WEFT_E_STREAM_ERROR);
    CHECK_CONTAINS(sf.message, "/run/stream: the run ended as \"crashed\"");
    CHECK(stream(&sf, SCRIPT(unnamed), &hi)); /* nothing but "completed" is a success */
    CHECK_EQ(sf.code, WEFT_E_STREAM_ERROR);
    CHECK_STR(sf.server_code, "lost \xC3\xBC");
    CHECK(stream(&sf, SCRIPT(told_by_info), &hi));
    CHECK_EQ(sf.code, WEFT_E_STREAM_ERROR);
    CHECK_CONTAINS(sf.message, "/run/stream: the run crashed (exit code 1)");
}

TEST(stream_that_is_done_without_a_word_about_it_ends_well)
{
    static const script_step completed[] = ENDS_WITH("{\"status\":\"completed\",\"crash_info\":null}");
    static const script_step silent[] = ENDS_WITH("{\"id\":\"run-1\"}");
    static const script_step odd[] = ENDS_WITH("finished");
    const fault_script scripts[] = {SCRIPT(completed), SCRIPT(silent), SCRIPT(odd)};

    for (unsigned i = 0; i < 3; i++) {
        stream_fixture sf;

        CHECK(stream(&sf, scripts[i], &hi));
        CHECK_EQ(sf.code, WEFT_OK);
    }
}

TEST(stream_that_is_refused_says_so_by_status)
{
    static const script_step text[] = {
        EXPECT("GET /run/stream"),
        ANSWER_AS("400 Bad Request", "text/plain; charset=utf-8", "Missing required parameter: prompt\n"),
    };
    static const script_step json[] = {
        EXPECT("GET /run/stream"),
        ANSWER("401 Unauthorized", "{\"error\":\"token revoked\"}"),
    };
    static const script_step nothing[] = {EXPECT("GET /run/stream"), ANSWER("418 Teapot", "")};
    stream_fixture sf;

    CHECK(stream(&sf, SCRIPT(text), &hi));
    CHECK_EQ(sf.code, WEFT_E_BAD_REQUEST);
    CHECK_EQ(sf.status, 400);
    CHECK_CONTAINS(sf.message, "stream request failed: Missing required parameter: prompt");
    CHECK_EQ(sf.opened, 0);
    CHECK(stream(&sf, SCRIPT(json), &hi));
    CHECK_EQ(sf.code, WEFT_E_UNAUTHORIZED);
    CHECK_CONTAINS(sf.message, "stream request failed: token revoked");
    CHECK(stream(&sf, SCRIPT(nothing), &hi));
    CHECK_EQ(sf.code, WEFT_E_REQUEST_FAILED);
    CHECK_CONTAINS(sf.message, "stream request failed");
}

/* What answers 301 may have started the run; and where it leads, another would be started. */
TEST(redirect_of_a_run_is_not_followed_and_names_where_it_leads)
{
    static const script_step moved[] = {
        EXPECT("GET /run/stream?prompt=hi HTTP/1.1\r\n"),
        SEND("HTTP/1.1 301 Moved Permanently\r\nLocation: /api/run/stream?prompt=hi\r\nContent-Length: 0\r\n\r\n"),
        EXPECT_NOTHING_MORE(),
    };
    stream_fixture sf;

    CHECK(stream(&sf, SCRIPT(moved), &hi));
    CHECK_EQ(sf.code, WEFT_E_REQUEST_FAILED);
    CHECK_CONTAINS(sf.message, "/api/run/stream");
    CHECK_EQ(sf.opened, 0);
}

TEST(result_in_the_place_of_a_stream_is_its_final_event_and_says_how_it_ends)
{
    static const script_step good[] = {EXPECT("GET /run/stream"), ANSWER("200 OK", "{\"status\":\"completed\"}")};
    static const script_step bad[] = {EXPECT("GET /run/stream"), ANSWER("200 OK", "{\"status\":\"crashed\"}")};
    stream_fixture sf;

    CHECK(stream(&sf, SCRIPT(good), &hi));
    CHECK_EQ(sf.code, WEFT_OK);
    CHECK_STR(sf.events, "done={\"status\":\"completed\"};");
    CHECK_EQ(sf.opened, 1);
    CHECK(stream(&sf, SCRIPT(bad), &hi));
    CHECK_EQ(sf.code, WEFT_E_STREAM_ERROR);
}

TEST(stream_without_a_prompt_is_refused_unsent)
{
    stream_fixture sf;

    CHECK(stream(&sf, (fault_script){NULL, 0}, NULL));
    CHECK_EQ(sf.code, WEFT_E_INVALID);
    CHECK_CONTAINS(sf.message, "request is required");
    CHECK(stream(&sf, (fault_script){NULL, 0}, &(weft_stromboli_stream_request){.workdir = "/w"}));
    CHECK_CONTAINS(sf.message, "prompt is required");
}

TEST(stream_event_above_one_mebibyte_ends_the_stream)
{
    enum { LIMIT = 1048576 };
    static const char head[] = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: ";
    static char answer[sizeof(head) + LIMIT + 64];
    const script_step steps[] = {EXPECT("GET /run/stream"), SEND_DATA(answer, sizeof(answer)), CLOSE()};
    stream_fixture sf;

    memset(answer, 'x', sizeof(answer));
    memcpy(answer, head, sizeof(head) - 1);
    CHECK(stream(&sf, SCRIPT(steps), &hi));
    CHECK_EQ(sf.code, WEFT_E_TOO_LARGE);
    CHECK_STR(sf.events, "");
}

/* ---- Waiting ----------------------------------------------------------------------------------------- */

static void on_change(const weft_stromboli_job *job, void *arg)
{
    stream_fixture *sf = arg;
    size_t len = strlen(sf->states);

    snprintf(sf->states + len, sizeof(sf->states) - len, "%s;", job->status.ptr);
}

static void on_waited(weft_call *call, const weft_error *error, const weft_stromboli_job *job, void *arg)
{
    on_stromboli_job(call, error, job, &((stream_fixture *)arg)->fx);
}

#define JOB_IS(status, length)                                                                                         \
    EXPECT("GET /jobs/job-1 HTTP/1.1\r\n"),                                                                            \
        SEND("HTTP/1.1 200 OK\r\nContent-Length: " length "\r\n\r\n{\"id\":\"job-1\",\"status\":\"" status "\"}")

static bool wait_for_job(stream_fixture *sf, fault_script script)
{
    weft_wait_options fast = {.first_interval_ms = 1, .max_interval_ms = 2};

    memset(sf, 0, sizeof(*sf));
    return begin(&sf->fx, script, 1) &&
           finish(&sf->fx, weft_stromboli_wait_job(sf->fx.client, "job-1", &fast, on_change, NULL, on_waited, sf));
}

TEST(job_wait_looks_until_the_job_has_ended)
{
    static const script_step steps[] = {
        JOB_IS("pending", "33"), JOB_IS("running", "33"),   JOB_IS("running", "33"),
        JOB_IS("paused", "32"),  JOB_IS("completed", "35"),
    };
    stream_fixture sf;

    CHECK(wait_for_job(&sf, SCRIPT(steps)));
    CHECK(!sf.fx.error);
    CHECK(weft_stromboli_job_is_completed(sf.fx.result));
    CHECK_STR(sf.states, "pending;running;paused;completed;");
    CHECK(end(&sf.fx));
}

TEST(job_wait_takes_failed_crashed_and_cancelled_for_an_end)
{
    static const script_step failed[] = {JOB_IS("failed", "32")};
    static const script_step crashed[] = {JOB_IS("crashed", "33")};
    static const script_step cancelled[] = {JOB_IS("cancelled", "35")};
    const fault_script scripts[] = {SCRIPT(failed), SCRIPT(crashed), SCRIPT(cancelled)};

    for (unsigned i = 0; i < 3; i++) {
        stream_fixture sf;

        CHECK(wait_for_job(&sf, scripts[i]));
        CHECK(!sf.fx.error);
        CHECK(weft_stromboli_job_is_final(sf.fx.result) && !weft_stromboli_job_is_completed(sf.fx.result));
        CHECK(end(&sf.fx));
    }
}

TEST(job_wait_ends_when_the_job_is_gone)
{
    static const script_step steps[] = {
        JOB_IS("running", "33"),
        EXPECT("GET /jobs/job-1 HTTP/1.1\r\n"),
        ANSWER("404 Not Found", "{\"error\":\"job not found\"}"),
    };
    stream_fixture sf;

    CHECK(wait_for_job(&sf, SCRIPT(steps)));
    CHECK(sf.fx.error && sf.fx.error->code == WEFT_E_NOT_FOUND);
    CHECK_STR(sf.states, "running;");
    CHECK(end(&sf.fx));
}
