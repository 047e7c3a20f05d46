#include "loop.h"

#include "test.h"

static void watchdog_bites(uv_timer_t *watchdog)
{
    test_loop *loop = watchdog->data;

    loop->expired = true;
    uv_stop(&loop->uv);
}

static unsigned deadline_ms(void)
{
    return test_is_slow() ? 10 * TEST_LOOP_DEADLINE_MS : TEST_LOOP_DEADLINE_MS;
}

static void watchdog_start(test_loop *loop)
{
    loop->expired = false;
    uv_update_time(&loop->uv);
    uv_timer_start(&loop->watchdog, watchdog_bites, deadline_ms(), 0);
}

bool test_loop_open(test_loop *loop)
{
    int status = uv_loop_init(&loop->uv);

    if (status < 0) {
        test_fail(__FILE__, __LINE__, "no loop: %s", uv_strerror(status));
        return false;
    }
    uv_timer_init(&loop->uv, &loop->watchdog);
    loop->watchdog.data = loop;
    uv_unref((uv_handle_t *)&loop->watchdog);
    loop->expired = false;
    return true;
}

bool test_loop_run(test_loop *loop)
{
    watchdog_start(loop);
    uv_run(&loop->uv, UV_RUN_DEFAULT);
    uv_timer_stop(&loop->watchdog);
    if (loop->expired)
        test_fail(__FILE__, __LINE__, "the loop was still busy after %u ms", deadline_ms());
    return !loop->expired;
}

bool test_loop_run_until(test_loop *loop, test_loop_condition *condition, void *arg, const char *what)
{
    bool holds;

    watchdog_start(loop);
    uv_ref((uv_handle_t *)&loop->watchdog);
    while (!(holds = condition(arg)) && !loop->expired)
        uv_run(&loop->uv, UV_RUN_ONCE);
    uv_unref((uv_handle_t *)&loop->watchdog);
    uv_timer_stop(&loop->watchdog);
    if (!holds)
        test_fail(__FILE__, __LINE__, "waited %u ms in vain for %s", deadline_ms(), what);
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
    watchdog_start(loop);
    uv_run(&loop->uv, UV_RUN_NOWAIT);
    uv_timer_stop(&loop->watchdog);
    uv_unref((uv_handle_t *)&loop->watchdog);
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
