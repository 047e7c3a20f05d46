/* Calls that are cancelled together, and whose end is one. */
#include "client_rig.h"
#include "test.h"

static const script_step silent[] = {EXPECT(" HTTP/1.1"), EXPECT_CLOSE()};
static const script_step answers[] = {EXPECT(" HTTP/1.1"), SEND(ANSWER_OK)};
static const script_step runs[] = {
    EXPECT("GET /jobs/"), SEND("HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n{\"status\":\"running\"}"), REPEAT()};
static const script_step opens[] = {EXPECT("GET /run/stream"), SEND(ANSWER_EVENTS), EXPECT_CLOSE()};

typedef struct fixture {
    client_rig rig;
    weft_group *group;
    weft_call_options together;
    unsigned closes;
    unsigned reported; /* calls, when the group closed */
    call_outcome outcomes[4];
} fixture;

static void on_closed(void *arg)
{
    fixture *fx = arg;

    fx->closes++;
    for (size_t i = 0; i < 4; i++)
        fx->reported += fx->outcomes[i].count;
}

static bool begin(fixture *fx)
{
    *fx = (fixture){0};
    if (!rig_open(&fx->rig, NULL, NULL))
        return false;
    fx->group = weft_group_new(fx->rig.engine, NULL);
    fx->together = (weft_call_options){.group = fx->group};
    return fx->group != NULL;
}

static weft_call *ask(fixture *fx, size_t index)
{
    return weft_stromboli_get_metrics(fx->rig.client, &fx->together, on_text_outcome, &fx->outcomes[index]);
}

TEST(group_closes_when_the_last_of_its_calls_has_been_reported)
{
    fixture fx;

    CHECK(begin(&fx));
    fault_server_play(fx.rig.server, SCRIPT(answers), 3);
    for (size_t i = 0; i < 3; i++)
        ask(&fx, i);
    CHECK_EQ(weft_group_get_count(fx.group), 3);
    weft_group_close(fx.group, on_closed, &fx);
    CHECK_EQ(fx.closes, 0);
    CHECK(rig_run(&fx.rig));
    CHECK_EQ(fx.closes, 1);
    CHECK_EQ(fx.reported, 3);
    for (size_t i = 0; i < 3; i++)
        CHECK_EQ(fx.outcomes[i].code, WEFT_OK);
    CHECK(rig_end(&fx.rig));
}

TEST(empty_group_closes_from_the_loop)
{
    fixture fx;

    CHECK(begin(&fx));
    weft_group_close(fx.group, on_closed, &fx);
    weft_group_close(fx.group, NULL, NULL);
    CHECK_EQ(fx.closes, 0);
    CHECK(rig_run(&fx.rig));
    CHECK_EQ(fx.closes, 1);
    CHECK(rig_end(&fx.rig));
}

TEST(group_that_is_not_closed_keeps_no_loop_and_goes_with_its_engine)
{
    fixture fx;

    CHECK(begin(&fx));
    fault_server_play(fx.rig.server, SCRIPT(answers), 1);
    ask(&fx, 0);
    CHECK(rig_run(&fx.rig));
    CHECK_EQ(weft_group_get_count(fx.group), 0);
    CHECK(rig_end(&fx.rig)); /* nothing is left behind */
}

static bool one_is_asked(void *arg)
{
    return fault_server_request_count(((fixture *)arg)->rig.server) >= 1;
}

static bool three_are_asked(void *arg)
{
    return fault_server_request_count(((fixture *)arg)->rig.server) >= 3;
}

/* A call, a wait between or during its looks, and a stream. */
TEST(all_kinds_of_calls_are_cancelled_together)
{
    fixture fx;
    stream_log heard = {0};

    CHECK(begin(&fx));
    fault_server_play(fx.rig.server, SCRIPT(silent), 1);
    fault_server_play(fx.rig.server, SCRIPT(runs), 1);
    fault_server_play(fx.rig.server, SCRIPT(opens), 1);
    ask(&fx, 0);
    weft_stromboli_wait_job(fx.rig.client, "job-1", NULL, NULL, &fx.together, on_stromboli_job_outcome,
                            &fx.outcomes[1]);
    rig_stream(&fx.rig, &heard, &fx.together);
    CHECK_EQ(weft_group_get_count(fx.group), 3);
    CHECK(test_loop_run_until(&fx.rig.loop, three_are_asked, &fx, "three requests"));
    weft_group_cancel(fx.group);
    CHECK_EQ(weft_group_get_count(fx.group), 3); /* reported later */
    weft_group_close(fx.group, on_closed, &fx);
    CHECK(rig_run(&fx.rig));
    CHECK_EQ(fx.outcomes[0].code, WEFT_E_CANCELLED);
    CHECK_EQ(fx.outcomes[1].code, WEFT_E_CANCELLED);
    CHECK_EQ(heard.code, WEFT_E_CANCELLED);
    CHECK_EQ(fx.closes, 1);
    CHECK(rig_end(&fx.rig));
}

/* The service is told of the cancelling, and the group waits for its answer. */
static void tell_service(call_outcome *outcome, weft_call *call)
{
    fixture *fx = outcome->arg;

    (void)call;
    weft_stromboli_cancel_job(fx->rig.client, "job-1", &fx->together, on_stromboli_cancel_job_outcome,
                              &fx->outcomes[1]);
}

TEST(what_a_callback_adds_to_a_closing_group_is_waited_for_and_not_cancelled)
{
    static const script_step cancels[] = {EXPECT("DELETE /jobs/job-1"),
                                          SEND("HTTP/1.1 200 OK\r\nContent-Length: 18\r\n\r\n{\"cancelled\":true}")};
    fixture fx;

    CHECK(begin(&fx));
    fault_server_play(fx.rig.server, SCRIPT(silent), 1);
    fault_server_play(fx.rig.server, SCRIPT(cancels), 1);
    fx.outcomes[0].then = tell_service;
    fx.outcomes[0].arg = &fx;
    ask(&fx, 0);
    CHECK(test_loop_run_until(&fx.rig.loop, one_is_asked, &fx, "the request"));
    weft_group_close(fx.group, on_closed, &fx);
    weft_group_cancel(fx.group);
    CHECK(rig_run(&fx.rig));
    CHECK_EQ(fx.outcomes[0].code, WEFT_E_CANCELLED);
    CHECK_EQ(fx.outcomes[1].code, WEFT_OK);
    CHECK_EQ(fx.closes, 1);
    CHECK_EQ(fx.reported, 2);
    CHECK(rig_end(&fx.rig));
}

TEST(engine_that_closes_closes_its_groups)
{
    fixture fx;

    CHECK(begin(&fx));
    ask(&fx, 0);
    weft_group_close(fx.group, on_closed, &fx);
    weft_engine_close(fx.rig.engine, rig_engine_closed, &fx.rig);
    CHECK(rig_run(&fx.rig));
    CHECK_EQ(fx.outcomes[0].code, WEFT_E_CLOSED);
    CHECK_EQ(fx.closes, 1);
    CHECK(rig_end(&fx.rig));
}

TEST(group_of_another_engine_is_refused_by_name)
{
    weft_engine *other;
    weft_group *group;
    fixture fx;

    CHECK(begin(&fx));
    other = weft_engine_new(&fx.rig.loop.uv, NULL, NULL);
    group = weft_group_new(other, NULL);
    fx.together.group = group;
    ask(&fx, 0);
    weft_stromboli_wait_job(fx.rig.client, "job-1", NULL, NULL, &fx.together, on_stromboli_job_outcome,
                            &fx.outcomes[1]);
    CHECK(rig_run(&fx.rig));
    for (size_t i = 0; i < 2; i++) {
        CHECK_EQ(fx.outcomes[i].code, WEFT_E_INVALID);
        CHECK_CONTAINS(fx.outcomes[i].message, "group: is of another engine");
    }
    weft_engine_close(other, NULL, NULL);
    CHECK(rig_end(&fx.rig));
}

TEST(group_that_cannot_be_made_says_why)
{
    weft_error_info error;
    fixture fx;

    CHECK(!weft_group_new(NULL, &error));
    CHECK_EQ(error.code, WEFT_E_INVALID);
    CHECK_STR(error.message, "the engine is NULL");
    weft_group_cancel(NULL);
    weft_group_close(NULL, NULL, NULL);
    CHECK(begin(&fx));
    fx.rig.memory.fail_at = fx.rig.memory.count + 1;
    CHECK(!weft_group_new(fx.rig.engine, &error));
    CHECK_EQ(error.code, WEFT_E_NO_MEMORY);
    CHECK_STR(error.message, "out of memory");
    weft_engine_close(fx.rig.engine, rig_engine_closed, &fx.rig);
    CHECK(!weft_group_new(fx.rig.engine, &error));
    CHECK_EQ(error.code, WEFT_E_CLOSED);
    CHECK_STR(error.message, "the engine is closing");
    CHECK(rig_end(&fx.rig));
}
