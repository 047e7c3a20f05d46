/* Skillbox: skills, which answer when they are done. */
#include "fanout/service.h"

#include "service/skillbox_types.h"

static weft_client *open_client(weft_engine *engine, const weft_client_options *client, const fanout_options *options,
                                weft_error_info *ret_error)
{
    (void)options;
    return weft_skillbox_client(engine, client, ret_error);
}

/* A line may leave out the skill that --skill names. */
static const void *read_request(weft__arena *arena, weft_json text, const fanout_options *options,
                                char message[REQUEST_MESSAGE_MAX])
{
    const weft__type *type = &weft__skillbox_run_request_type;
    weft_skillbox_run_request *request = request_decode(arena, type, text, message);

    if (!request)
        return NULL;
    if (!request->skill)
        request->skill = options->skill;
    return request_check(arena, type, request, text, message) ? request : NULL;
}

/* A skill's output may be any JSON; text is shown as text. */
static void on_result(weft_call *call, const weft_error *error, const weft_skillbox_execution *answer, void *arg)
{
    fanout_run *run = arg;
    const weft_skillbox_execution *result = answer;
    fanout_outcome outcome = {0};
    weft__arena arena;

    run_connected(run, call);
    if (error) {
        run_failed(run, &outcome, call, error);
        return;
    }
    weft__arena_init(&arena, run->context->heap);
    outcome.id = result->execution_id;
    outcome.status = result->status;
    outcome.output = weft__json_string(&arena, result->output);
    if (!outcome.output.ptr)
        outcome.structured_output = result->output;
    run_ended_with_status(run, &outcome, call, weft_skillbox_execution_is_completed(result), result->error.ptr);
    weft__arena_release(&arena);
}

static bool start_answering(fanout_run *run)
{
    weft_call_options options = run_options(run);

    run->state = RUN_ANSWERING;
    run->call = weft_skillbox_run(run->context->client, run->prompt->request, &options, on_result, run);
    return run->call != NULL;
}

const fanout_service service_skillbox = {
    .name = "skillbox",
    .start = {[FANOUT_RUN] = start_answering},
    .open = open_client,
    .read = read_request,
};
