#include "fanout/run.h"

#include "fanout/service.h"

#include <stdio.h>
#include <string.h>
#include <uv.h>

enum {
    LOOK_TIMEOUT_MS = 30000,  /* for the answer to one look at a job */
    CANCEL_TIMEOUT_MS = 10000 /* for the service to cancel a job, queueing included */
};

void run_init(fanout_run *run, run_context *context)
{
    memset(run, 0, sizeof(*run));
    run->context = context;
}

void run_deinit(fanout_run *run)
{
    buffer_deinit(&run->output);
    buffer_deinit(&run->done);
    buffer_deinit(&run->texts);
}

/* ---- Its end ---- */

/* A job that was accepted has been acted on, whatever became of looking at it. */
static weft_outcome acted(const fanout_run *run, const fanout_outcome *outcome, const weft_call *call)
{
    if (run->state == RUN_WAITING || outcome->id.ptr)
        return WEFT_OUTCOME_ACTED_ON;
    return call ? outcome->details.outcome : WEFT_OUTCOME_NOT_ACTED_ON;
}

void run_ended(fanout_run *run, fanout_outcome *outcome, weft_call *call)
{
    run_context *context = run->context;
    uint64_t now = uv_hrtime();

    outcome->run = run->number;
    outcome->prompt_index = run->prompt_index;
    outcome->prompt_line = run->prompt->line;
    outcome->mode = run->mode;
    outcome->begun = run->begun - context->began;
    outcome->response = now - (run->due ? run->due : run->begun);
    outcome->service = now - run->begun;
    outcome->first = run->first ? run->first - run->begun : 0;
    outcome->events = run->events;
    if (call)
        weft_call_get_details(call, &outcome->details);
    outcome->acted = acted(run, outcome, call);
    if (outcome->failure) {
        tally_failed(context->tally, run->mode, now, outcome->service);
        tally_failure(context->tally, outcome->failure,
                      outcome->error ? outcome->error->http_status : outcome->details.http_status, outcome->message,
                      run->number);
    } else {
        tally_succeeded(context->tally, run->mode, now, outcome->response, outcome->service);
    }
    timeline_leave(&context->tally->timeline, now);
    run->state = RUN_FREE;
    run->call = NULL;
    run->stream = NULL;
    context->on_end(run, outcome);
}

void run_failed(fanout_run *run, fanout_outcome *outcome, weft_call *call, const weft_error *error)
{
    outcome->failure = weft_code_name(error->code);
    outcome->message = error->message;
    outcome->error = error;
    run_ended(run, outcome, call);
}

void run_ended_with_status(fanout_run *run, fanout_outcome *outcome, weft_call *call, bool good, const char *why)
{
    char kind[TALLY_KIND_NAME_MAX];

    if (!good) {
        snprintf(kind, sizeof(kind), "status %s", outcome->status.ptr ? outcome->status.ptr : "missing");
        /* Whoever hears of the outcome copies it. */
        /* cppcheck-suppress autoVariables */
        outcome->failure = kind;
        outcome->message = why && *why ? why : "the run did not complete; the service does not say why";
    }
    run_ended(run, outcome, call);
}

void run_failed_for_memory(fanout_run *run, weft_call *call)
{
    fanout_outcome outcome = {
        .failure = weft_code_name(WEFT_E_NO_MEMORY),
        .message = call ? "no memory for the answer" : "no memory for another call",
    };

    run_ended(run, &outcome, call);
}

/* ---- On its way ---- */

weft_call_options run_options(const fanout_run *run)
{
    uint32_t timeout_ms = run->context->options->timeout_ms;

    return (weft_call_options){
        .timeouts =
            {
                .queue_ms = WEFT_NO_TIMEOUT,
                .first_byte_ms = WEFT_NO_TIMEOUT,
                .idle_ms = WEFT_NO_TIMEOUT,
                .total_ms = timeout_ms ? timeout_ms : WEFT_NO_TIMEOUT,
            },
    };
}

weft_call_options run_look_options(void)
{
    return (weft_call_options){
        .timeouts =
            {
                .queue_ms = WEFT_NO_TIMEOUT,
                .first_byte_ms = LOOK_TIMEOUT_MS,
                .idle_ms = LOOK_TIMEOUT_MS,
                .total_ms = WEFT_NO_TIMEOUT,
            },
    };
}

static const char *operation_of(const fanout_run *run)
{
    const fanout_options *options = run->context->options;

    return options->service->operation(options, run->mode);
}

bool run_submit(fanout_run *run, weft_operation_cb *cb)
{
    weft_call_options options = run_options(run);

    run->call = weft_operation_submit(run->context->client, operation_of(run), prompt_arguments(run->prompt, run->mode),
                                      &options, cb, run);
    return run->call != NULL;
}

bool run_stream(fanout_run *run, const weft_stream_callbacks *callbacks)
{
    weft_call_options options = run_options(run);

    run->state = RUN_STREAMING;
    run->stream = weft_operation_stream(run->context->client, operation_of(run),
                                        prompt_arguments(run->prompt, run->mode), &options, callbacks, run);
    return run->stream != NULL;
}

uint32_t run_timeout_left_ms(const fanout_run *run)
{
    uint64_t spent_ms = (uv_hrtime() - run->begun) / 1000000;
    uint32_t timeout_ms = run->context->options->timeout_ms;

    if (!timeout_ms)
        return 0;
    return timeout_ms > spent_ms ? timeout_ms - (uint32_t)spent_ms : 1;
}

void run_connected(const fanout_run *run, const weft_call *call)
{
    weft_call_details details;

    weft_call_get_details(call, &details);
    if (details.times.connected_ns)
        histogram_record(&run->context->tally->modes[run->mode].connection, details.times.connected_ns);
}

void run_abandoned(run_context *context)
{
    context->cancelling--;
    context->on_cancelled(context);
}

/* A job that nobody waits for any more would go on, and go on costing. */
static void abandon(fanout_run *run)
{
    const fanout_service *service = run->context->options->service;
    weft_call_options options = {.timeouts = {.total_ms = CANCEL_TIMEOUT_MS}};

    if (service->abandon && service->abandon(run, &options))
        run->context->cancelling++;
}

bool run_has_job(fanout_run *run, weft_call *call, weft_str id)
{
    fanout_outcome outcome = {.id = id};

    histogram_record(&run->context->tally->modes[run->mode].first, uv_hrtime() - run->begun);
    snprintf(run->id, sizeof(run->id), "%s", id.ptr ? id.ptr : "");
    if (!run->unwanted)
        return true;
    outcome.failure = weft_code_name(WEFT_E_CANCELLED);
    outcome.message = "the job was cancelled as soon as it had started";
    abandon(run);
    run_ended(run, &outcome, call);
    return false;
}

void run_wait_failed(fanout_run *run, fanout_outcome *outcome, weft_call *call, const weft_error *error)
{
    if (error->code == WEFT_E_CANCELLED || weft_code_is_timeout(error->code))
        abandon(run);
    run_failed(run, outcome, call, error);
}

void run_has_output(fanout_run *run, weft_str text)
{
    mode_tally *mode = &run->context->tally->modes[run->mode];
    uint64_t now = uv_hrtime();

    if (run->first)
        histogram_record(&mode->gap, now - run->last);
    else
        histogram_record(&mode->first, now - run->begun);
    if (run->context->keep_output) {
        if (run->first)
            buffer_append_char(&run->output, '\n');
        buffer_append(&run->output, text.ptr, text.len);
    }
    if (!run->first)
        run->first = now;
    run->last = now;
    run->events++;
    mode->events++;
    timeline_now(&run->context->tally->timeline, now)->events++;
}

weft_str run_output(const fanout_run *run)
{
    if (!run->first)
        return (weft_str){NULL, 0};
    return (weft_str){run->output.data ? run->output.data : "", run->output.len};
}

/* ---- Its beginning, and an early end ---- */

void run_start(fanout_run *run)
{
    run->begun = uv_hrtime();
    run->first = run->last = run->events = 0;
    run->unwanted = false;
    buffer_clear(&run->output);
    buffer_clear(&run->done);
    tally_started_one(run->context->tally, run->mode, run->due ? run->begun - run->due : 0);
    timeline_enter(&run->context->tally->timeline, run->begun);
    if (!run->context->options->service->start[run->mode](run))
        run_failed_for_memory(run, NULL);
}

void run_cancel(fanout_run *run, bool at_once)
{
    if (run->state == RUN_STARTING && !at_once)
        run->unwanted = true;
    else if (run->stream)
        weft_stream_cancel(run->stream);
    else if (run->call)
        weft_call_cancel(run->call);
}
