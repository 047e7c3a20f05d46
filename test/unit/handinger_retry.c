/* What is tried again, when, and what is not. */
#include "handinger_fixture.h"

#include "service/handinger_operations.h"

/* Waits short enough for a test, in the proportions of the real ones. */
static const weft_client_options quick = {.retries = {.first_backoff_ms = 4, .max_backoff_ms = 16}};

static const weft_handinger_create_task_request task = {.input = "i"};
static const weft_handinger_create_task_request repeatable_task = {.input = "i", .repeatable = true};

#define ASKED(count)                                                                                                   \
    EXPECT("GET /api/tasks/tsk_1 HTTP/1.1\r\n"), AND_CONTAINS("\r\nX-Stainless-Retry-Count: " count "\r\n")
#define POSTED(count) EXPECT("POST /api/tasks HTTP/1.1\r\n"), AND_CONTAINS("\r\nX-Stainless-Retry-Count: " count "\r\n")
#define FOUND ANSWER("200 OK", "{\"task\":{\"id\":\"tsk_1\"}}")

/* ---- The wait ---------------------------------------------------------------------------------------- */

TEST(the_wait_doubles_up_to_its_ceiling_less_at_most_a_quarter)
{
    static const uint32_t ceilings[] = {500, 1000, 2000, 4000, 8000, 8000, 8000};
    const weft_retry_options defaults = {.first_backoff_ms = 500, .max_backoff_ms = 8000};
    weft__random random;

    weft__random_init(&random, 1);
    for (uint32_t retry = 0; retry < sizeof(ceilings) / sizeof(ceilings[0]); retry++) {
        uint32_t least = UINT32_MAX, most = 0;

        for (int i = 0; i < 2000; i++) {
            uint32_t wait = weft__handinger_retry_delay(&random, &defaults, retry);

            least = wait < least ? wait : least;
            most = wait > most ? wait : most;
        }
        CHECK(most <= ceilings[retry] && least > ceilings[retry] - ceilings[retry] / 4);
        CHECK(most > ceilings[retry] * 99 / 100 && least < ceilings[retry] * 76 / 100);
    }
    CHECK_EQ(weft__handinger_retry_delay(&random, &defaults, UINT32_MAX) > 6000, true);
}

TEST(two_retries_are_made_with_growing_waits)
{
    static const script_step first[] = {ASKED("0"), REFUSE("500 Oops", "")};
    static const script_step second[] = {ASKED("1"), REFUSE("502 Bad Gateway", "")};
    static const script_step third[] = {
        ASKED("2"), ANSWER_WITH("502 Bad Gateway", "Content-Type: text/html\r\n", "<html>bad gateway</html>")};
    fixture fx;

    CHECK(begin_with(&fx, SCRIPT(first), 1, &quick));
    fault_server_play(fx.server, SCRIPT(second), 1);
    fault_server_play(fx.server, SCRIPT(third), 1);
    CHECK(finish(&fx, weft_handinger_get_task(fx.client, "tsk_1", NULL, on_handinger_task_with_turns, &fx)));
    CHECK(fx.error && fx.error->http_status == 502 && is(fx.error->body, "<html>bad gateway</html>"));
    CHECK_EQ(heard.delays_count, 2);
    CHECK(heard.delays[0] >= 4 && heard.delays[0] <= 4 && heard.delays[1] >= 7 && heard.delays[1] <= 8);
    CHECK(end(&fx));
}

/* How long the retry of one refusal with these headers waits; -1 when there was none. */
static int64_t wait_after(const char *status_and_headers)
{
    char text[512];
    script_step refused[] = {EXPECT("GET /api/tasks/tsk_1 HTTP/1.1\r\n"), SEND_DATA(text, 0), CLOSE()};
    static const script_step found[] = {EXPECT("GET /api/tasks/tsk_1 HTTP/1.1\r\n"), FOUND};
    int64_t wait = -1;
    fixture fx;

    snprintf(text, sizeof(text), "HTTP/1.1 %s\r\n\r\n{\"error\":\"no\"}", status_and_headers);
    refused[1].len = strlen(text);
    if (!begin_with(&fx, SCRIPT(refused), 1, &quick))
        return -2;
    fault_server_play(fx.server, SCRIPT(found), 0);
    if (!finish(&fx, weft_handinger_get_task(fx.client, "tsk_1", NULL, on_handinger_task_with_turns, &fx)))
        return -2;
    if (heard.delays_count == 1 && !fx.error)
        wait = heard.delays[0];
    return end(&fx) ? wait : -2;
}

TEST(e15_the_server_says_how_long_to_wait)
{
    CHECK_EQ(wait_after("429 Too Many Requests\r\nRetry-After-Ms: 150"), 150);
    CHECK_EQ(wait_after("429 Too Many Requests\r\nRetry-After-Ms: 7.5\r\nRetry-After: 2"), 8);
    CHECK_EQ(wait_after("500 Oops\r\nRetry-After-Ms: soon\r\nRetry-After: 0.02"), 20);
    /* No time, or one that has passed: the back-off, of 4 ms and less a quarter. */
    CHECK_EQ((wait_after("503 Unavailable\r\nRetry-After: -5") + 1) / 4, 1);
    CHECK_EQ((wait_after("409 Conflict\r\nRetry-After: Thu, 01 Jan 1970 00:00:00 GMT") + 1) / 4, 1);
    CHECK_EQ(wait_after("408 Timeout\r\nRetry-After: 61"), -1); /* beyond the ceiling */
}

TEST(e15_rate_limit_then_success)
{
    static const script_step limited[] = {
        POSTED("0"),
        ANSWER_WITH("429 Too Many Requests", "Retry-After: 2\r\nContent-Type: application/json\r\n",
                    "{\"error\":\"Rate limit exceeded\"}"),
    };
    static const script_step good[] = {POSTED("1"), ANSWER("200 OK", WORKER_E3)};
    weft_call_details details;
    fixture fx;

    CHECK(begin_with(&fx, SCRIPT(limited), 1, &(weft_client_options){0}));
    fault_server_play(fx.server, SCRIPT(good), 1);
    CHECK(finish(&fx, weft_handinger_create_task(fx.client, &task, NULL, on_handinger_worker, &fx)));
    CHECK(!fx.error);
    weft_call_get_details(fx.call, &details);
    CHECK_EQ(details.attempts, 2);
    CHECK_EQ(heard.delays[0], 2000);
    CHECK(details.times.done_ns >= UINT64_C(1990) * 1000000 && details.times.done_ns < UINT64_C(3000) * 1000000);
    CHECK(end(&fx));
}

TEST(a_longer_wait_than_allowed_is_told_and_not_waited)
{
    static const script_step limited[] = {ASKED("0"), REFUSE("429 Too Many Requests", "Retry-After: 120\r\n")};
    fixture fx;

    CHECK(begin_with(&fx, SCRIPT(limited), 1, &quick));
    CHECK(finish(&fx, weft_handinger_get_task(fx.client, "tsk_1", NULL, on_handinger_task_with_turns, &fx)));
    CHECK(fx.error && fx.error->code == WEFT_E_RATE_LIMITED && fx.error->retry_after_ms == 120000);
    CHECK_EQ(heard.delays_count, 0);
    CHECK(end(&fx));
}

/* ---- What is tried again ----------------------------------------------------------------------------- */

TEST(statuses_decide_and_x_should_retry_decides_first)
{
    static const struct {
        const char *answer;
        bool again;
    } cases[] = {
        {"400 Bad Request", false},
        {"401 Unauthorized", false},
        {"403 Forbidden", false},
        {"404 Not Found", false},
        {"408 Request Timeout", true},
        {"409 Conflict", true},
        {"410 Gone", false},
        {"422 Unprocessable Entity", false},
        {"429 Too Many Requests", true},
        {"499 Odd", false},
        {"500 Oops", true},
        {"501 Not Implemented", true},
        {"503 Unavailable", true},
        {"529 Overloaded", true},
        {"304 Not Modified", false},
        {"400 Bad Request\r\nx-should-retry: true", true},
        {"500 Oops\r\nX-Should-Retry: false", false},
        {"429 Too Many Requests\r\nx-should-retry: false\r\nRetry-After-Ms: 1", false},
        {"500 Oops\r\nx-should-retry: maybe", true},
        {"404 Not Found\r\nx-should-retry: TRUE", false},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        if ((wait_after(cases[i].answer) >= 0) != cases[i].again)
            test_fail(__FILE__, __LINE__, "%s: tried again: %d", cases[i].answer, !cases[i].again);
}

TEST(a_lost_connection_is_tried_again)
{
    static const script_step lost[] = {ASKED("0"), RESET()};
    static const script_step found[] = {ASKED("1"), FOUND};
    fixture fx;

    CHECK(begin_with(&fx, SCRIPT(lost), 1, &quick));
    fault_server_play(fx.server, SCRIPT(found), 1);
    CHECK(finish(&fx, weft_handinger_get_task(fx.client, "tsk_1", NULL, on_handinger_task_with_turns, &fx)));
    CHECK(!fx.error && heard.delays_count == 1);
    CHECK(end(&fx));
}

TEST(silence_is_tried_again)
{
    static const script_step silent[] = {ASKED("0"), EXPECT_CLOSE()};
    static const script_step found[] = {ASKED("1"), FOUND};
    weft_client_options hasty = quick;
    fixture fx;

    hasty.timeouts.first_byte_ms = 30;
    CHECK(begin_with(&fx, SCRIPT(silent), 1, &hasty));
    fault_server_play(fx.server, SCRIPT(found), 1);
    CHECK(finish(&fx, weft_handinger_get_task(fx.client, "tsk_1", NULL, on_handinger_task_with_turns, &fx)));
    CHECK(!fx.error && heard.delays_count == 1);
    CHECK(end(&fx));
}

TEST(an_answer_that_broke_off_is_not_asked_for_again)
{
    static const script_step cut[] = {
        ASKED("0"),
        SEND("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{\"task\":"),
        RESET(),
        EXPECT_NOTHING_MORE(),
    };
    fixture fx;

    CHECK(begin_with(&fx, SCRIPT(cut), 1, &quick));
    CHECK(finish(&fx, weft_handinger_get_task(fx.client, "tsk_1", NULL, on_handinger_task_with_turns, &fx)));
    CHECK(fx.error && fx.error->code == WEFT_E_CONNECTION_LOST && heard.delays_count == 0);
    CHECK(end(&fx));
}

TEST(other_changes_are_tried_again_as_well)
{
    static const script_step refused[] = {EXPECT("PATCH /api/workers/w HTTP/1.1\r\n"), REFUSE("500 Oops", "")};
    static const script_step good[] = {EXPECT("PATCH /api/workers/w HTTP/1.1\r\n"), AND_BODY("{\"title\":\"\"}"),
                                       ANSWER("200 OK", "{}")};
    weft_handinger_update_worker_request request = {.title = weft_some_str("")};
    fixture fx;

    CHECK(begin_with(&fx, SCRIPT(refused), 1, &quick));
    fault_server_play(fx.server, SCRIPT(good), 1);
    CHECK(finish(&fx, weft_handinger_update_worker(fx.client, "w", &request, NULL, on_handinger_worker_template, &fx)));
    CHECK(!fx.error && heard.delays_count == 1);
    CHECK(end(&fx));
}

TEST(a_call_may_ask_for_no_retries)
{
    static const script_step refused[] = {ASKED("0"), REFUSE("500 Oops", "")};
    weft_call_options once = {.max_retries = WEFT_NO_RETRIES};
    fixture fx;

    CHECK(begin_with(&fx, SCRIPT(refused), 1, &quick));
    CHECK(finish(&fx, weft_handinger_get_task(fx.client, "tsk_1", &once, on_handinger_task_with_turns, &fx)));
    CHECK(fx.error && heard.delays_count == 0);
    CHECK(end(&fx));
}

TEST(the_retry_count_of_the_caller_stands)
{
    static const script_step found[] = {
        EXPECT("GET /api/tasks/tsk_1 HTTP/1.1\r\n"),
        AND_CONTAINS("\r\nx-stainless-retry-count: 7\r\n"),
        AND_LACKS("X-Stainless"),
        FOUND,
    };
    weft_pair mine = {"x-stainless-retry-count", "7"};
    fixture fx;

    CHECK(begin_with(&fx, SCRIPT(found), 1, &quick));
    CHECK(finish(&fx,
                 weft_handinger_get_task(fx.client, "tsk_1", &(weft_call_options){.headers = &mine, .headers_count = 1},
                                         on_handinger_task_with_turns, &fx)));
    CHECK(!fx.error);
    CHECK(end(&fx));
}

static void take_out_count(weft_call *call, weft_request *request, void *arg)
{
    (void)call;
    (void)arg;
    weft_request_set_header(request, "X-Stainless-Retry-Count", NULL);
}

TEST(a_hook_can_take_the_retry_count_out)
{
    static const script_step found[] = {EXPECT("GET /api/tasks/tsk_1 HTTP/1.1\r\n"), AND_LACKS("X-Stainless"), FOUND};
    weft_client_options options = quick;
    fixture fx;

    options.on_request = take_out_count;
    CHECK(begin_with(&fx, SCRIPT(found), 1, &options));
    CHECK(finish(&fx, weft_handinger_get_task(fx.client, "tsk_1", NULL, on_handinger_task_with_turns, &fx)));
    CHECK(!fx.error);
    CHECK(end(&fx));
}

/* ---- What must not run twice ------------------------------------------------------------------------- */

TEST(a_task_is_not_run_again_when_it_may_have_begun)
{
    static const char *const answers[] = {"408 Request Timeout", "409 Conflict", "500 Oops", "502 Bad Gateway",
                                          "504 Gateway Timeout"};

    for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
        char text[128];
        script_step steps[] = {POSTED("0"), SEND_DATA(text, 0), CLOSE()};
        fixture fx;

        snprintf(text, sizeof(text), "HTTP/1.1 %s\r\n\r\n{}", answers[i]);
        steps[2].len = strlen(text);
        CHECK(begin_with(&fx, SCRIPT(steps), 1, &quick));
        CHECK(finish(&fx, weft_handinger_create_task(fx.client, &task, NULL, on_handinger_worker, &fx)));
        CHECK(fx.error && heard.delays_count == 0);
        CHECK(end(&fx));
    }
}

TEST(a_task_whose_answer_was_lost_says_so)
{
    static const script_step lost[] = {POSTED("0"), RESET(), EXPECT_NOTHING_MORE()};
    fixture fx;

    CHECK(begin_with(&fx, SCRIPT(lost), 1, &quick));
    CHECK(finish(&fx, weft_handinger_create_task(fx.client, &task, NULL, on_handinger_worker, &fx)));
    CHECK(fx.error && fx.error->code == WEFT_E_CONNECTION_LOST && fx.error->outcome == WEFT_OUTCOME_UNKNOWN);
    CHECK(end(&fx));
}

TEST(a_task_is_not_run_again_for_the_word_that_it_be_tried_again)
{
    static const char *const answers[] = {"409 Conflict", "422 Unprocessable", "500 Oops", "503 Unavailable"};

    for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
        char text[128];
        script_step refused[] = {POSTED("0"), SEND_DATA(text, 0), CLOSE()};
        fixture fx;

        refused[2].len =
            (size_t)snprintf(text, sizeof(text), "HTTP/1.1 %s\r\nx-should-retry: true\r\n\r\n{}", answers[i]);
        CHECK(begin_with(&fx, SCRIPT(refused), 1, &quick));
        CHECK(finish(&fx, weft_handinger_create_task(fx.client, &task, NULL, on_handinger_worker, &fx)));
        CHECK(fx.error && heard.delays_count == 0);
        CHECK(end(&fx));
    }
}

TEST(a_task_is_run_again_when_it_cannot_have_begun)
{
    static const char *const answers[] = {"429 Too Many Requests\r\nRetry-After-Ms: 1",
                                          "503 Unavailable\r\nRetry-After-Ms: 1",
                                          "429 Too Many Requests\r\nx-should-retry: true"};

    for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
        char text[128];
        script_step refused[] = {POSTED("0"), SEND_DATA(text, 0), CLOSE()};
        static const script_step good[] = {POSTED("1"), ANSWER("200 OK", WORKER_E3)};
        fixture fx;

        snprintf(text, sizeof(text), "HTTP/1.1 %s\r\n\r\n{}", answers[i]);
        refused[2].len = strlen(text);
        CHECK(begin_with(&fx, SCRIPT(refused), 1, &quick));
        fault_server_play(fx.server, SCRIPT(good), 1);
        CHECK(finish(&fx, weft_handinger_create_task(fx.client, &task, NULL, on_handinger_worker, &fx)));
        CHECK(!fx.error && heard.delays_count == 1);
        CHECK(end(&fx));
    }
}

TEST(a_task_that_never_left_is_tried_again)
{
    char url[64];
    weft_client_options options = quick;
    fixture fx;

    snprintf(url, sizeof(url), "http://127.0.0.1:%d", fault_server_dead_port());
    options.base_url = url;
    CHECK(begin_with(&fx, (fault_script){0}, 0, &options));
    CHECK(finish(&fx, weft_handinger_create_task(fx.client, &task, NULL, on_handinger_worker, &fx)));
    CHECK(fx.error && fx.error->code == WEFT_E_CONNECT && fx.error->outcome == WEFT_OUTCOME_NOT_ACTED_ON &&
          heard.delays_count == 2);
    CHECK(end(&fx));
}

TEST(a_task_that_may_run_twice_is_retried_as_all_others_are)
{
    static const script_step lost[] = {POSTED("0"), AND_BODY("{\"input\":\"i\"}"), RESET()};
    static const script_step refused[] = {POSTED("1"), REFUSE("500 Oops", "")};
    static const script_step good[] = {POSTED("2"), ANSWER("200 OK", WORKER_E3)};
    fixture fx;

    CHECK(begin_with(&fx, SCRIPT(lost), 1, &quick));
    fault_server_play(fx.server, SCRIPT(refused), 1);
    fault_server_play(fx.server, SCRIPT(good), 1);
    CHECK(finish(&fx, weft_handinger_create_task(fx.client, &repeatable_task, NULL, on_handinger_worker, &fx)));
    CHECK(!fx.error && heard.delays_count == 2);
    CHECK(end(&fx));
}

TEST(a_schedule_is_kept_from_being_made_twice_unless_it_may_be)
{
    static const script_step refused[] = {EXPECT("POST /api/workers/w/schedules HTTP/1.1\r\n"), REFUSE("500 Oops", "")};
    static const script_step good[] = {EXPECT("POST /api/workers/w/schedules HTTP/1.1\r\n"),
                                       ANSWER("200 OK", "{\"id\":\"sch_1\"}")};
    weft_handinger_create_schedule_request request = {.input = "i", .when = weft_handinger_every(60)};
    fixture fx;

    CHECK(begin_with(&fx, SCRIPT(refused), 1, &quick));
    CHECK(finish(&fx, weft_handinger_create_schedule(fx.client, "w", &request, NULL, on_handinger_schedule, &fx)));
    CHECK(fx.error && heard.delays_count == 0);
    request.repeatable = true;
    fault_server_play(fx.server, SCRIPT(refused), 1);
    fault_server_play(fx.server, SCRIPT(good), 1);
    CHECK(finish(&fx, weft_handinger_create_schedule(fx.client, "w", &request, NULL, on_handinger_schedule, &fx)));
    CHECK(!fx.error && heard.delays_count == 1);
    CHECK(end(&fx));
}
