/* Whether a request has been acted on: what each ending says of it, in the error, in the details and in the
 * sentence. */
#include <stdio.h>

#include "client_rig.h"
#include "test.h"

static const weft_client_options once = {.retries.max_retries = WEFT_NO_RETRIES};
static const weft_client_options quick = {.retries = {.first_backoff_ms = 1, .max_backoff_ms = 2}};

#define ANSWERS(text)                                                                                                  \
    {                                                                                                                  \
        EXPECT("POST /run"), SEND(text), CLOSE()                                                                       \
    }
#define EMPTY "\r\nContent-Length: 0\r\n\r\n"

static void run(client_rig *rig, call_outcome *call)
{
    weft_stromboli_run(rig->client, &(weft_stromboli_run_request){.prompt = "hi"}, NULL, on_stromboli_run_outcome,
                       call);
}

/* One run, of a server that plays `script` for every connection; how many requests it got. */
static size_t run_once(fault_script script, const weft_client_options *options, call_outcome *call)
{
    client_rig rig;
    size_t count;

    if (!rig_open(&rig, NULL, options))
        return 0;
    fault_server_play(rig.server, script, 0);
    run(&rig, call);
    if (!rig_run(&rig) || call->count != 1)
        return 0;
    count = fault_server_request_count(rig.server);
    return rig_end(&rig) ? count : 0;
}

/* ---- what was answered ------------------------------------------------------------------------------------------- */

TEST(each_answer_says_what_it_proves)
{
    static const struct {
        const char *answer;
        weft_outcome outcome;
    } cases[] = {
        {"200 OK", WEFT_OUTCOME_ACTED_ON},
        {"202 Accepted", WEFT_OUTCOME_ACTED_ON},
        {"301 Moved Permanently\r\nLocation: /elsewhere", WEFT_OUTCOME_UNKNOWN},
        {"302 Found\r\nLocation: /elsewhere", WEFT_OUTCOME_UNKNOWN},
        {"303 See Other\r\nLocation: /elsewhere", WEFT_OUTCOME_UNKNOWN},
        {"307 Temporary Redirect\r\nLocation: /elsewhere", WEFT_OUTCOME_NOT_ACTED_ON},
        {"308 Permanent Redirect\r\nLocation: /elsewhere", WEFT_OUTCOME_NOT_ACTED_ON},
        {"400 Bad Request", WEFT_OUTCOME_NOT_ACTED_ON},
        {"401 Unauthorized", WEFT_OUTCOME_NOT_ACTED_ON},
        {"403 Forbidden", WEFT_OUTCOME_NOT_ACTED_ON},
        {"404 Not Found", WEFT_OUTCOME_NOT_ACTED_ON},
        {"408 Request Timeout", WEFT_OUTCOME_UNKNOWN},
        {"409 Conflict", WEFT_OUTCOME_NOT_ACTED_ON},
        {"413 Payload Too Large", WEFT_OUTCOME_NOT_ACTED_ON},
        {"422 Unprocessable Entity", WEFT_OUTCOME_NOT_ACTED_ON},
        {"429 Too Many Requests", WEFT_OUTCOME_NOT_ACTED_ON},
        {"499 Client Closed Request", WEFT_OUTCOME_UNKNOWN},
        {"500 Internal Server Error", WEFT_OUTCOME_UNKNOWN},
        {"501 Not Implemented", WEFT_OUTCOME_NOT_ACTED_ON},
        {"502 Bad Gateway", WEFT_OUTCOME_UNKNOWN},
        {"503 Service Unavailable", WEFT_OUTCOME_UNKNOWN},
        {"503 Service Unavailable\r\nRetry-After: 1", WEFT_OUTCOME_NOT_ACTED_ON},
        {"504 Gateway Timeout", WEFT_OUTCOME_UNKNOWN},
        {"505 HTTP Version Not Supported", WEFT_OUTCOME_NOT_ACTED_ON},
        {"520 Web Server Returned an Unknown Error", WEFT_OUTCOME_UNKNOWN},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char answer[128];
        script_step steps[] = {EXPECT("POST /run"), SEND_DATA(answer, 0), CLOSE()};
        call_outcome call = {0};

        snprintf(answer, sizeof(answer), "HTTP/1.1 %s" EMPTY, cases[i].answer);
        steps[1].len = strlen(answer);
        CHECK_EQ(run_once(SCRIPT(steps), &once, &call), 1);
        if (call.details.outcome != cases[i].outcome || call.outcome != cases[i].outcome)
            test_fail(__FILE__, __LINE__, "%s says %s", cases[i].answer, weft_outcome_name(call.details.outcome));
        CHECK_EQ(strstr(call.message, "; it may have been acted on") != NULL, cases[i].outcome == WEFT_OUTCOME_UNKNOWN);
    }
}

TEST(answer_that_came_and_could_not_be_used_was_acted_on_all_the_same)
{
    static const script_step cut[] =
        ANSWERS("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{\"id\":");
    static const script_step garbage[] =
        ANSWERS("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 3\r\n\r\n{x}");
    static const script_step too_large[] =
        ANSWERS("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2000\r\n\r\n");
    static const struct {
        fault_script script;
        weft_code code;
        const char *words;
    } cases[] = {
        {{cut, 3}, WEFT_E_CONNECTION_LOST, "; it was acted on, and may go on"},
        {{garbage, 3}, WEFT_E_DECODE, "; it was acted on"},
        {{too_large, 3}, WEFT_E_TOO_LARGE, "; it was acted on"},
    };
    weft_client_options options = quick;

    options.max_body_bytes = 1000;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        call_outcome call = {0};

        CHECK_EQ(run_once(cases[i].script, &options, &call), 1);
        CHECK_EQ(call.code, cases[i].code);
        CHECK_EQ(call.outcome, WEFT_OUTCOME_ACTED_ON);
        CHECK_CONTAINS(call.message, cases[i].words);
    }
}

TEST(web_page_in_the_place_of_a_service_leaves_it_unknown)
{
    static const script_step page[] =
        ANSWERS("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 15\r\n\r\n<html>hi</html>");
    call_outcome call = {0};

    CHECK_EQ(run_once(SCRIPT(page), &quick, &call), 1);
    CHECK_EQ(call.code, WEFT_E_CONTENT_TYPE);
    CHECK_EQ(call.outcome, WEFT_OUTCOME_UNKNOWN);
}

TEST(web_page_that_is_cut_or_too_large_leaves_it_unknown_as_a_whole_one_does)
{
    static const script_step cut[] =
        ANSWERS("HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: 15\r\n\r\n<html>");
    static const script_step large[] =
        ANSWERS("HTTP/1.1 200 OK\r\nContent-Type: Text/HTML\r\nContent-Length: 2000\r\n\r\n");
    static const fault_script scripts[] = {{cut, 3}, {large, 3}};
    static const weft_code codes[] = {WEFT_E_CONNECTION_LOST, WEFT_E_TOO_LARGE};
    weft_client_options options = quick;

    options.max_body_bytes = 1000;
    for (size_t i = 0; i < 2; i++) {
        call_outcome call = {0};

        CHECK_EQ(run_once(scripts[i], &options, &call), 1);
        CHECK_EQ(call.code, codes[i]);
        CHECK_EQ(call.status, 200);
        CHECK_EQ(call.outcome, WEFT_OUTCOME_UNKNOWN);
    }
}

TEST(answer_that_is_only_called_a_page_was_acted_on)
{
    static const script_step answer[] =
        ANSWERS("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 22\r\n\r\n{\"status\":\"completed\"}");
    call_outcome call = {0};

    CHECK_EQ(run_once(SCRIPT(answer), &quick, &call), 1);
    CHECK_EQ(call.code, WEFT_OK);
    CHECK_EQ(call.details.outcome, WEFT_OUTCOME_ACTED_ON);
}

TEST(question_acts_on_nothing_however_it_ends)
{
    static const script_step lost[] = {EXPECT("GET /metrics"), CLOSE()};
    static const script_step good[] = {EXPECT("GET /metrics"), SEND(ANSWER_OK)};
    client_rig rig;
    call_outcome first = {0}, second = {0};

    CHECK(rig_open(&rig, NULL, &once));
    fault_server_play(rig.server, SCRIPT(lost), 1);
    fault_server_play(rig.server, SCRIPT(good), 1);
    weft_stromboli_get_metrics(rig.client, NULL, on_text_outcome, &first);
    CHECK(rig_run(&rig));
    weft_stromboli_get_metrics(rig.client, NULL, on_text_outcome, &second);
    CHECK(rig_run(&rig));
    CHECK_EQ(first.code, WEFT_E_CONNECTION_LOST);
    CHECK_EQ(first.outcome, WEFT_OUTCOME_NOT_ACTED_ON);
    CHECK_EQ(second.code, WEFT_OK);
    CHECK_EQ(second.details.outcome, WEFT_OUTCOME_NOT_ACTED_ON);
    CHECK(rig_end(&rig));
}

/* A POST that its caller lets be repeated: the first attempt is lost, the second is turned away. */
TEST(attempt_that_is_turned_away_proves_nothing_of_the_one_before)
{
    static const script_step lost[] = {EXPECT("POST /notes"), CLOSE()};
    static const script_step refused[] = {EXPECT("POST /notes"), SEND("HTTP/1.1 400 Bad Request" EMPTY)};
    client_rig rig;
    call_outcome call = {0};

    CHECK(rig_open(&rig, NULL, &quick));
    fault_server_play(rig.server, SCRIPT(lost), 1);
    fault_server_play(rig.server, SCRIPT(refused), 1);
    weft_http_send(rig.client, &(weft_http_request){.method = "POST", .path = "/notes", .repeatable = true}, NULL,
                   on_http_outcome, &call);
    CHECK(rig_run(&rig));
    CHECK_EQ(call.code, WEFT_E_BAD_REQUEST);
    CHECK_EQ(call.outcome, WEFT_OUTCOME_UNKNOWN);
    CHECK(rig_end(&rig));
}

/* ---- what was sent ----------------------------------------------------------------------------------------------- */

typedef void end_fn(client_rig *rig, weft_call *call);

static void by_cancel(client_rig *rig, weft_call *call)
{
    (void)rig;
    weft_call_cancel(call);
}

static void by_client(client_rig *rig, weft_call *call)
{
    (void)call;
    weft_client_close(rig->client, NULL, NULL);
}

static void by_engine(client_rig *rig, weft_call *call)
{
    (void)call;
    weft_engine_close(rig->engine, rig_engine_closed, rig);
}

static end_fn *const ends[] = {by_cancel, by_client, by_engine};

static bool is_asked(void *arg)
{
    return fault_server_request_count(((client_rig *)arg)->server) == 1;
}

TEST(run_that_is_cancelled_or_closed_once_it_was_sent_is_unknown)
{
    static const script_step silent[] = {EXPECT("POST /run"), EXPECT_CLOSE()};

    for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
        call_outcome outcome = {0};
        client_rig rig;
        weft_call *call;

        CHECK(rig_open(&rig, NULL, &quick));
        fault_server_play(rig.server, SCRIPT(silent), 1);
        call = weft_stromboli_run(rig.client, &(weft_stromboli_run_request){.prompt = "hi"}, NULL,
                                  on_stromboli_run_outcome, &outcome);
        CHECK(test_loop_run_until(&rig.loop, is_asked, &rig, "the request"));
        ends[i](&rig, call);
        CHECK(rig_run(&rig));
        CHECK_EQ(outcome.code, i == 0 ? WEFT_E_CANCELLED : WEFT_E_CLOSED);
        CHECK_EQ(outcome.outcome, WEFT_OUTCOME_UNKNOWN);
        CHECK_EQ(outcome.details.outcome, WEFT_OUTCOME_UNKNOWN);
        CHECK_CONTAINS(outcome.message, "; it may have been acted on");
        CHECK(rig_end(&rig));
    }
}

TEST(run_that_is_cancelled_or_closed_before_anything_was_sent_is_not_acted_on)
{
    for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
        call_outcome outcome = {0};
        client_rig rig;
        weft_call *call;

        CHECK(rig_open(&rig, NULL, &quick));
        call = weft_stromboli_run(rig.client, &(weft_stromboli_run_request){.prompt = "hi"}, NULL,
                                  on_stromboli_run_outcome, &outcome);
        ends[i](&rig, call);
        CHECK(rig_run(&rig));
        CHECK_EQ(outcome.outcome, WEFT_OUTCOME_NOT_ACTED_ON);
        CHECK(!strstr(outcome.message, "acted on"));
        CHECK(rig_end(&rig));
    }
}

static void note_retry(weft_call *call, const weft_error *error, uint32_t delay_ms, void *arg)
{
    (void)call;
    (void)error;
    (void)delay_ms;
    *(bool *)arg = true;
}

static void cancel_at_retry(weft_call *call, const weft_error *error, uint32_t delay_ms, void *arg)
{
    note_retry(call, error, delay_ms, arg);
    weft_call_cancel(call);
}

/* The fourth way is to cancel within the hook. */
TEST(run_that_is_cancelled_or_closed_before_it_is_sent_again_is_as_the_attempt_before_left_it)
{
    static const script_step refused[] = ANSWERS("HTTP/1.1 503 x\r\nRetry-After: 30" EMPTY);

    for (size_t i = 0; i <= sizeof(ends) / sizeof(ends[0]); i++) {
        bool is_within = i == sizeof(ends) / sizeof(ends[0]), waits = false;
        weft_client_options options = quick;
        call_outcome outcome = {0};
        client_rig rig;
        weft_call *call;

        options.on_retry = is_within ? cancel_at_retry : note_retry;
        options.hook_arg = &waits;
        CHECK(rig_open(&rig, NULL, &options));
        fault_server_play(rig.server, SCRIPT(refused), 1);
        call = weft_stromboli_run(rig.client, &(weft_stromboli_run_request){.prompt = "hi"}, NULL,
                                  on_stromboli_run_outcome, &outcome);
        CHECK(test_loop_run_until_set(&rig.loop, &waits, "the refusal"));
        if (!is_within)
            ends[i](&rig, call);
        CHECK(rig_run(&rig));
        CHECK_EQ(outcome.count, 1);
        CHECK_EQ(outcome.outcome, WEFT_OUTCOME_NOT_ACTED_ON);
        CHECK_EQ(outcome.details.outcome, WEFT_OUTCOME_NOT_ACTED_ON);
        CHECK(rig_end(&rig));
    }
}

/* A POST that its caller lets be repeated. */
TEST(repeated_request_that_is_cancelled_before_it_is_sent_again_keeps_the_doubt_of_the_first)
{
    static const script_step lost[] = {EXPECT("POST /notes"), CLOSE()};
    weft_client_options options = {.timeouts.total_ms = WEFT_NO_TIMEOUT,
                                   .retries = {.first_backoff_ms = 60000, .max_backoff_ms = 60000}};
    weft_http_request request = {.method = "POST", .path = "/notes", .repeatable = true};
    call_outcome outcome = {0};
    bool waits = false;
    client_rig rig;
    weft_call *call;

    options.on_retry = note_retry;
    options.hook_arg = &waits;
    CHECK(rig_open(&rig, NULL, &options));
    fault_server_play(rig.server, SCRIPT(lost), 1);
    call = weft_http_send(rig.client, &request, NULL, on_http_outcome, &outcome);
    CHECK(test_loop_run_until_set(&rig.loop, &waits, "the loss"));
    weft_call_cancel(call);
    CHECK(rig_run(&rig));
    CHECK_EQ(outcome.code, WEFT_E_CANCELLED);
    CHECK_EQ(outcome.outcome, WEFT_OUTCOME_UNKNOWN);
    CHECK(rig_end(&rig));
}

/* ---- streams ----------------------------------------------------------------------------------------------------- */

static void cancel_stream(stream_log *heard, weft_stream *stream)
{
    (void)heard;
    weft_stream_cancel(stream);
}

TEST(stream_that_is_cancelled_while_it_is_open_was_acted_on)
{
    static const script_step steps[] = {EXPECT("GET /run/stream"), SEND(ANSWER_EVENTS "data: 1\n\n"), EXPECT_CLOSE()};
    client_rig rig;
    stream_log heard = {.at_event = cancel_stream};

    CHECK(rig_open(&rig, NULL, NULL));
    fault_server_play(rig.server, SCRIPT(steps), 1);
    rig_stream(&rig, &heard, NULL);
    CHECK(rig_run(&rig));
    CHECK_EQ(heard.code, WEFT_E_CANCELLED);
    CHECK_EQ(heard.outcome, WEFT_OUTCOME_ACTED_ON);
    CHECK_CONTAINS(heard.message, "; it was acted on, and may go on");
    CHECK(rig_end(&rig));
}

TEST(stream_that_is_cancelled_before_its_head_is_unknown)
{
    static const script_step steps[] = {EXPECT("GET /run/stream"), EXPECT_CLOSE()};
    client_rig rig;
    stream_log heard = {0};

    CHECK(rig_open(&rig, NULL, NULL));
    fault_server_play(rig.server, SCRIPT(steps), 1);
    rig_stream(&rig, &heard, NULL);
    CHECK(test_loop_run_until(&rig.loop, is_asked, &rig, "the request"));
    weft_stream_cancel(heard.stream);
    CHECK(rig_run(&rig));
    CHECK_EQ(heard.code, WEFT_E_CANCELLED);
    CHECK_EQ(heard.outcome, WEFT_OUTCOME_UNKNOWN);
    CHECK(rig_end(&rig));
}

/* ---- an error answer that is not whole --------------------------------------------------------------------------- */

TEST(error_answer_that_is_cut_counts_by_its_status)
{
    static const script_step refused[] =
        ANSWERS("HTTP/1.1 400 Bad Request\r\nContent-Length: 90\r\n\r\nprompt is too long, for");
    static const script_step broken[] = ANSWERS("HTTP/1.1 500 Oops\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nboom\r\n");
    call_outcome bad = {0}, internal = {0};

    CHECK_EQ(run_once(SCRIPT(refused), &quick, &bad), 1);
    CHECK_EQ(bad.code, WEFT_E_BAD_REQUEST);
    CHECK_EQ(bad.status, 400);
    CHECK_EQ(bad.outcome, WEFT_OUTCOME_NOT_ACTED_ON);
    CHECK_STR(bad.text, "prompt is too long, for");
    CHECK_CONTAINS(bad.message, "400 Bad Request: prompt is too long, for; its body was not read to the end: ");
    CHECK_EQ(run_once(SCRIPT(broken), &quick, &internal), 1);
    CHECK_EQ(internal.code, WEFT_E_SERVER_ERROR);
    CHECK_EQ(internal.outcome, WEFT_OUTCOME_UNKNOWN);
    CHECK_CONTAINS(internal.message, "boom; its body was not read to the end: ");
}

TEST(refusal_that_is_cut_or_stalls_is_repeated_by_its_status_and_its_delay)
{
    static const script_step cut[] = ANSWERS("HTTP/1.1 503 x\r\nRetry-After-Ms: 1\r\nContent-Length: 90\r\n\r\nbusy");
    static const script_step stalls[] = {EXPECT("POST /run"),
                                         SEND("HTTP/1.1 429 x\r\nRetry-After-Ms: 1\r\nContent-Length: 90\r\n\r\nbusy"),
                                         EXPECT_CLOSE()};
    static const script_step is_reset[] = {
        EXPECT("POST /run"), SEND("HTTP/1.1 429 x\r\nRetry-After-Ms: 1\r\nContent-Length: 90\r\n\r\nbusy"), RESET()};
    static const fault_script scripts[] = {{cut, 3}, {stalls, 3}, {is_reset, 3}};
    weft_client_options options = quick;

    options.timeouts.idle_ms = 30;
    for (size_t i = 0; i < sizeof(scripts) / sizeof(scripts[0]); i++) {
        call_outcome call = {0};

        CHECK_EQ(run_once(scripts[i], &options, &call), 3);
        CHECK_EQ(call.code, i == 0 ? WEFT_E_UNAVAILABLE : WEFT_E_RATE_LIMITED);
        CHECK_EQ(call.retry_after_ms, 1);
        CHECK_EQ(call.outcome, WEFT_OUTCOME_NOT_ACTED_ON);
    }
}

TEST(long_error_answer_is_kept_as_far_as_it_may_be)
{
    static const script_step announced[] = {
        EXPECT("POST /run"), SEND("HTTP/1.1 400 x\r\nContent-Length: 5000\r\n\r\n0123456789"), EXPECT_CLOSE()};
    static const script_step streamed[] = {EXPECT("POST /run"), SEND("HTTP/1.1 400 x\r\n\r\n01234567"), SEND("89ab"),
                                           EXPECT_CLOSE()};
    static const fault_script scripts[] = {{announced, 3}, {streamed, 4}};
    weft_client_options options = quick;

    options.max_body_bytes = 10;
    for (size_t i = 0; i < sizeof(scripts) / sizeof(scripts[0]); i++) {
        call_outcome call = {0};

        options.timeouts.idle_ms = 50;
        CHECK_EQ(run_once(scripts[i], &options, &call), 1);
        CHECK_EQ(call.code, WEFT_E_BAD_REQUEST);
        CHECK_STR(call.text, "0123456789");
        CHECK_EQ(call.outcome, WEFT_OUTCOME_NOT_ACTED_ON);
    }
}

TEST(refusal_of_a_stream_that_is_cut_is_repeated_by_its_status)
{
    static const script_step cut[] = {EXPECT("GET /run/stream"),
                                      SEND("HTTP/1.1 429 x\r\nRetry-After-Ms: 1\r\nContent-Length: 90\r\n\r\nbusy"),
                                      CLOSE()};
    client_rig rig;
    stream_log heard = {0};

    CHECK(rig_open(&rig, NULL, &quick));
    fault_server_play(rig.server, SCRIPT(cut), 3);
    rig_stream(&rig, &heard, NULL);
    CHECK(rig_run(&rig));
    CHECK_EQ(heard.code, WEFT_E_RATE_LIMITED);
    CHECK_EQ(heard.outcome, WEFT_OUTCOME_NOT_ACTED_ON);
    CHECK(rig_end(&rig));
}

TEST(outcomes_have_names)
{
    CHECK_STR(weft_outcome_name(WEFT_OUTCOME_UNKNOWN), "unknown");
    CHECK_STR(weft_outcome_name(WEFT_OUTCOME_NOT_ACTED_ON), "not_acted_on");
    CHECK_STR(weft_outcome_name(WEFT_OUTCOME_ACTED_ON), "acted_on");
    CHECK_STR(weft_outcome_name((weft_outcome)7), "unknown");
}

TEST(long_refusal_of_a_stream_is_repeated_by_its_status)
{
    static char page[80 * 1024];
    static const script_step steps[] = {EXPECT("GET /run/stream"),
                                        SEND("HTTP/1.1 429 x\r\nRetry-After-Ms: 1\r\nContent-Length: 81920\r\n\r\n"),
                                        SEND_DATA(page, sizeof(page)), EXPECT_CLOSE()};
    client_rig rig;
    stream_log heard = {0};

    memset(page, 'x', sizeof(page));
    CHECK(rig_open(&rig, NULL, &quick));
    fault_server_play(rig.server, SCRIPT(steps), 3);
    rig_stream(&rig, &heard, NULL);
    CHECK(rig_run(&rig));
    CHECK_EQ(heard.code, WEFT_E_RATE_LIMITED);
    CHECK_EQ(heard.details.attempts, 3);
    CHECK(rig_end(&rig));
}

TEST(refusal_in_a_foreign_coding_is_repeated_by_its_status_whatever_its_length)
{
    static const script_step steps[] = {
        EXPECT("POST /run"),
        SEND("HTTP/1.1 429 x\r\nRetry-After-Ms: 1\r\nContent-Encoding: br\r\nContent-Length: 40\r\n\r\n"
             "\x1b\x01\x80\xff\xfe\xfd\xfc\xfb\x1b\x01\x80\xff\xfe\xfd\xfc\xfb\x1b\x01\x80\xff\xfe\xfd\xfc\xfb"
             "\x1b\x01\x80\xff\xfe\xfd\xfc\xfb\x1b\x01\x80\xff\xfe\xfd\xfc\xfb"),
        EXPECT_CLOSE()};
    weft_client_options options = quick;
    call_outcome call = {0};

    options.max_body_bytes = 10;
    CHECK_EQ(run_once(SCRIPT(steps), &options, &call), 3);
    CHECK_EQ(call.code, WEFT_E_RATE_LIMITED);
    CHECK_EQ(call.outcome, WEFT_OUTCOME_NOT_ACTED_ON);
}

TEST(request_in_the_callers_own_words_that_starts_a_run_is_treated_as_one)
{
    static const script_step lost[] = {EXPECT("GET /run/stream"), CLOSE()};
    static const script_step moved[] = {EXPECT("GET /run/stream"),
                                        SEND("HTTP/1.1 302 Found\r\nLocation: /run/stream" EMPTY)};
    static const fault_script scripts[] = {{lost, 2}, {moved, 2}};

    for (size_t i = 0; i < sizeof(scripts) / sizeof(scripts[0]); i++) {
        client_rig rig;
        call_outcome call = {0};

        CHECK(rig_open(&rig, NULL, &quick));
        fault_server_play(rig.server, scripts[i], 1);
        weft_http_send(rig.client, &(weft_http_request){.method = "GET", .path = "/run/stream"}, NULL, on_http_outcome,
                       &call);
        CHECK(rig_run(&rig));
        CHECK_EQ(call.outcome, WEFT_OUTCOME_UNKNOWN);
        CHECK_EQ(fault_server_request_count(rig.server), 1);
        CHECK(rig_end(&rig));
    }
}
