#include "fanout/run.h"

#include "json/codec.h"
#include "service/stromboli_types.h"

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
    weft__buffer_init(&run->output, context->heap, SIZE_MAX / 2);
    weft__buffer_init(&run->done, context->heap, SIZE_MAX / 2);
}

void run_deinit(fanout_run *run)
{
    weft__buffer_deinit(&run->output);
    weft__buffer_deinit(&run->done);
}

static bool is_completed(weft_str status)
{
    return status.ptr && strcmp(status.ptr, WEFT_STROMBOLI_RUN_COMPLETED) == 0;
}

/* Every ending comes through here. `outcome` has what the service said; `call` is NULL when there is none. */
static void end(fanout_run *run, fanout_outcome *outcome, weft_call *call)
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
    if (outcome->failure) {
        tally_failed(context->tally, run->mode, now, outcome->service);
        tally_failure(context->tally, outcome->failure,
                      outcome->error ? outcome->error->http_status : outcome->details.http_status,
                      outcome->message, run->number);
    } else {
        tally_succeeded(context->tally, run->mode, now, outcome->response, outcome->service);
    }
    timeline_leave(&context->tally->timeline, now);
    run->state = RUN_FREE;
    run->call = NULL;
    run->stream = NULL;
    context->on_end(run, outcome);
}

static void end_with_error(fanout_run *run, fanout_outcome *outcome, weft_call *call, const weft_error *error)
{
    outcome->failure = weft_code_name(error->code);
    outcome->message = error->message;
    outcome->error = error;
    end(run, outcome, call);
}

/* The service answered; whether the agent succeeded is another question. */
static void end_with_status(fanout_run *run, fanout_outcome *outcome, weft_call *call, weft_str error,
                            const weft_stromboli_crash_info *crash)
{
    char kind[TALLY_KIND_NAME_MAX];

    if (!is_completed(outcome->status)) {
        snprintf(kind, sizeof(kind), "status %s", outcome->status.ptr ? outcome->status.ptr : "missing");
        outcome->failure = kind;
        outcome->message = error.len ? error.ptr
                           : crash && crash->reason.len
                               ? crash->reason.ptr
                               : "the run did not complete; the service does not say why";
    }
    end(run, outcome, call);
}

static void end_without_memory(fanout_run *run)
{
    fanout_outcome outcome = {.failure = weft_code_name(WEFT_E_NO_MEMORY),
                              .message = "no memory for another call"};

    end(run, &outcome, NULL);
}

static void record_connection(const fanout_run *run, const weft_call *call)
{
    weft_call_details details;

    weft_call_get_details(call, &details);
    if (details.times.connected_ns)
        histogram_record(&run->context->tally->modes[run->mode].connection, details.times.connected_ns);
}

/* The deadlines of a call that may take as long as the whole run. */
static weft_call_options whole_run_options(const fanout_run *run)
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

/* ---- POST /run ---- */

static void on_answer(weft_call *call, const weft_error *error, const void *result, void *arg)
{
    fanout_run *run = arg;
    const weft_stromboli_run_response *answer = result;
    fanout_outcome outcome = {0};

    record_connection(run, call);
    if (error) {
        end_with_error(run, &outcome, call, error);
        return;
    }
    outcome.id = answer->id;
    outcome.status = answer->status;
    outcome.session_id = answer->session_id;
    outcome.output = answer->output;
    outcome.structured_output = answer->structured_output;
    if (answer->usage)
        outcome.usage = answer->usage->object.raw;
    if (answer->crash_info)
        outcome.crash_info = answer->crash_info->object.raw;
    end_with_status(run, &outcome, call, answer->error, answer->crash_info);
}

static bool start_answering(fanout_run *run)
{
    weft_call_options options = whole_run_options(run);

    run->state = RUN_ANSWERING;
    run->call = weft_stromboli_run(run->context->client, run->prompt->request, &options, on_answer, run);
    return run->call != NULL;
}

/* ---- POST /run/async, then GET /jobs/{id} until it has ended ---- */

static void on_job_cancelled(weft_call *call, const weft_error *error, const void *result, void *arg)
{
    run_context *context = arg;

    (void)call, (void)error, (void)result; /* there is nothing more that could be done for it */
    context->cancelling--;
    context->on_cancelled(context);
}

/* A job that nobody waits for any more would go on, and go on costing. */
static void cancel_job(fanout_run *run)
{
    weft_call_options options = {.timeouts = {.total_ms = CANCEL_TIMEOUT_MS}};

    if (weft_stromboli_cancel_job(run->context->client, run->job_id, &options, on_job_cancelled,
                                  run->context))
        run->context->cancelling++;
}

static void on_job(weft_call *call, const weft_error *error, const void *result, void *arg)
{
    fanout_run *run = arg;
    const weft_stromboli_job *job = result;
    fanout_outcome outcome = {.id = {run->job_id, strlen(run->job_id)}};

    if (error) {
        if (error->code == WEFT_E_CANCELLED || weft_code_is_timeout(error->code))
            cancel_job(run);
        end_with_error(run, &outcome, call, error);
        return;
    }
    outcome.status = job->status;
    outcome.session_id = job->session_id;
    outcome.output = job->output;
    outcome.structured_output = job->structured_output;
    if (job->usage)
        outcome.usage = job->usage->object.raw;
    if (job->crash_info)
        outcome.crash_info = job->crash_info->object.raw;
    end_with_status(run, &outcome, call, job->error, job->crash_info);
}

static bool start_waiting(fanout_run *run)
{
    uint64_t spent_ms = (uv_hrtime() - run->begun) / 1000000;
    uint32_t timeout_ms = run->context->options->timeout_ms;
    weft_stromboli_wait_options wait = {.first_interval_ms = run->context->options->poll_ms};
    weft_call_options look = {
        .timeouts =
            {
                .queue_ms = WEFT_NO_TIMEOUT,
                .first_byte_ms = LOOK_TIMEOUT_MS,
                .idle_ms = LOOK_TIMEOUT_MS,
                .total_ms = WEFT_NO_TIMEOUT,
            },
    };

    if (timeout_ms)
        wait.timeout_ms = timeout_ms > spent_ms ? timeout_ms - (uint32_t)spent_ms : 1;
    run->state = RUN_WAITING;
    run->call = weft_stromboli_job_wait(run->context->client, run->job_id, &wait, &look, on_job, run);
    return run->call != NULL;
}

static void on_started(weft_call *call, const weft_error *error, const void *result, void *arg)
{
    fanout_run *run = arg;
    const weft_stromboli_async_run_response *started = result;
    fanout_outcome outcome = {0};

    record_connection(run, call);
    if (error) {
        end_with_error(run, &outcome, call, error);
        return;
    }
    histogram_record(&run->context->tally->modes[run->mode].first, uv_hrtime() - run->begun);
    snprintf(run->job_id, sizeof(run->job_id), "%s", started->job_id.ptr ? started->job_id.ptr : "");
    if (run->unwanted) {
        outcome.id = started->job_id;
        outcome.failure = weft_code_name(WEFT_E_CANCELLED);
        outcome.message = "the job was cancelled as soon as it had started";
        cancel_job(run);
        end(run, &outcome, call);
    } else if (!start_waiting(run)) {
        end_without_memory(run);
    }
}

static bool start_job(fanout_run *run)
{
    weft_call_options options = whole_run_options(run);

    run->state = RUN_STARTING;
    run->call =
        weft_stromboli_run_async(run->context->client, run->prompt->request, &options, on_started, run);
    return run->call != NULL;
}

/* ---- GET /run/stream ---- */

static void take_output(fanout_run *run, weft_str line)
{
    mode_tally *mode = &run->context->tally->modes[run->mode];
    uint64_t now = uv_hrtime();

    if (run->first)
        histogram_record(&mode->gap, now - run->last);
    else
        histogram_record(&mode->first, now - run->begun);
    if (run->context->keep_output) {
        if (run->first)
            weft__buffer_append_char(&run->output, '\n');
        weft__buffer_append(&run->output, line.ptr, line.len);
    }
    if (!run->first)
        run->first = now;
    run->last = now;
    run->events++;
    mode->events++;
    timeline_now(&run->context->tally->timeline, now)->events++;
}

static void on_event(weft_stream *stream, const weft_event *event, void *arg)
{
    fanout_run *run = arg;

    (void)stream;
    if (!event->type.ptr || strcmp(event->type.ptr, "message") == 0) {
        take_output(run, event->data);
    } else if (strcmp(event->type.ptr, "done") == 0) {
        weft__buffer_clear(&run->done);
        weft__buffer_append(&run->done, event->data.ptr, event->data.len);
    }
    /* "error" comes back as the message of the stream's end. */
}

/* The final event holds what a run's answer does, but for the output. */
static const weft_stromboli_run_response *read_done(fanout_run *run, weft__arena *arena)
{
    weft__codec_error error;
    void *answer = NULL;

    if (weft__decode(arena, &weft__stromboli_run_response_type, run->done.data, run->done.len, &answer,
                     &error))
        return NULL;
    return answer;
}

static void end_stream(fanout_run *run, fanout_outcome *outcome, weft_call *call, weft__arena *arena)
{
    const weft_stromboli_run_response *answer = read_done(run, arena);

    if (!answer) {
        outcome->failure = weft_code_name(WEFT_E_DECODE);
        outcome->message = "the stream's last event is not the JSON that it should be";
        end(run, outcome, call);
        return;
    }
    outcome->id = answer->id;
    outcome->status = answer->status;
    outcome->session_id = answer->session_id;
    outcome->structured_output = answer->structured_output;
    if (answer->crash_info)
        outcome->crash_info = answer->crash_info->object.raw;
    end_with_status(run, outcome, call, answer->error, answer->crash_info);
}

static void on_end(weft_stream *stream, const weft_error *error, void *arg)
{
    fanout_run *run = arg;
    weft_call *call = weft_stream_call(stream);
    fanout_outcome outcome = {0};
    weft__arena arena;

    record_connection(run, call);
    weft__arena_init(&arena, run->context->heap);
    if (run->first)
        outcome.output = (weft_str){run->output.data ? run->output.data : "", run->output.len};
    if (error)
        end_with_error(run, &outcome, call, error);
    else if (run->output.failed || run->done.failed)
        end_without_memory(run);
    else
        end_stream(run, &outcome, call, &arena);
    weft__arena_release(&arena);
}

static bool start_streaming(fanout_run *run)
{
    static const weft_stream_callbacks callbacks = {.on_event = on_event, .on_end = on_end};
    const weft_stromboli_run_request *request = run->prompt->request;
    weft_call_options options = whole_run_options(run);
    weft_stromboli_stream_request sent = {
        .prompt = request->prompt,
        .workdir = request->workdir,
        .session_id = request->claude ? request->claude->session_id : NULL,
    };

    run->state = RUN_STREAMING;
    run->stream = weft_stromboli_stream(run->context->client, &sent, &options, &callbacks, run);
    return run->stream != NULL;
}

void run_start(fanout_run *run)
{
    static bool (*const starts[FANOUT_KINDS])(fanout_run *) = {start_answering, start_job, start_streaming};

    run->begun = uv_hrtime();
    run->first = run->last = run->events = 0;
    run->unwanted = false;
    weft__buffer_clear(&run->output);
    weft__buffer_clear(&run->done);
    tally_started_one(run->context->tally, run->mode, run->due ? run->begun - run->due : 0);
    timeline_enter(&run->context->tally->timeline, run->begun);
    if (!starts[run->mode](run))
        end_without_memory(run);
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
