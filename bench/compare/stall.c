#include "stall.h"

static const peer_run *watched;
static uv_prepare_t before_poll;
static uint64_t last_ns, last_idle_ns, longest_ns;

/* Once a turn: what passed since the last time, without what the kernel was waited for. */
static void on_turn(uv_prepare_t *prepare)
{
    uint64_t now = uv_hrtime(), idle = uv_metrics_idle_time(prepare->loop);
    uint64_t busy = now - last_ns - (idle - last_idle_ns);

    if (last_ns && watched->answered > watched->warm_up && busy > longest_ns)
        longest_ns = busy;
    last_ns = now;
    last_idle_ns = idle;
}

void stall_watch(const peer_run *peer, uv_loop_t *loop)
{
    if (!peer->stall)
        return;
    watched = peer;
    uv_loop_configure(loop, UV_METRICS_IDLE_TIME);
    uv_prepare_init(loop, &before_poll);
    uv_prepare_start(&before_poll, on_turn);
    uv_unref((uv_handle_t *)&before_poll);
}

double stall_longest_us(void)
{
    return (double)longest_ns / 1000;
}
