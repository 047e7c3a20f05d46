/* Handinger: tasks, which answer when they are done, or tell of themselves as they go. */
#include "fanout/service.h"

#include "service/handinger_types.h"

#include <stdio.h>
#include <string.h>

static weft_client *open_client(weft_engine *engine, const weft_client_options *client, const fanout_options *options,
                                weft_error_info *ret_error)
{
    (void)options;
    return weft_handinger_client(engine, client, ret_error);
}

static const void *read_request(weft__arena *arena, weft_json text, const fanout_options *options,
                                char message[REQUEST_MESSAGE_MAX])
{
    const weft__type *type = &weft__handinger_create_task_request_type;
    weft_handinger_create_task_request *request = request_decode(arena, type, text, message);

    (void)options;
    if (!request || !request_check(arena, type, request, text, message))
        return NULL;
    if (request->stream.state != WEFT_PRESENCE_ABSENT) {
        snprintf(message, REQUEST_MESSAGE_MAX, "stream: --mode says whether it is one");
        return NULL;
    }
    return request;
}

/* ---- POST /api/tasks ---- */

static void on_worker(weft_call *call, const weft_error *error, const weft_handinger_worker *worker, void *arg)
{
    fanout_run *run = arg;
    fanout_outcome outcome = {0};
    bool good;

    run_connected(run, call);
    if (error) {
        run_failed(run, &outcome, call, error);
        return;
    }
    outcome.id = worker->id;
    outcome.status = worker->status;
    outcome.output = worker->output_text;
    if (weft_object_get_state(&worker->object, "structured_output") == WEFT_PRESENCE_VALUE)
        outcome.structured_output = worker->structured_output;
    if (worker->usage)
        outcome.usage = worker->usage->object.raw;
    good = worker->status.ptr && strcmp(worker->status.ptr, WEFT_HANDINGER_WORKER_COMPLETED) == 0 &&
           weft_object_get_state(&worker->object, "error") != WEFT_PRESENCE_VALUE;
    run_ended_with_status(run, &outcome, call, good, worker->error.ptr);
}

static bool start_answering(fanout_run *run)
{
    weft_call_options options = run_options(run);

    run->state = RUN_ANSWERING;
    run->call = weft_handinger_create_task(run->context->client, run->prompt->request, &options, on_worker, run);
    return run->call != NULL;
}

/* ---- The same, with `stream` true; what events hold is not documented, so that all of it is output ---- */

static void on_event(weft_stream *stream, const weft_event *event, void *arg)
{
    const weft_handinger_event *read = weft_handinger_read_event(stream, event);

    if (!read || read->kind != WEFT_HANDINGER_EVENT_KIND_DONE)
        run_has_output(arg, event->data);
}

static void on_end(weft_stream *stream, const weft_error *error, void *arg)
{
    fanout_run *run = arg;
    weft_call *call = weft_stream_get_call(stream);
    fanout_outcome outcome = {.output = run_output(run)};

    run_connected(run, call);
    if (error)
        run_failed(run, &outcome, call, error);
    else if (run->output.failed)
        run_failed_for_memory(run, call);
    else
        run_ended(run, &outcome, call);
}

static bool start_streaming(fanout_run *run)
{
    static const weft_stream_callbacks callbacks = {.on_event = on_event, .on_end = on_end};
    weft_call_options options = run_options(run);

    run->state = RUN_STREAMING;
    run->stream = weft_handinger_stream_task(run->context->client, run->prompt->request, &options, &callbacks, run);
    return run->stream != NULL;
}

const fanout_service service_handinger = {
    .name = "handinger",
    .start = {[FANOUT_RUN] = start_answering, [FANOUT_STREAM] = start_streaming},
    .mix = 1u << FANOUT_RUN | 1u << FANOUT_STREAM,
    .open = open_client,
    .read = read_request,
};
