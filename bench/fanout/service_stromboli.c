/* Stromboli: runs, by one request, as jobs, and as event streams. */
#include "fanout/service.h"

#include "service/stromboli_types.h"

#include <string.h>

static weft_client *open_client(weft_engine *engine, const weft_client_options *client, const fanout_options *options,
                                weft_error_info *ret_error)
{
    (void)options;
    return weft_stromboli_client(engine, client, ret_error);
}

static const void *read_request(weft__arena *arena, weft_json text, const fanout_options *options,
                                char message[REQUEST_MESSAGE_MAX])
{
    const weft__type *type = &weft__stromboli_run_request_type;
    void *request = request_decode(arena, type, text, message);

    (void)options;
    return request && request_check(arena, type, request, text, message) ? request : NULL;
}

static void end_with_answer(fanout_run *run, fanout_outcome *outcome, weft_call *call, weft_str error,
                            const weft_stromboli_crash_info *crash)
{
    bool good = outcome->status.ptr && strcmp(outcome->status.ptr, WEFT_STROMBOLI_RUN_COMPLETED) == 0;
    const char *why = error.len ? error.ptr : crash ? crash->reason.ptr : NULL;

    if (crash)
        outcome->crash_info = crash->object.raw;
    run_ended_with_status(run, outcome, call, good, why);
}

/* ---- POST /run ---- */

static void on_answer(weft_call *call, const weft_error *error, const weft_stromboli_run_response *answer, void *arg)
{
    fanout_run *run = arg;
    fanout_outcome outcome = {0};

    run_connected(run, call);
    if (error) {
        run_failed(run, &outcome, call, error);
        return;
    }
    outcome.id = answer->id;
    outcome.status = answer->status;
    outcome.session_id = answer->session_id;
    outcome.output = answer->output;
    outcome.structured_output = answer->structured_output;
    if (answer->usage)
        outcome.usage = answer->usage->object.raw;
    end_with_answer(run, &outcome, call, answer->error, answer->crash_info);
}

static bool start_answering(fanout_run *run)
{
    weft_call_options options = run_options(run);

    run->state = RUN_ANSWERING;
    run->call = weft_stromboli_run(run->context->client, run->prompt->request, &options, on_answer, run);
    return run->call != NULL;
}

/* ---- POST /run/async, then GET /jobs/{id} until it has ended ---- */

static void on_job(weft_call *call, const weft_error *error, const weft_stromboli_job *job, void *arg)
{
    fanout_run *run = arg;
    fanout_outcome outcome = {.id = {run->id, strlen(run->id)}};

    if (error) {
        run_wait_failed(run, &outcome, call, error);
        return;
    }
    outcome.status = job->status;
    outcome.session_id = job->session_id;
    outcome.output = job->output;
    outcome.structured_output = job->structured_output;
    if (job->usage)
        outcome.usage = job->usage->object.raw;
    end_with_answer(run, &outcome, call, job->error, job->crash_info);
}

static bool start_waiting(fanout_run *run)
{
    weft_call_options look = run_look_options();
    weft_wait_options wait = {
        .first_interval_ms = run->context->options->poll_ms,
        .timeout_ms = run_timeout_left_ms(run),
    };

    run->state = RUN_WAITING;
    run->call = weft_stromboli_wait_job(run->context->client, run->id, &wait, NULL, &look, on_job, run);
    return run->call != NULL;
}

static void on_started(weft_call *call, const weft_error *error, const weft_stromboli_run_async_response *started,
                       void *arg)
{
    fanout_run *run = arg;
    fanout_outcome outcome = {0};

    run_connected(run, call);
    if (error)
        run_failed(run, &outcome, call, error);
    else if (run_has_job(run, call, started->job_id) && !start_waiting(run))
        run_failed_for_memory(run, call);
}

static bool start_job(fanout_run *run)
{
    weft_call_options options = run_options(run);

    run->state = RUN_STARTING;
    run->call = weft_stromboli_run_async(run->context->client, run->prompt->request, &options, on_started, run);
    return run->call != NULL;
}

/* Whatever came of it, there is nothing more that could be done. */
static void on_abandoned(weft_call *call, const weft_error *error, const weft_stromboli_cancel_job_response *answer,
                         void *arg)
{
    (void)call, (void)error, (void)answer;
    run_abandoned(arg);
}

static weft_call *abandon(const fanout_run *run, const weft_call_options *options)
{
    return weft_stromboli_cancel_job(run->context->client, run->id, options, on_abandoned, run->context);
}

/* ---- GET /run/stream ---- */

static void on_event(weft_stream *stream, const weft_event *event, void *arg)
{
    fanout_run *run = arg;

    (void)stream;
    if (!event->type.ptr || strcmp(event->type.ptr, "message") == 0) {
        run_has_output(run, event->data);
    } else if (strcmp(event->type.ptr, WEFT_STROMBOLI_EVENT_DONE) == 0) {
        weft__buffer_clear(&run->done);
        weft__buffer_append(&run->done, event->data.ptr, event->data.len);
    }
    /* An error's event comes back as the message of the stream's end. */
}

/* The final event holds what a run's answer does, but for the output. */
static void end_stream(fanout_run *run, fanout_outcome *outcome, weft_call *call, weft__arena *arena)
{
    const weft_stromboli_run_response *answer;
    weft__codec_error error;
    void *decoded = NULL;

    if (weft__decode(arena, &weft__stromboli_run_response_type, run->done.data, run->done.len, &decoded, &error) !=
            WEFT__CODEC_OK ||
        !decoded) {
        outcome->failure = weft_code_name(WEFT_E_DECODE);
        outcome->message = "the stream's last event is not the JSON that it should be";
        run_ended(run, outcome, call);
        return;
    }
    answer = decoded;
    outcome->id = answer->id;
    outcome->status = answer->status;
    outcome->session_id = answer->session_id;
    outcome->structured_output = answer->structured_output;
    end_with_answer(run, outcome, call, answer->error, answer->crash_info);
}

static void on_end(weft_stream *stream, const weft_error *error, void *arg)
{
    fanout_run *run = arg;
    weft_call *call = weft_stream_get_call(stream);
    fanout_outcome outcome = {.output = run_output(run)};
    weft__arena arena;

    run_connected(run, call);
    weft__arena_init(&arena, run->context->heap);
    if (error)
        run_failed(run, &outcome, call, error);
    else if (run->output.failed || run->done.failed)
        run_failed_for_memory(run, call);
    else
        end_stream(run, &outcome, call, &arena);
    weft__arena_release(&arena);
}

static bool start_streaming(fanout_run *run)
{
    static const weft_stream_callbacks callbacks = {.on_event = on_event, .on_end = on_end};
    const weft_stromboli_run_request *request = run->prompt->request;
    weft_call_options options = run_options(run);
    weft_stromboli_stream_request sent = {
        .prompt = request->prompt,
        .workdir = request->workdir,
        .session_id = request->claude ? request->claude->session_id : NULL,
    };

    run->state = RUN_STREAMING;
    run->stream = weft_stromboli_stream(run->context->client, &sent, &options, &callbacks, run);
    return run->stream != NULL;
}

static bool is_beyond_streams(const void *item)
{
    static const weft_stromboli_claude_options nothing;
    const weft_stromboli_run_request *request = item;
    weft_stromboli_claude_options claude;

    if (request->webhook_url || request->podman || request->extra)
        return true;
    if (!request->claude)
        return false;
    memcpy(&claude, request->claude, sizeof(claude)); /* bytes and all: the decoder zeroes the padding, too */
    claude.session_id = NULL;
    return memcmp(&claude, &nothing, sizeof(claude)) != 0;
}

const fanout_service service_stromboli = {
    .name = "stromboli",
    .start = {[FANOUT_RUN] = start_answering, [FANOUT_ASYNC] = start_job, [FANOUT_STREAM] = start_streaming},
    .mix = 1u << FANOUT_RUN | 1u << FANOUT_ASYNC | 1u << FANOUT_STREAM,
    .open = open_client,
    .read = read_request,
    .abandon = abandon,
    .streams_carry = "prompt, workdir and session_id",
    .is_beyond_streams = is_beyond_streams,
};
