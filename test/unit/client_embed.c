/* A loop that lives inside another one, which sleeps by uv_backend_timeout and wakes by uv_backend_fd: as
 * weft/engine.h says how. What is asserted is how often it turns and how long it wants to sleep, not how long it
 * took. */
#include <poll.h>

#include "client_rig.h"
#include "test.h"

enum { MAX_TURNS = 200 };

static const script_step answers[] = {EXPECT("GET /metrics"), SEND(ANSWER_OK), REPEAT()};
static const script_step silent[] = {EXPECT("GET /metrics"), EXPECT_CLOSE()};

/* As the examples have it. */
static int time_left(uv_loop_t *loop)
{
    uv_update_time(loop);
    return uv_backend_timeout(loop);
}

static bool is_ready(uv_loop_t *loop, int timeout)
{
    struct pollfd descriptor = {.fd = uv_backend_fd(loop), .events = POLLIN};

    return poll(&descriptor, 1, timeout) > 0;
}

/* Turns until there is nothing to do at the moment; how many that took. */
static unsigned settle(uv_loop_t *loop)
{
    unsigned turns = 0;

    while (turns < MAX_TURNS && (time_left(loop) == 0 || is_ready(loop, 0))) {
        uv_run(loop, UV_RUN_NOWAIT);
        turns++;
    }
    return turns;
}

/* Sleeps and turns, as often as is due, until `count` is 1; false when it has turned too often, or would never wake. */
static bool live_until(uv_loop_t *loop, const unsigned *count)
{
    for (unsigned turns = 0; turns < MAX_TURNS && *count == 0; turns++) {
        int timeout = time_left(loop);

        if (!is_ready(loop, timeout < 0 ? TEST_LOOP_DEADLINE_MS : timeout) && timeout < 0)
            return false;
        uv_run(loop, UV_RUN_NOWAIT);
    }
    return *count == 1;
}

static bool open_held(client_rig *rig, const weft_client_options *options)
{
    if (!rig_open(rig, NULL, options))
        return false;
    weft_engine_hold(rig->engine);
    return true;
}

TEST(held_engine_that_is_idle_takes_no_turns)
{
    client_rig rig;

    CHECK(open_held(&rig, NULL));
    CHECK(settle(&rig.loop.uv) < 10);
    CHECK_EQ(time_left(&rig.loop.uv), -1);
    CHECK(!is_ready(&rig.loop.uv, 0));
    CHECK_EQ(settle(&rig.loop.uv), 0);
    CHECK(rig_end(&rig));
}

TEST(held_engine_with_an_idle_connection_sleeps)
{
    client_rig rig;
    call_outcome call = {0};

    CHECK(open_held(&rig, NULL));
    fault_server_play(rig.server, SCRIPT(answers), 1);
    weft_stromboli_get_metrics(rig.client, NULL, on_text_outcome, &call);
    CHECK_EQ(time_left(&rig.loop.uv), 0); /* it was submitted outside uv_run: a turn is due */
    CHECK(live_until(&rig.loop.uv, &call.count));
    CHECK_EQ(call.code, WEFT_OK);
    CHECK(settle(&rig.loop.uv) < 10);
    CHECK_EQ(rig_stats(&rig).connections_idle, 1);
    CHECK(rig_end(&rig));
}

/* The name is looked up on a thread, and its first connection made in the turn that brings the answer. */
TEST(embedder_is_woken_for_every_step_of_a_call)
{
    client_rig rig;
    call_outcome call = {0};
    char url[64];
    weft_client *client;

    CHECK(open_held(&rig, NULL));
    snprintf(url, sizeof(url), "http://localhost:%d", fault_server_port(rig.server));
    client = rig_client(&rig, &(weft_client_options){.base_url = url});
    fault_server_play(rig.server, SCRIPT(answers), 1);
    settle(&rig.loop.uv);
    weft_stromboli_get_metrics(client, NULL, on_text_outcome, &call);
    CHECK(live_until(&rig.loop.uv, &call.count));
    CHECK_EQ(call.code, WEFT_OK);
    CHECK(rig_end(&rig));
}

TEST(embedder_is_never_told_to_sleep_beyond_a_deadline)
{
    client_rig rig;
    call_outcome call = {0};

    CHECK(open_held(&rig, NULL));
    fault_server_play(rig.server, SCRIPT(silent), 1);
    settle(&rig.loop.uv);
    weft_stromboli_get_metrics(rig.client, &(weft_call_options){.timeouts.total_ms = 60}, on_text_outcome, &call);
    for (unsigned turns = 0; turns < MAX_TURNS && call.count == 0; turns++) {
        int timeout = time_left(&rig.loop.uv);

        CHECK(timeout >= 0 &&
              timeout <= 60 + 2); /* a deadline is over once its last millisecond is, and clocks round */
        is_ready(&rig.loop.uv, timeout);
        uv_run(&rig.loop.uv, UV_RUN_NOWAIT);
    }
    CHECK_EQ(call.code, WEFT_E_TIMEOUT_TOTAL);
    CHECK(rig_end(&rig));
}

static void count_post(weft_engine *engine, void *arg)
{
    (void)engine;
    ++*(unsigned *)arg;
}

typedef struct visitor {
    weft_engine *engine;
    unsigned posts;
    bool is_taken;
} visitor;

static void visit(void *arg)
{
    visitor *it = arg;

    it->is_taken = weft_engine_post(it->engine, count_post, &it->posts);
}

/* Before its first turn and after; and the sleep is not one that would have ended by itself. */
TEST(post_of_another_thread_wakes_an_embedder)
{
    client_rig rig;
    visitor it;
    uv_thread_t thread;

    CHECK(open_held(&rig, NULL));
    for (int i = 0; i < 2; i++) {
        it = (visitor){.engine = rig.engine};
        CHECK_EQ(uv_thread_create(&thread, visit, &it), 0);
        CHECK(live_until(&rig.loop.uv, &it.posts));
        uv_thread_join(&thread);
        CHECK(it.is_taken);
        CHECK(settle(&rig.loop.uv) < 10);
        CHECK_EQ(time_left(&rig.loop.uv), -1);
    }
    CHECK(rig_end(&rig));
}

/* Why it is to be held: libuv says 0 for ever, and turns do nothing. */
TEST(engine_that_nothing_holds_gives_an_embedder_no_sleep)
{
    client_rig rig;
    unsigned posts = 0;

    CHECK(rig_open(&rig, NULL, NULL));
    CHECK(weft_engine_post(rig.engine, count_post, &posts));
    CHECK_EQ(settle(&rig.loop.uv), MAX_TURNS);
    CHECK_EQ(posts, 0);
    weft_engine_hold(rig.engine);
    CHECK(settle(&rig.loop.uv) < 10);
    CHECK_EQ(posts, 1);
    CHECK(rig_end(&rig));
}
