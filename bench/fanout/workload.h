/* fanout/workload.h - which run starts when is the library's weft_fanout to say; here is what it starts. */
#ifndef FANOUT_WORKLOAD_H
#define FANOUT_WORKLOAD_H

#include "fanout/results.h"
#include "fanout/run.h"

#include "weft/fanout.h"

#include <uv.h>

typedef struct fanout_workload {
    run_context context;
    const fanout_options *options; /* borrowed, like what follows */
    const fanout_prompts *prompts;
    fanout_results *results; /* NULL = none wanted */
    weft_fanout *pacer;      /* NULL before the start, and once nothing is in flight and nothing will be */
    fanout_run *runs;        /* owned; as many as may be in flight */
    fanout_run *free_runs;   /* those that are not */
    uint64_t total;          /* runs wanted */
    bool finished;
    uv_timer_t grace; /* after a cancellation */
    void (*on_finished)(struct fanout_workload *workload);
    void *arg;
} fanout_workload;

/* `results` may be NULL. False when out of memory. */
bool workload_init(fanout_workload *workload, uv_loop_t *loop, weft_client *client, const fanout_options *options,
                   const fanout_prompts *prompts, fanout_results *results, fanout_tally *tally);
/* Starts. `on_finished` fires once, from the loop, when nothing is in flight and nothing will be. False when
 * it cannot: `*ret_error` says why. */
bool workload_start(fanout_workload *workload, void (*on_finished)(struct fanout_workload *workload), void *arg,
                    weft_error_info *ret_error);
/* Starts nothing more, and cancels what is in flight. */
void workload_cancel(fanout_workload *workload);
/* After on_finished; the loop still has to run for the timer to be gone. */
void workload_close(fanout_workload *workload);
void workload_deinit(fanout_workload *workload);

#endif
