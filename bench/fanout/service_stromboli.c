/* Stromboli: runs, by one request, as jobs, and as event streams. */
#include "fanout/answer.h"
#include "fanout/service.h"

#include <string.h>

static weft_client *open_client(weft_engine *engine, const weft_client_options *client, const fanout_options *options,
                                weft_error_info *ret_error)
{
    (void)options;
    return weft_stromboli_client(engine, client, ret_error);
}

static const char *operation(const fanout_options *options, fanout_mode mode)
{
    (void)options;
    return mode == FANOUT_RUN ? "Run" : mode == FANOUT_ASYNC ? "RunAsync" : "Stream";
}

/* `why` may be NULL, or empty. */
static void end_with_answer(fanout_run *run, fanout_outcome *outcome, weft_call *call, const char *why)
{
    bool good = outcome->status.ptr && strcmp(outcome->status.ptr, WEFT_STROMBOLI_RUN_COMPLETED) == 0;

    run_ended_with_status(run, outcome, call, good, why);
}

/* ---- POST /run ---- */

/* What answers a run, and what ends its stream. False when there is no memory for it. */
static bool read_answer(fanout_run *run, weft_json answer, fanout_outcome *outcome, const char **ret_why)
{
    weft_json id = {0}, status = {0}, session_id = {0}, output = {0}, error = {0};
    weft_str why = {0}, crash_reason = {0};
    const answer_member members[] = {
        {"id", &id},
        {"status", &status},
        {"session_id", &session_id},
        {"output", &output},
        {"error", &error},
        {"structured_output", &outcome->structured_output},
        {"usage", &outcome->usage},
        {"crash_info", &outcome->crash_info},
    };

    answer_read(answer, members, ANSWER_COUNT(members));
    const answer_text texts[] = {
        {id, &outcome->id},
        {status, &outcome->status},
        {session_id, &outcome->session_id},
        {output, &outcome->output},
        {error, &why},
        {weft_json_get_member(outcome->crash_info, "reason"), &crash_reason},
    };
    if (!answer_texts(&run->texts, texts, ANSWER_COUNT(texts)))
        return false;
    *ret_why = why.len ? why.ptr : crash_reason.ptr;
    return true;
}

static void on_answer(weft_call *call, const weft_error *error, const weft_operation_result *answer, void *arg)
{
    fanout_run *run = arg;
    fanout_outcome outcome = {0};
    const char *why;

    run_connected(run, call);
    if (error)
        run_failed(run, &outcome, call, error);
    else if (!read_answer(run, answer->json, &outcome, &why))
        run_failed_for_memory(run, call);
    else
        end_with_answer(run, &outcome, call, why);
}

static bool start_answering(fanout_run *run)
{
    run->state = RUN_ANSWERING;
    return run_submit(run, on_answer);
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
    if (job->crash_info)
        outcome.crash_info = job->crash_info->object.raw;
    end_with_answer(run, &outcome, call,
                    job->error.len    ? job->error.ptr
                    : job->crash_info ? job->crash_info->reason.ptr
                                      : NULL);
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

static void on_started(weft_call *call, const weft_error *error, const weft_operation_result *started, void *arg)
{
    fanout_run *run = arg;
    fanout_outcome outcome = {0};
    weft_str id = {0};

    run_connected(run, call);
    if (error)
        run_failed(run, &outcome, call, error);
    else if (!answer_texts(&run->texts, &(answer_text){weft_json_get_member(started->json, "job_id"), &id}, 1) ||
             (run_has_job(run, call, id) && !start_waiting(run)))
        run_failed_for_memory(run, call);
}

static bool start_job(fanout_run *run)
{
    run->state = RUN_STARTING;
    return run_submit(run, on_started);
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
        buffer_clear(&run->done);
        buffer_append(&run->done, event->data.ptr, event->data.len);
    }
    /* An error's event comes back as the message of the stream's end. */
}

/* The final event holds what a run's answer does, but for the output. */
static void end_stream(fanout_run *run, weft_call *call)
{
    weft_json done = weft_json_parse_str((weft_str){run->done.data, run->done.len});
    fanout_outcome outcome = {0};
    const char *why;

    if (weft_json_get_kind(done) != WEFT_JSON_KIND_OBJECT) {
        outcome.output = run_output(run);
        outcome.failure = weft_code_name(WEFT_E_DECODE);
        outcome.message = "the stream's last event is not the JSON that it should be";
        run_ended(run, &outcome, call);
    } else if (!read_answer(run, done, &outcome, &why)) {
        run_failed_for_memory(run, call);
    } else {
        outcome.output = run_output(run);
        end_with_answer(run, &outcome, call, why);
    }
}

static void on_end(weft_stream *stream, const weft_error *error, void *arg)
{
    fanout_run *run = arg;
    weft_call *call = weft_stream_get_call(stream);
    fanout_outcome outcome = {.output = run_output(run)};

    run_connected(run, call);
    if (error)
        run_failed(run, &outcome, call, error);
    else if (run->output.failed || run->done.failed)
        run_failed_for_memory(run, call);
    else
        end_stream(run, call);
}

static bool start_streaming(fanout_run *run)
{
    static const weft_stream_callbacks callbacks = {.on_event = on_event, .on_end = on_end};

    return run_stream(run, &callbacks);
}

/* ---- What a stream carries ---- */

static weft_json session_of(weft_json line)
{
    return weft_json_get_member(weft_json_get_member(line, "claude"), "session_id");
}

static void put_argument(fanout_json *out, const char *name, weft_json value)
{
    if (weft_json_get_kind(value) == WEFT_JSON_KIND_NONE)
        return;
    json_name(out, name);
    json_raw(out, value);
}

static void stream_arguments(fanout_json *out, weft_json line)
{
    json_object(out);
    put_argument(out, "prompt", weft_json_get_member(line, "prompt"));
    put_argument(out, "workdir", weft_json_get_member(line, "workdir"));
    put_argument(out, "session_id", session_of(line));
    json_object_end(out);
}

/* As good as not there: null, false, and what is empty. */
static bool is_nothing(weft_json value)
{
    bool truth = true;
    weft_json name, first;
    size_t cursor = 0;

    switch (weft_json_get_kind(value)) {
    case WEFT_JSON_KIND_BOOL:
        return weft_json_get_bool(value, &truth) && !truth;
    case WEFT_JSON_KIND_STRING:
        return weft_json_is_text(value, "");
    case WEFT_JSON_KIND_ARRAY:
        return !weft_json_next_item(value, &cursor, &first);
    case WEFT_JSON_KIND_OBJECT:
        return !weft_json_next_member(value, &cursor, &name, &first);
    case WEFT_JSON_KIND_NUMBER:
        return false;
    default:
        return true;
    }
}

/* Whether an object says more than the members `carried`, up to NULL. */
static bool has_more(weft_json object, const char *const *carried)
{
    weft_json name, value;
    size_t cursor = 0;

    while (weft_json_next_member(object, &cursor, &name, &value)) {
        size_t i = 0;

        while (carried[i] && !weft_json_is_text(name, carried[i]))
            i++;
        if (!carried[i] && !is_nothing(value))
            return true;
    }
    return false;
}

static bool is_beyond_streams(weft_json line)
{
    static const char *const of_line[] = {"prompt", "workdir", "claude", NULL}, *const of_claude[] = {"session_id",
                                                                                                      NULL};

    return has_more(line, of_line) || has_more(weft_json_get_member(line, "claude"), of_claude);
}

const fanout_service service_stromboli = {
    .name = "stromboli",
    .start = {[FANOUT_RUN] = start_answering, [FANOUT_ASYNC] = start_job, [FANOUT_STREAM] = start_streaming},
    .mix = 1u << FANOUT_RUN | 1u << FANOUT_ASYNC | 1u << FANOUT_STREAM,
    .open = open_client,
    .operation = operation,
    .abandon = abandon,
    .streams_carry = "prompt, workdir and session_id",
    .stream_arguments = stream_arguments,
    .is_beyond_streams = is_beyond_streams,
};
