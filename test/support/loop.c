#include "loop.h"

#include "test.h"

/* clock.h's: only programs with a clock of their own have it. */
__attribute__((weak)) void test_clock_start(void);

static unsigned deadline_ms(void)
{
    return test_is_slow() ? 10 * TEST_LOOP_DEADLINE_MS : TEST_LOOP_DEADLINE_MS;
}

static void watchdog_looks(uv_timer_t *watchdog)
{
    test_loop *loop = watchdog->data;

    loop->waited_ms += (unsigned)uv_timer_get_repeat(watchdog);
    if (loop->waited_ms < deadline_ms())
        return;
    loop->expired = true;
    uv_stop(&loop->uv);
}

/* Looks every so many milliseconds whether the deadline has passed. */
static void watchdog_start(test_loop *loop, unsigned every_ms)
{
    loop->expired = false;
    loop->waited_ms = 0;
    if (loop->turn) /* it would be the next timer of all: turns are counted */
        return;
    uv_update_time(&loop->uv);
    uv_timer_start(&loop->watchdog, watchdog_looks, every_ms, every_ms);
}

bool test_loop_open(test_loop *loop)
{
    int status;

    if (test_clock_start)
        test_clock_start();
    status = uv_loop_init(&loop->uv);
    if (status < 0) {
        test_fail(__FILE__, __LINE__, "no loop: %s", uv_strerror(status));
        return false;
    }
    uv_timer_init(&loop->uv, &loop->watchdog);
    loop->watchdog.data = loop;
    uv_unref((uv_handle_t *)&loop->watchdog);
    loop->expired = false;
    loop->turn = NULL;
    return true;
}

/* One that waits until something happens, and at most until the watchdog bites. */
static void wait_a_turn(test_loop *loop)
{
    if (loop->turn)
        loop->turn(loop);
    else
        uv_run(&loop->uv, UV_RUN_ONCE);
}

bool test_loop_run(test_loop *loop)
{
    watchdog_start(loop, deadline_ms());
    for (unsigned turns = 0; uv_loop_alive(&loop->uv) && !loop->expired; turns++) {
        wait_a_turn(loop);
        loop->expired = loop->expired || turns == TEST_LOOP_TURNS;
    }
    uv_timer_stop(&loop->watchdog);
    if (loop->expired)
        test_fail(__FILE__, __LINE__, "the loop was still busy after %u ms", deadline_ms());
    return !loop->expired;
}

bool test_loop_wait(test_loop *loop, bool holds, unsigned *turns)
{
    if (*turns == 0) {
        watchdog_start(loop, TEST_LOOP_TURN_MS);
        uv_ref((uv_handle_t *)&loop->watchdog);
    }
    if (!holds && !loop->expired && (*turns)++ < TEST_LOOP_TURNS) {
        wait_a_turn(loop);
        return true;
    }
    uv_unref((uv_handle_t *)&loop->watchdog);
    uv_timer_stop(&loop->watchdog);
    return false;
}

bool test_loop_run_until(test_loop *loop, test_loop_condition *condition, void *arg, const char *what)
{
    bool holds = condition(arg);

    for (unsigned turns = 0; test_loop_wait(loop, holds, &turns); holds = condition(arg))
        continue;
    if (!holds)
        test_fail(__FILE__, __LINE__, "waited in vain for %s", what);
    return holds;
}

static bool is_set(void *arg)
{
    return *(bool *)arg;
}

bool test_loop_run_until_set(test_loop *loop, bool *flag, const char *what)
{
    return test_loop_run_until(loop, is_set, flag, what);
}

void test_loop_turn(test_loop *loop)
{
    uv_ref((uv_handle_t *)&loop->watchdog);
    watchdog_start(loop, deadline_ms());
    uv_run(&loop->uv, UV_RUN_NOWAIT);
    uv_timer_stop(&loop->watchdog);
    uv_unref((uv_handle_t *)&loop->watchdog);
}

void test_loop_turns(test_loop *loop, unsigned count)
{
    while (count-- > 0)
        test_loop_turn(loop);
}

static void report_open(uv_handle_t *handle, void *arg)
{
    (void)arg;
    test_fail(__FILE__, __LINE__, "a %s handle is still %s", uv_handle_type_name(handle->type),
              uv_is_closing(handle) ? "closing" : "open");
}

bool test_loop_close(test_loop *loop)
{
    int status;

    uv_close((uv_handle_t *)&loop->watchdog, NULL);
    uv_run(&loop->uv, UV_RUN_NOWAIT); /* one turn ends every handle that is closing */
    status = uv_loop_close(&loop->uv);
    if (status == 0)
        return true;
    uv_walk(&loop->uv, report_open, NULL);
    test_fail(__FILE__, __LINE__, "uv_loop_close: %s", uv_strerror(status));
    return false;
}
