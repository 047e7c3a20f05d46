/* Handinger: tasks, which answer when they are done, or tell of themselves as they go. */
#include "fanout/answer.h"
#include "fanout/service.h"

#include <string.h>

static weft_client *open_client(weft_engine *engine, const weft_client_options *client, const fanout_options *options,
                                weft_error_info *ret_error)
{
    (void)options;
    return weft_handinger_client(engine, client, ret_error);
}

static const char *operation(const fanout_options *options, fanout_mode mode)
{
    (void)options, (void)mode;
    return "CreateTask";
}

/* ---- POST /api/tasks ---- */

/* A worker that completed has no error; what kind of value one is, is not documented. False when there is no memory. */
static bool read_worker(fanout_run *run, weft_json worker, fanout_outcome *outcome, weft_json *ret_error,
                        weft_str *ret_why)
{
    weft_json id = {0}, status = {0}, output = {0};
    const answer_member members[] = {
        {"id", &id},
        {"status", &status},
        {"output_text", &output},
        {"error", ret_error},
        {"structured_output", &outcome->structured_output},
        {"usage", &outcome->usage},
    };

    answer_read(worker, members, ANSWER_COUNT(members));
    const answer_text texts[] = {
        {id, &outcome->id},
        {status, &outcome->status},
        {output, &outcome->output},
        {*ret_error, ret_why},
    };
    return answer_texts(&run->texts, texts, ANSWER_COUNT(texts));
}

static void on_worker(weft_call *call, const weft_error *error, const weft_operation_result *answer, void *arg)
{
    fanout_run *run = arg;
    fanout_outcome outcome = {0};
    weft_json wrong = {0};
    weft_str why = {0};
    bool good;

    run_connected(run, call);
    if (error) {
        run_failed(run, &outcome, call, error);
        return;
    }
    if (!read_worker(run, answer->json, &outcome, &wrong, &why)) {
        run_failed_for_memory(run, call);
        return;
    }
    good = !wrong.ptr && outcome.status.ptr && strcmp(outcome.status.ptr, WEFT_HANDINGER_WORKER_COMPLETED) == 0;
    run_ended_with_status(run, &outcome, call, good, why.ptr);
}

static bool start_answering(fanout_run *run)
{
    run->state = RUN_ANSWERING;
    return run_submit(run, on_worker);
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

/* The line, and the member that --mode stands for. */
static void stream_arguments(fanout_json *out, weft_json line)
{
    weft_json name, value;
    size_t cursor = 0;

    json_object(out);
    while (weft_json_next_member(line, &cursor, &name, &value)) {
        if (weft_json_is_text(name, "stream"))
            continue;
        json_raw_name(out, name);
        json_raw(out, value);
    }
    json_member_bool(out, "stream", true);
    json_object_end(out);
}

static bool start_streaming(fanout_run *run)
{
    static const weft_stream_callbacks callbacks = {.on_event = on_event, .on_end = on_end};

    return run_stream(run, &callbacks);
}

const fanout_service service_handinger = {
    .name = "handinger",
    .start = {[FANOUT_RUN] = start_answering, [FANOUT_STREAM] = start_streaming},
    .mix = 1u << FANOUT_RUN | 1u << FANOUT_STREAM,
    .open = open_client,
    .operation = operation,
    .says_mode = "stream",
    .stream_arguments = stream_arguments,
};
