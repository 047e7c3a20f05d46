#include "fanout/workload.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    BATCH = 128,           /* runs started in one go, so that the loop gets round to answers in between */
    RAMP_STEP_MS = 10,     /* how often the number allowed in flight grows during the ramp-up */
    CANCEL_GRACE_MS = 2000 /* for jobs that are starting to say their names, so that they can be cancelled */
};

static void pump(fanout_workload *workload);

static void finish_if_idle(fanout_workload *workload)
{
    if (workload->finished || workload->in_flight || workload->context.cancelling ||
        (!workload->stopping && workload->next < workload->total))
        return;
    workload->finished = true;
    uv_timer_stop(&workload->pace);
    workload->on_finished(workload);
}

static void on_run_end(fanout_run *run, const fanout_outcome *outcome)
{
    fanout_workload *workload = run->context->arg;

    if (workload->results && !results_write(workload->results, outcome))
        workload->stopping = true; /* runs that cost money, and whose output would be lost */
    run->next_free = workload->free_runs;
    workload->free_runs = run;
    workload->in_flight--;
    pump(workload);
    finish_if_idle(workload);
}

static void on_job_cancelled(run_context *context)
{
    finish_if_idle(context->arg);
}

bool workload_init(fanout_workload *workload, uv_loop_t *loop, weft_client *client,
                   const fanout_options *options, const fanout_prompts *prompts, fanout_results *results,
                   fanout_tally *tally)
{
    weft__heap *heap;

    memset(workload, 0, sizeof(*workload));
    workload->options = options;
    workload->prompts = prompts;
    workload->results = results;
    workload->total = options->requests ? options->requests : prompts->count;
    heap = malloc(sizeof(*heap));
    workload->runs = calloc(options->concurrency, sizeof(*workload->runs));
    if (!heap || !workload->runs) {
        free(heap);
        return false;
    }
    weft__heap_init(heap, NULL);
    workload->context = (run_context){
        .client = client,
        .options = options,
        .tally = tally,
        .heap = heap,
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
    uv_timer_init(loop, &workload->pace);
    workload->pace.data = workload;
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
    weft__heap_deinit(workload->context.heap);
    free(workload->context.heap);
}

/* When run `number` is due, in seconds from the start, at a rate that grows evenly during the ramp-up. */
static double due_after(const fanout_options *options, uint64_t number)
{
    double ramp = (double)options->ramp_up_ms / 1e3;
    double started_in_ramp = options->rate * ramp / 2;
    double n = (double)number;

    if (n < started_in_ramp)
        return sqrt(2 * ramp * n / options->rate);
    return ramp + (n - started_in_ramp) / options->rate;
}

/* ns, uv_hrtime. Without a rate a run is due whenever it can start: 0. */
static uint64_t due_time(const fanout_workload *workload, uint64_t number)
{
    if (!workload->options->rate)
        return 0;
    return workload->context.began + (uint64_t)(due_after(workload->options, number) * 1e9);
}

/* How many may be in flight at this moment. */
static uint32_t allowed_in_flight(const fanout_workload *workload, uint64_t now)
{
    const fanout_options *options = workload->options;
    uint64_t ramp = options->ramp_up_ms * UINT64_C(1000000);
    uint64_t since = now - workload->context.began;

    if (options->rate || since >= ramp)
        return options->concurrency;
    return 1 + (uint32_t)((double)(options->concurrency - 1) * ((double)since / (double)ramp));
}

static void start_next(fanout_workload *workload, uint64_t due)
{
    fanout_run *run = workload->free_runs;
    const fanout_options *options = workload->options;

    workload->free_runs = run->next_free;
    workload->in_flight++;
    run->number = workload->next++;
    run->due = due;
    run->prompt_index = (size_t)(run->number % workload->prompts->count);
    run->prompt = prompts_at(workload->prompts, run->prompt_index);
    run->mode = options->mode == FANOUT_MIX ? (fanout_mode)(run->number % FANOUT_KINDS) : options->mode;
    run_start(run);
}

static void on_pace(uv_timer_t *timer)
{
    fanout_workload *workload = timer->data;

    pump(workload);
    finish_if_idle(workload);
}

/* Comes back in `ms`, unless an earlier visit is due. */
static void come_back(fanout_workload *workload, uint64_t ms)
{
    if (!uv_is_active((uv_handle_t *)&workload->pace) || uv_timer_get_due_in(&workload->pace) > ms)
        uv_timer_start(&workload->pace, on_pace, ms, 0);
}

static void start_what_may_start(fanout_workload *workload)
{
    uint64_t now = uv_hrtime();

    for (int batch = 0; !workload->stopping && workload->next < workload->total; batch++) {
        uint64_t due = due_time(workload, workload->next);

        if (workload->in_flight >= allowed_in_flight(workload, now)) {
            if (workload->in_flight < workload->options->concurrency)
                come_back(workload, RAMP_STEP_MS);
            return; /* else an ending run comes back here */
        }
        if (due > now) {
            come_back(workload, (due - now + 999999) / 1000000);
            return;
        }
        if (batch == BATCH) {
            come_back(workload, 1); /* after 0 libuv 1.44 would not look at any socket in between */
            return;
        }
        start_next(workload, due);
    }
}

/* A run that ends while it is being started, for want of memory, comes back here: the loop above is still
 * going. */
static void pump(fanout_workload *workload)
{
    if (workload->pumping)
        return;
    workload->pumping = true;
    start_what_may_start(workload);
    workload->pumping = false;
}

void workload_start(fanout_workload *workload, void (*on_finished)(fanout_workload *workload), void *arg)
{
    workload->on_finished = on_finished;
    workload->arg = arg;
    workload->context.began = uv_hrtime();
    come_back(workload, 0);
}

void workload_stop(fanout_workload *workload)
{
    workload->stopping = true;
    come_back(workload, 0);
}

static void cancel_all(fanout_workload *workload, bool at_once)
{
    for (uint32_t i = 0; i < workload->options->concurrency; i++)
        if (workload->runs[i].state != RUN_FREE)
            run_cancel(&workload->runs[i], at_once);
}

static void on_grace_over(uv_timer_t *timer)
{
    fanout_workload *workload = timer->data;

    cancel_all(workload, true);
    finish_if_idle(workload);
}

void workload_cancel(fanout_workload *workload)
{
    if (workload->finished)
        return;
    workload->stopping = true;
    cancel_all(workload, false);
    if (workload->in_flight)
        uv_timer_start(&workload->pace, on_grace_over, CANCEL_GRACE_MS, 0);
    else
        come_back(workload, 0);
}

void workload_close(fanout_workload *workload)
{
    uv_close((uv_handle_t *)&workload->pace, NULL);
}
