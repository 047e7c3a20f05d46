#include "sim_timers.h"

#include <string.h>

static void on_alarm(uv_timer_t *handle);

static void set_alarm(sim_timers *timers)
{
    uint64_t now_ms = uv_now(timers->loop);
    uint64_t wait_ms = timers->closed ? UINT64_MAX : weft__wheel_next(&timers->wheel, now_ms);

    timers->alarm_ms = wait_ms == UINT64_MAX ? UINT64_MAX : now_ms + wait_ms;
    if (wait_ms == UINT64_MAX)
        uv_timer_stop(&timers->handle);
    else
        uv_timer_start(&timers->handle, on_alarm, wait_ms, 0);
}

static void on_alarm(uv_timer_t *handle)
{
    sim_timers *timers = handle->data;

    weft__wheel_advance(&timers->wheel, uv_now(timers->loop), SIZE_MAX);
    if (!timers->closed)
        set_alarm(timers);
}

void sim_timers_init(sim_timers *timers, uv_loop_t *loop)
{
    memset(timers, 0, sizeof(*timers));
    timers->loop = loop;
    timers->alarm_ms = UINT64_MAX;
    weft__wheel_init(&timers->wheel, uv_now(loop));
    uv_timer_init(loop, &timers->handle);
    timers->handle.data = timers;
}

void sim_timers_close(sim_timers *timers)
{
    timers->closed = true;
    uv_close((uv_handle_t *)&timers->handle, NULL);
}

void sim_timer_start(sim_timers *timers, weft__timer *timer, uint64_t after_ms)
{
    uint64_t due_ms = uv_now(timers->loop) + after_ms;

    if (timers->closed)
        return;
    weft__wheel_schedule(&timers->wheel, timer, due_ms);
    if (!timers->wheel.advancing && due_ms < timers->alarm_ms)
        set_alarm(timers);
}

void sim_timer_stop(sim_timers *timers, weft__timer *timer)
{
    weft__wheel_cancel(&timers->wheel, timer);
}
