/* sim_timers.h - all deadlines of the simulator: the library's timer wheel over one libuv timer. */
#ifndef SIM_TIMERS_H
#define SIM_TIMERS_H

#include <uv.h>

#include "base/wheel.h"

typedef struct sim_timers {
    uv_loop_t *loop; /* borrowed */
    uv_timer_t handle;
    weft__wheel wheel;
    uint64_t alarm_ms; /* loop time that `handle` is set for; UINT64_MAX = it is not */
    bool closed;
} sim_timers;

void sim_timers_init(sim_timers *timers, uv_loop_t *loop);
/* Nothing fires any more; run the loop once for the handle to close. */
void sim_timers_close(sim_timers *timers);
/* (Re)starts `timer`. One that is started for now fires in the next turn of the loop at the earliest. */
void sim_timer_start(sim_timers *timers, weft__timer *timer, uint64_t after_ms);
/* Harmless when it does not run. */
void sim_timer_stop(sim_timers *timers, weft__timer *timer);

#endif
