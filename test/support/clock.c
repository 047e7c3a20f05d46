#include "clock.h"

#include <poll.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { QUIET_TURNS = 3, ARRIVAL_MS = 3 };

/* What the clock shows while it stands; 0 = it does not. */
static uint64_t stopped_ns;
/* How much further each look moves it. */
static uint64_t look_ns;

static uint64_t machine_ns(void)
{
    struct timespec now;

    syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

/* In place of the C library's, for everything in the process. */
int clock_gettime(clockid_t id, struct timespec *ret_now)
{
    if (stopped_ns == 0 || (id != CLOCK_MONOTONIC && id != CLOCK_MONOTONIC_COARSE))
        return (int)syscall(SYS_clock_gettime, id, ret_now);
    stopped_ns += look_ns;
    ret_now->tv_sec = (time_t)(stopped_ns / 1000000000);
    ret_now->tv_nsec = (long)(stopped_ns % 1000000000);
    return 0;
}

/* Whether a socket is ready, at once or within so many of the machine's milliseconds. */
static bool is_ready(const test_loop *loop, int timeout_ms)
{
    struct pollfd set = {.fd = uv_backend_fd(&loop->uv), .events = POLLIN};

    return poll(&set, 1, timeout_ms) > 0;
}

/* Only what is registered can be ready, which the next turn sees to; and what was sent may need a moment to arrive. */
static void turn(test_loop *loop)
{
    static unsigned quiet_turns;
    int wait_ms;

    uv_run(&loop->uv, UV_RUN_NOWAIT);
    wait_ms = uv_backend_timeout(&loop->uv);
    quiet_turns = wait_ms != 0 && !is_ready(loop, 0) ? quiet_turns + 1 : 0;
    if (quiet_turns < QUIET_TURNS || is_ready(loop, ARRIVAL_MS))
        return;
    quiet_turns = 0;
    if (wait_ms > 0)
        stopped_ns += (uint64_t)wait_ms * 1000000;
}

void test_clock_stop(test_loop *loop)
{
    stopped_ns = (machine_ns() / 1000000 + 1) * 1000000;
    uv_update_time(&loop->uv);
    loop->turn = turn;
}

void test_clock_start(void)
{
    stopped_ns = look_ns = 0;
}

void test_clock_charge(unsigned ns)
{
    look_ns = ns;
}

void test_clock_move(unsigned ms)
{
    stopped_ns += (uint64_t)ms * 1000000;
}
