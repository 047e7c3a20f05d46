/* fanout/meter.h - what the generator itself costs, so that nobody takes its limits for the service's. */
#ifndef FANOUT_METER_H
#define FANOUT_METER_H

#include "fanout/histogram.h"
#include "fanout/timeline.h"

#include <uv.h>

/* How late the loop comes to things is measured with a timer that should fire every METER_TICK_MS; the loop's
 * clock counts whole milliseconds, so that up to one of lag means nothing. */
enum { METER_TICK_MS = 10 };

typedef struct fanout_meter {
    uv_loop_t *loop;
    uv_timer_t timer;
    fanout_timeline *timeline; /* borrowed */
    fanout_histogram lag;      /* ns */
    uint64_t expected;         /* when the timer should fire next */
    uint64_t started;
    uint64_t idle_before;
    uint64_t cpu_user_before, cpu_system_before;
} fanout_meter;

typedef struct meter_reading {
    double elapsed;       /* seconds */
    double cpu_user;      /* seconds */
    double cpu_system;    /* seconds */
    double busy;          /* share of the time in which the loop was not waiting, 0 to 1 */
    uint64_t peak_memory; /* bytes, resident */
} meter_reading;

/* Before the loop runs for the first time. False when out of memory; meter_deinit is due either way. */
bool meter_start(fanout_meter *meter, uv_loop_t *loop, fanout_timeline *timeline);
meter_reading meter_stop(fanout_meter *meter);
void meter_deinit(fanout_meter *meter);

/* Whether the generator was so busy that it may have been the limit. */
bool meter_is_suspect(const meter_reading *reading, const fanout_histogram *lag);

/* Raises the limit of open files as far as it goes, and gives what it is then. */
uint64_t meter_raise_open_files(void);

#endif
