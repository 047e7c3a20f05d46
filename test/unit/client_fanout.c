/* Many items under one limit. */
#include <math.h>

#include "client_rig.h"
#include "test.h"

typedef struct fanout_plan {
    client_rig rig;
    weft_fanout *fanout;
    uint64_t wanted; /* `next` says no from here on */
    uint64_t started;
    uint32_t in_flight;
    uint32_t most;
    uint64_t first_ns;
    uint64_t last_ns;
    unsigned ends;
    bool at_once; /* items are over while they start */
    uint64_t stop_after;
} fanout_plan;

static void on_metrics(weft_call *call, const weft_error *error, const weft_str *result, void *arg)
{
    fanout_plan *plan = arg;

    (void)call;
    (void)error;
    (void)result;
    plan->in_flight--;
    if (plan->stop_after && plan->started >= plan->stop_after)
        weft_fanout_stop(plan->fanout);
    weft_fanout_done(plan->fanout);
}

static bool next(weft_fanout *fanout, uint64_t index, uint64_t due_ns, void *arg)
{
    fanout_plan *plan = arg;

    (void)due_ns;
    if (index >= plan->wanted)
        return false;
    plan->started++;
    plan->last_ns = uv_hrtime();
    if (index == 0)
        plan->first_ns = plan->last_ns;
    if (plan->at_once) {
        weft_fanout_done(fanout);
        return true;
    }
    if (++plan->in_flight > plan->most)
        plan->most = plan->in_flight;
    weft_stromboli_get_metrics(plan->rig.client, NULL, on_metrics, plan);
    return true;
}

static void on_end(weft_fanout *fanout, void *arg)
{
    (void)fanout;
    ((fanout_plan *)arg)->ends++;
}

static bool run(fanout_plan *plan, weft_fanout_options options)
{
    static const script_step answers[] = {
        EXPECT("GET /metrics "),
        SEND("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nup"),
        REPEAT(),
    };

    if (!rig_open(&plan->rig, &(weft_engine_options){.max_connections_per_origin = 8}, NULL))
        return false;
    fault_server_play(plan->rig.server, SCRIPT(answers), 0);
    options.next = next;
    options.end = on_end;
    options.arg = plan;
    plan->fanout = weft_fanout_start(plan->rig.engine, &options, &plan->rig.error);
    return plan->fanout && plan->started == 0 && rig_run(&plan->rig) && rig_end(&plan->rig);
}

TEST(fanout_starts_every_item_once_and_never_more_than_its_concurrency)
{
    fanout_plan plan = {.wanted = UINT64_MAX};

    CHECK(run(&plan, (weft_fanout_options){.count = 500, .concurrency = 5}));
    CHECK_EQ(plan.started, 500);
    CHECK_EQ(plan.most, 5);
    CHECK_EQ(plan.ends, 1);
}

TEST(fanout_without_a_count_ends_when_there_is_no_next_item)
{
    fanout_plan plan = {.wanted = 37};

    CHECK(run(&plan, (weft_fanout_options){.concurrency = 4}));
    CHECK_EQ(plan.started, 37);
    CHECK_EQ(plan.ends, 1);
}

TEST(fanout_of_nothing_ends)
{
    fanout_plan plan = {.wanted = 0};

    CHECK(run(&plan, (weft_fanout_options){.concurrency = 4}));
    CHECK_EQ(plan.ends, 1);
}

TEST(fanout_items_that_are_over_at_once_do_not_pile_up_on_the_stack)
{
    fanout_plan plan = {.wanted = UINT64_MAX, .at_once = true};

    CHECK(run(&plan, (weft_fanout_options){.count = 300000, .concurrency = 2}));
    CHECK_EQ(plan.started, 300000);
    CHECK_EQ(plan.ends, 1);
}

TEST(fanout_keeps_to_its_rate)
{
    fanout_plan plan = {.wanted = UINT64_MAX};

    CHECK(run(&plan, (weft_fanout_options){.count = 21, .concurrency = 100, .per_second = 200}));
    CHECK_EQ(plan.started, 21);
    CHECK((plan.last_ns - plan.first_ns) >= 95 * 1000000ull);
}

TEST(fanout_that_is_stopped_lets_what_is_in_flight_end)
{
    fanout_plan plan = {.wanted = UINT64_MAX, .stop_after = 10};

    CHECK(run(&plan, (weft_fanout_options){.concurrency = 3}));
    CHECK(plan.started >= 10);
    CHECK(plan.started <= 13);
    CHECK_EQ(plan.in_flight, 0);
    CHECK_EQ(plan.ends, 1);
}

/* Whether such a fan-out is refused with these words. */
static bool is_refused(weft_engine *engine, const weft_fanout_options *options, weft_code code, const char *message)
{
    weft_error_info error = {.code = WEFT_OK, .message = ""};

    return !weft_fanout_start(engine, options, NULL) && !weft_fanout_start(engine, options, &error) &&
           error.code == code && strcmp(error.message, message) == 0;
}

TEST(fanout_that_does_not_start_says_why)
{
    static const char rate[] = "per_second: is negative, or no finite number";
    weft_fanout_options options = {.next = next, .end = on_end};
    client_rig rig;

    CHECK(rig_open(&rig, NULL, NULL));
    CHECK(is_refused(NULL, &options, WEFT_E_INVALID, "the engine is NULL"));
    CHECK(is_refused(rig.engine, NULL, WEFT_E_INVALID, "the options are NULL"));
    CHECK(is_refused(rig.engine, &(weft_fanout_options){.end = on_end}, WEFT_E_INVALID, "next is required"));
    CHECK(is_refused(rig.engine, &(weft_fanout_options){.next = next}, WEFT_E_INVALID, "end is required"));
    options.per_second = -1;
    CHECK(is_refused(rig.engine, &options, WEFT_E_INVALID, rate));
    options.per_second = NAN;
    CHECK(is_refused(rig.engine, &options, WEFT_E_INVALID, rate));
    options.per_second = INFINITY;
    CHECK(is_refused(rig.engine, &options, WEFT_E_INVALID, rate));
    options.per_second = 0;
    rig.memory.fail_at = rig.memory.count + 1;
    rig.memory.fail_from_then = true;
    CHECK(is_refused(rig.engine, &options, WEFT_E_NO_MEMORY, "out of memory"));
    rig.memory.fail_at = 0;
    weft_engine_close(rig.engine, rig_engine_closed, &rig);
    CHECK(is_refused(rig.engine, &options, WEFT_E_CLOSED, "the engine is closing"));
    CHECK(rig_end(&rig));
}

static void stop_fanout(void *arg)
{
    weft_fanout_stop(((fanout_plan *)arg)->fanout);
}

static void check_slow_rate(double per_second)
{
    fanout_plan plan = {.wanted = UINT64_MAX, .at_once = true};

    CHECK(rig_open(&plan.rig, NULL, NULL));
    plan.fanout = weft_fanout_start(
        plan.rig.engine,
        &(weft_fanout_options){.per_second = per_second, .count = 9, .next = next, .end = on_end, .arg = &plan}, NULL);
    CHECK(plan.fanout);
    rig_later(&plan.rig, 5, stop_fanout, &plan);
    CHECK(rig_run(&plan.rig));
    CHECK_EQ(plan.started, 1);
    CHECK(rig_end(&plan.rig));
}

TEST(fanout_with_less_than_an_item_in_a_lifetime_starts_the_first_only)
{
    check_slow_rate(1e-12);
    check_slow_rate(1e-300);
}

static void stop_once_more(weft_fanout *fanout, void *arg)
{
    on_end(fanout, arg);
    weft_fanout_stop(fanout);
    weft_fanout_set_concurrency(fanout, 7);
}

/* A fan-out looked at whenever it says something: the numbers, and how often they were others than those counted
 * here. */
typedef struct watched {
    client_rig rig;
    weft_fanout *fanout;
    uint64_t started, done;
    unsigned looks, wrong, ends;
} watched;

static void look(watched *it)
{
    weft_fanout_progress progress = {99, 99, 99};

    weft_fanout_get_progress(it->fanout, &progress);
    it->looks++;
    it->wrong +=
        progress.started != it->started || progress.done != it->done || progress.in_flight != it->started - it->done;
}

static void on_watched(weft_call *call, const weft_error *error, const weft_str *result, void *arg)
{
    watched *it = arg;

    (void)call;
    (void)error;
    (void)result;
    look(it);
    it->done++;
    weft_fanout_done(it->fanout);
    look(it);
}

static bool next_watched(weft_fanout *fanout, uint64_t index, uint64_t due_ns, void *arg)
{
    watched *it = arg;

    (void)fanout;
    (void)due_ns;
    it->started = index + 1; /* the one that is being started counts */
    look(it);
    weft_stromboli_get_metrics(it->rig.client, NULL, on_watched, it);
    return true;
}

static void end_watched(weft_fanout *fanout, void *arg)
{
    watched *it = arg;

    (void)fanout;
    look(it);
    it->ends++;
}

TEST(fanout_progress_is_what_was_started_what_is_done_and_the_difference)
{
    static const script_step answers[] = {
        EXPECT("GET /metrics "),
        SEND("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nup"),
        REPEAT(),
    };
    watched it = {.looks = 0};

    CHECK(rig_open(&it.rig, NULL, NULL));
    fault_server_play(it.rig.server, SCRIPT(answers), 0);
    it.fanout = weft_fanout_start(
        it.rig.engine,
        &(weft_fanout_options){.count = 20, .concurrency = 3, .next = next_watched, .end = end_watched, .arg = &it},
        NULL);
    CHECK(it.fanout);
    look(&it);
    CHECK(rig_run(&it.rig));
    CHECK_EQ(it.ends, 1);
    CHECK_EQ(it.done, 20);
    CHECK_EQ(it.looks, 62); /* one at first, one for each start, two for each end, one at last */
    CHECK_EQ(it.wrong, 0);
    CHECK(rig_end(&it.rig));
}

TEST(fanout_may_be_stopped_within_its_end)
{
    fanout_plan plan = {.wanted = 3, .at_once = true};

    CHECK(rig_open(&plan.rig, NULL, NULL));
    CHECK(weft_fanout_start(plan.rig.engine, &(weft_fanout_options){.next = next, .end = stop_once_more, .arg = &plan},
                            NULL));
    CHECK(rig_run(&plan.rig));
    CHECK_EQ(plan.started, 3);
    CHECK_EQ(plan.ends, 1);
    CHECK(rig_end(&plan.rig));
}
