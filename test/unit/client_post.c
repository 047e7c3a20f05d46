/* Functions that other threads have run on the loop's thread. */
#include <stdatomic.h>

#include "client_rig.h"
#include "test.h"

typedef struct post_log {
    client_rig *rig;
    unsigned order[64];
    unsigned count;
    uv_thread_t thread; /* the loop's */
    bool is_right_thread;
    call_outcome *call;
    bool posted_again;
} post_log;

typedef struct numbered {
    post_log *log;
    unsigned number;
} numbered;

static void note(weft_engine *engine, void *arg)
{
    const numbered *number = arg;
    uv_thread_t self = uv_thread_self();

    (void)engine;
    number->log->order[number->log->count++ % 64] = number->number;
    number->log->is_right_thread = uv_thread_equal(&self, &number->log->thread) != 0;
}

static bool is_in_order(const post_log *log, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        if (log->order[i] != i)
            return false;
    return log->count == count && log->is_right_thread;
}

static void hold_until_posted(uv_timer_t *timer)
{
    (void)timer;
}

/* ---- when -------------------------------------------------------------------------------------------------------- */

TEST(post_does_not_run_inside_and_does_not_hold_the_loop)
{
    client_rig rig;
    post_log log = {.thread = uv_thread_self()};
    numbered number = {&log, 0};

    CHECK(rig_open(&rig, NULL, NULL));
    CHECK(weft_engine_post(rig.engine, note, &number));
    CHECK_EQ(log.count, 0);
    CHECK_EQ(uv_run(&rig.loop.uv, UV_RUN_DEFAULT), 0);
    CHECK(!uv_loop_alive(&rig.loop.uv));
    test_loop_turn(&rig.loop);
    test_loop_turn(&rig.loop);
    CHECK(is_in_order(&log, 1));
    CHECK(rig_end(&rig));
}

TEST(posts_run_in_order)
{
    client_rig rig;
    post_log log = {.thread = uv_thread_self()};
    numbered numbers[64];

    CHECK(rig_open(&rig, NULL, NULL));
    for (unsigned i = 0; i < 64; i++) {
        numbers[i] = (numbered){&log, i};
        CHECK(weft_engine_post(rig.engine, note, &numbers[i]));
    }
    test_loop_turn(&rig.loop);
    test_loop_turn(&rig.loop);
    CHECK(is_in_order(&log, 64));
    CHECK(rig_end(&rig));
}

/* ---- from other threads ------------------------------------------------------------------------------------------ */

enum { THREADS = 4, POSTS = 2000 };

typedef struct poster {
    weft_engine *engine;
    atomic_uint *runs;
    unsigned last; /* number of the one that ran last: touched by the loop's thread only */
    bool is_ordered;
    bool ok;
    struct {
        struct poster *poster;
        unsigned number;
    } posts[POSTS];
} poster;

static void count_run(weft_engine *engine, void *arg)
{
    struct {
        poster *poster;
        unsigned number;
    } *post = arg;

    (void)engine;
    post->poster->is_ordered = post->poster->is_ordered && post->number == post->poster->last + 1;
    post->poster->last = post->number;
    atomic_fetch_add(post->poster->runs, 1);
}

static void post_many(void *arg)
{
    poster *mine = arg;

    mine->ok = true;
    for (unsigned i = 0; i < POSTS; i++) {
        mine->posts[i].poster = mine;
        mine->posts[i].number = i + 1;
        mine->ok = weft_engine_post(mine->engine, count_run, &mine->posts[i]) && mine->ok;
    }
}

static bool all_have_run(void *arg)
{
    return atomic_load((atomic_uint *)arg) == THREADS * POSTS;
}

TEST(posts_of_many_threads_wake_a_loop_that_runs_and_none_is_lost)
{
    static poster posters[THREADS];
    client_rig rig;
    uv_thread_t threads[THREADS];
    uv_timer_t timer;
    atomic_uint runs = 0;

    CHECK(rig_open(&rig, NULL, NULL));
    uv_timer_init(&rig.loop.uv, &timer);
    uv_timer_start(&timer, hold_until_posted, 60000, 0);
    for (int i = 0; i < THREADS; i++) {
        posters[i] = (poster){.engine = rig.engine, .runs = &runs, .is_ordered = true};
        CHECK_EQ(uv_thread_create(&threads[i], post_many, &posters[i]), 0);
    }
    CHECK(test_loop_run_until(&rig.loop, all_have_run, &runs, "all posts"));
    for (int i = 0; i < THREADS; i++) {
        uv_thread_join(&threads[i]);
        CHECK(posters[i].ok);
        CHECK(posters[i].is_ordered);
    }
    uv_close((uv_handle_t *)&timer, NULL);
    CHECK(rig_end(&rig));
}

static void release_at_last(weft_engine *engine, void *arg)
{
    atomic_uint *posts_left = arg;

    if (atomic_fetch_sub(posts_left, 1) == 1)
        weft_engine_release(engine);
}

typedef struct visitor {
    weft_engine *engine;
    atomic_uint *posts_left;
} visitor;

static void post_one_hundred(void *arg)
{
    visitor *mine = arg;

    for (int i = 0; i < 100; i++)
        CHECK(weft_engine_post(mine->engine, release_at_last, mine->posts_left));
}

/* Nothing else is in flight, and nobody else keeps the loop. */
TEST(engine_that_is_held_waits_for_the_posts_of_eight_threads)
{
    client_rig rig;
    uv_thread_t threads[8];
    visitor visitors[8];
    atomic_uint posts_left = 800;

    CHECK(rig_open(&rig, NULL, NULL));
    weft_engine_hold(rig.engine);
    for (int i = 0; i < 8; i++) {
        visitors[i] = (visitor){rig.engine, &posts_left};
        CHECK_EQ(uv_thread_create(&threads[i], post_one_hundred, &visitors[i]), 0);
    }
    CHECK(rig_run(&rig));
    CHECK_EQ(atomic_load(&posts_left), 0);
    for (int i = 0; i < 8; i++)
        uv_thread_join(&threads[i]);
    CHECK(rig_end(&rig));
}

TEST(engine_is_held_until_each_hold_is_released_and_no_longer)
{
    client_rig rig;

    CHECK(rig_open(&rig, NULL, NULL));
    weft_engine_hold(rig.engine);
    weft_engine_hold(rig.engine);
    weft_engine_release(rig.engine);
    CHECK(uv_loop_alive(&rig.loop.uv));
    weft_engine_release(rig.engine);
    CHECK(!uv_loop_alive(&rig.loop.uv));
    weft_engine_release(rig.engine); /* without a hold */
    CHECK(!uv_loop_alive(&rig.loop.uv));
    weft_engine_hold(rig.engine);
    CHECK(uv_loop_alive(&rig.loop.uv));
    weft_engine_release(rig.engine);
    weft_engine_hold(NULL);
    weft_engine_release(NULL);
    CHECK(rig_end(&rig));
}

TEST(engine_that_is_held_closes_all_the_same)
{
    client_rig rig;

    CHECK(rig_open(&rig, NULL, NULL));
    weft_engine_hold(rig.engine);
    weft_engine_close(rig.engine, rig_engine_closed, &rig);
    weft_engine_hold(rig.engine);
    CHECK(rig_run(&rig));
    CHECK(rig_end(&rig));
}

/* ---- what they may do -------------------------------------------------------------------------------------------- */

static void submit(weft_engine *engine, void *arg)
{
    post_log *log = arg;

    (void)engine;
    weft_stromboli_get_metrics(log->rig->client, NULL, on_text_outcome, log->call);
}

TEST(post_may_submit_a_call)
{
    static const script_step answers[] = {EXPECT("GET "), SEND(ANSWER_OK)};
    client_rig rig;
    call_outcome call = {0};
    post_log log = {.rig = &rig, .call = &call};

    CHECK(rig_open(&rig, NULL, NULL));
    fault_server_play(rig.server, SCRIPT(answers), 1);
    CHECK(weft_engine_post(rig.engine, submit, &log));
    CHECK_UNTIL(&rig.loop, call.count > 0);
    CHECK_EQ(call.code, WEFT_OK);
    CHECK(rig_end(&rig));
}

static void close_engine(weft_engine *engine, void *arg)
{
    weft_engine_close(engine, rig_engine_closed, arg);
}

TEST(post_may_close_the_engine)
{
    client_rig rig;

    CHECK(rig_open(&rig, NULL, NULL));
    CHECK(weft_engine_post(rig.engine, close_engine, &rig));
    test_loop_turn(&rig.loop);
    CHECK(rig_run(&rig));
    CHECK_EQ(rig.engine_closes, 1);
    CHECK(rig_end(&rig));
}

/* ---- closing ----------------------------------------------------------------------------------------------------- */

TEST(posts_that_wait_run_when_the_engine_closes)
{
    client_rig rig;
    post_log log = {.thread = uv_thread_self()};
    numbered numbers[2] = {{&log, 0}, {&log, 1}};

    CHECK(rig_open(&rig, NULL, NULL));
    weft_engine_post(rig.engine, note, &numbers[0]);
    weft_engine_post(rig.engine, note, &numbers[1]);
    weft_engine_close(rig.engine, rig_engine_closed, &rig);
    CHECK(is_in_order(&log, 2));
    CHECK(rig_end(&rig));
    CHECK_EQ(log.count, 2);
}

static void post_again(weft_engine *engine, void *arg)
{
    post_log *log = arg;

    log->count++;
    log->posted_again = weft_engine_post(engine, post_again, log);
}

TEST(post_that_posts_while_the_engine_closes_is_told_no)
{
    client_rig rig;
    post_log log = {0};

    CHECK(rig_open(&rig, NULL, NULL));
    CHECK(weft_engine_post(rig.engine, post_again, &log));
    weft_engine_close(rig.engine, rig_engine_closed, &rig);
    CHECK_EQ(log.count, 1);
    CHECK(!log.posted_again);
    CHECK(rig_end(&rig));
    CHECK_EQ(log.count, 1);
}

TEST(call_that_a_waiting_post_submits_while_the_engine_closes_fails_with_closed)
{
    client_rig rig;
    call_outcome call = {0};
    post_log log = {.rig = &rig, .call = &call};

    CHECK(rig_open(&rig, NULL, NULL));
    CHECK(weft_engine_post(rig.engine, submit, &log));
    weft_engine_close(rig.engine, rig_engine_closed, &rig);
    CHECK(rig_run(&rig));
    CHECK_EQ(call.count, 1);
    CHECK_EQ(call.code, WEFT_E_CLOSED);
    CHECK(rig_end(&rig));
}
