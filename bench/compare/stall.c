#include "stall.h"

#include <string.h>
#include <time.h>

static const peer_run *watched;
static uv_prepare_t before_poll;
static bool from_the_start; /* connecting is what is looked at */
static uint64_t last_ns, longest_ns;

/* Of this thread: neither what the kernel is waited for counts, nor who else has the core meanwhile. */
static uint64_t cpu_ns(void)
{
    struct timespec at;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &at);
    return (uint64_t)at.tv_sec * 1000000000u + (uint64_t)at.tv_nsec;
}

/* Once a turn: what was spent since the last time. */
static void on_turn(uv_prepare_t *prepare)
{
    uint64_t now = cpu_ns();

    (void)prepare;
    if (last_ns && (from_the_start || watched->answered > watched->warm_up) && now - last_ns > longest_ns)
        longest_ns = now - last_ns;
    last_ns = now;
}

void stall_watch(const peer_run *peer, uv_loop_t *loop)
{
    if (!peer->stall)
        return;
    watched = peer;
    from_the_start = strcmp(peer->work, "handshakes") == 0;
    uv_prepare_init(loop, &before_poll);
    uv_prepare_start(&before_poll, on_turn);
    uv_unref((uv_handle_t *)&before_poll);
}

double stall_longest_us(void)
{
    return (double)longest_ns / 1000;
}
