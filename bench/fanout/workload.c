#include "fanout/workload.h"

#include "fanout/service.h"

#include <stdlib.h>
#include <string.h>

/* For jobs that are starting to say their names, so that they can be cancelled. */
enum { CANCEL_GRACE_MS = 2000 };

/* A job that was cancelled at the service is waited for even when the last run has ended. */
static void finish_if_idle(fanout_workload *workload)
{
    if (workload->finished || workload->pacer || workload->context.cancelling)
        return;
    workload->finished = true;
    uv_timer_stop(&workload->grace);
    workload->on_finished(workload);
}

static void on_run_end(fanout_run *run, const fanout_outcome *outcome)
{
    fanout_workload *workload = run->context->arg;

    if (workload->results && !results_write(workload->results, outcome))
        weft_fanout_stop(workload->pacer); /* runs that cost money, and whose output would be lost */
    run->next_free = workload->free_runs;
    workload->free_runs = run;
    weft_fanout_done(workload->pacer);
}

static void on_job_cancelled(run_context *context)
{
    finish_if_idle(context->arg);
}

bool workload_init(fanout_workload *workload, uv_loop_t *loop, weft_client *client, const fanout_options *options,
                   const fanout_prompts *prompts, fanout_results *results, fanout_tally *tally)
{

    memset(workload, 0, sizeof(*workload));
    workload->options = options;
    workload->prompts = prompts;
    workload->results = results;
    workload->total = options->requests ? options->requests : prompts->count;
    workload->runs = calloc(options->concurrency, sizeof(*workload->runs));
    if (!workload->runs)
        return false;
    workload->context = (run_context){
        .client = client,
        .options = options,
        .tally = tally,
        .keep_output = results != NULL,
        .on_end = on_run_end,
        .on_cancelled = on_job_cancelled,
        .arg = workload,
    };
    for (uint32_t i = options->concurrency; i-- > 0;) {
        run_init(&workload->runs[i], &workload->context);
        workload->runs[i].next_free = workload->free_runs;
        workload->free_runs = &workload->runs[i];
    }
    uv_timer_init(loop, &workload->grace);
    workload->grace.data = workload;
    return true;
}

void workload_deinit(fanout_workload *workload)
{
    if (!workload->runs)
        return;
    for (uint32_t i = 0; i < workload->options->concurrency; i++)
        run_deinit(&workload->runs[i]);
    free(workload->runs);
    workload->runs = NULL;
}

/* weft_fanout asks for the next run. Without a rate none is due before it can start. */
static bool start_next(weft_fanout *pacer, uint64_t index, uint64_t due_ns, void *arg)
{
    fanout_workload *workload = arg;
    const fanout_options *options = workload->options;
    fanout_run *run = workload->free_runs;

    (void)pacer;
    workload->free_runs = run->next_free;
    run->number = index;
    run->due = options->rate > 0 ? due_ns : 0;
    run->prompt_index = (size_t)(index % workload->prompts->count);
    run->prompt = &workload->prompts->items[run->prompt_index];
    run->mode = service_mode_of(options->service, options->mode, index);
    run_start(run);
    return true;
}

static void on_all_ended(weft_fanout *pacer, void *arg)
{
    fanout_workload *workload = arg;

    (void)pacer;
    workload->pacer = NULL;
    finish_if_idle(workload);
}

bool workload_start(fanout_workload *workload, void (*on_finished)(fanout_workload *workload), void *arg,
                    weft_error_info *ret_error)
{
    const fanout_options *options = workload->options;
    weft_fanout_options pace = {
        .count = workload->total,
        .concurrency = options->concurrency,
        .per_second = options->rate,
        .ramp_up_ms = options->ramp_up_ms,
        .next = start_next,
        .end = on_all_ended,
        .arg = workload,
    };

    workload->on_finished = on_finished;
    workload->arg = arg;
    workload->context.began = uv_hrtime();
    workload->pacer = weft_fanout_start(weft_client_get_engine(workload->context.client), &pace, ret_error);
    return workload->pacer != NULL;
}

static void cancel_all(fanout_workload *workload, bool at_once)
{
    for (uint32_t i = 0; i < workload->options->concurrency; i++)
        if (workload->runs[i].state != RUN_FREE)
            run_cancel(&workload->runs[i], at_once);
}

static void on_grace_over(uv_timer_t *timer)
{
    cancel_all(timer->data, true);
}

void workload_cancel(fanout_workload *workload)
{
    if (!workload->pacer)
        return;
    weft_fanout_stop(workload->pacer);
    cancel_all(workload, false);
    uv_timer_start(&workload->grace, on_grace_over, CANCEL_GRACE_MS, 0);
}

void workload_close(fanout_workload *workload)
{
    uv_close((uv_handle_t *)&workload->grace, NULL);
}
