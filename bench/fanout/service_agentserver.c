/* agentserver: tasks, which an agent takes and ends, and codex turns at the gateway. With --workspace tasks are
 * a user's, whose session --token is; without they are an agent's, whose token it is. */
#include "fanout/service.h"

#include "service/agentserver_types.h"

#include <stdio.h>
#include <string.h>

static weft_client *open_client(weft_engine *engine, const weft_client_options *client, const fanout_options *options,
                                weft_error_info *ret_error)
{
    weft_client_options tokenless = *client;
    weft_client *opened;

    if (options->mode == FANOUT_TURN)
        return weft_agentserver_codex_gateway_client(engine, client, ret_error);
    tokenless.token = NULL;
    opened = weft_agentserver_client(engine, &tokenless, ret_error);
    if (!opened)
        return NULL;
    if (options->workspace ? weft_agentserver_set_session(opened, options->token, ret_error)
                           : weft_agentserver_set_agent_token(opened, options->token, ret_error))
        return opened;
    weft_client_close(opened, NULL, NULL);
    return NULL;
}

static const void *read_task(weft__arena *arena, weft_json text, char message[REQUEST_MESSAGE_MAX])
{
    const weft__type *type = &weft__agentserver_create_task_request_type;
    void *request = request_decode(arena, type, text, message);

    return request && request_check(arena, type, request, text, message) ? request : NULL;
}

/* A line may leave out the workspace that --workspace names. */
static const void *read_turn(weft__arena *arena, weft_json text, const fanout_options *options,
                             char message[REQUEST_MESSAGE_MAX])
{
    const weft__type *type = &weft__agentserver_gateway_run_turn_request_type;
    weft_agentserver_gateway_run_turn_request *request = request_decode(arena, type, text, message);

    if (!request)
        return NULL;
    if (!request->workspace_id)
        request->workspace_id = options->workspace;
    return request_check(arena, type, request, text, message) ? request : NULL;
}

static const void *read_request(weft__arena *arena, weft_json text, const fanout_options *options,
                                char message[REQUEST_MESSAGE_MAX])
{
    return options->mode == FANOUT_TURN ? read_turn(arena, text, options, message) : read_task(arena, text, message);
}

/* ---- POST /api/workspaces/{wid}/tasks or /api/agent/tasks, then a look now and then until it has ended ---- */

static void on_task(weft_call *call, const weft_error *error, const weft_agentserver_task *task, void *arg)
{
    fanout_run *run = arg;
    fanout_outcome outcome = {.id = {run->id, strlen(run->id)}};
    weft__arena arena;

    if (error) {
        run_wait_failed(run, &outcome, call, error);
        return;
    }
    weft__arena_init(&arena, run->context->heap);
    outcome.status = task->status;
    outcome.session_id = task->session_id;
    outcome.output = task->output.ptr ? task->output : weft__json_string(&arena, task->result);
    if (!outcome.output.ptr)
        outcome.structured_output = task->result;
    run_ended_with_status(run, &outcome, call, weft_agentserver_task_is_completed(task), task->failure_reason.ptr);
    weft__arena_release(&arena);
}

static bool start_waiting(fanout_run *run)
{
    const fanout_options *options = run->context->options;
    weft_call_options look = run_look_options();
    weft_wait_options wait = {
        .first_interval_ms = options->poll_ms,
        .timeout_ms = run_timeout_left_ms(run),
    };

    run->state = RUN_WAITING;
    run->call = (options->workspace ? weft_agentserver_wait_task : weft_agentserver_wait_task_as_agent)(
        run->context->client, run->id, &wait, NULL, &look, on_task, run);
    return run->call != NULL;
}

static void on_created(weft_call *call, const weft_error *error, const weft_agentserver_create_task_response *created,
                       void *arg)
{
    fanout_run *run = arg;
    fanout_outcome outcome = {0};

    run_connected(run, call);
    if (error)
        run_failed(run, &outcome, call, error);
    else if (run_has_job(run, call, created->task_id) && !start_waiting(run))
        run_failed_for_memory(run, call);
}

static bool start_task(fanout_run *run)
{
    const char *workspace = run->context->options->workspace;
    weft_call_options options = run_options(run);

    run->state = RUN_STARTING;
    run->call = workspace ? weft_agentserver_create_task(run->context->client, workspace, run->prompt->request,
                                                         &options, on_created, run)
                          : weft_agentserver_create_task_as_agent(run->context->client, run->prompt->request, &options,
                                                                  on_created, run);
    return run->call != NULL;
}

/* Whatever came of it, there is nothing more that could be done. */
static void on_abandoned(weft_call *call, const weft_error *error, const weft_agentserver_cancel_task_response *answer,
                         void *arg)
{
    (void)call, (void)error, (void)answer;
    run_abandoned(arg);
}

/* Agents have no way to take a task back. */
static weft_call *abandon(const fanout_run *run, const weft_call_options *options)
{
    if (!run->context->options->workspace)
        return NULL;
    return weft_agentserver_cancel_task(run->context->client, run->id, options, on_abandoned, run->context);
}

/* ---- POST /api/turns ---- */

/* What is known of the turn in an answer. */
typedef struct turn_item {
    weft_object object;
    weft_str type, text;
} turn_item;

typedef struct turn_error {
    weft_object object;
    weft_str message;
} turn_error;

typedef struct turn_answer {
    weft_object object;
    weft_str id, status;
    const turn_item *items;
    size_t items_count;
    const turn_error *error;
} turn_answer;

static const weft__field item_fields[] = {
    WEFT__FIELD(turn_item, type, "type", WEFT__STR, 0),
    WEFT__FIELD(turn_item, text, "text", WEFT__STR, 0),
};
static const weft__type item_type = WEFT__SPELLED_TYPE(turn_item, "item", item_fields);
static const weft__field error_fields[] = {
    WEFT__FIELD(turn_error, message, "message", WEFT__STR, 0),
};
static const weft__type error_type = WEFT__SPELLED_TYPE(turn_error, "error", error_fields);
static const weft__field answer_fields[] = {
    WEFT__FIELD(turn_answer, id, "id", WEFT__STR, 0),
    WEFT__FIELD(turn_answer, status, "status", WEFT__STR, 0),
    WEFT__FIELD_OBJECTS(turn_answer, items, "items", &item_type, 0),
    WEFT__FIELD_OBJECT(turn_answer, error, "error", &error_type, 0),
};
static const weft__type answer_type = WEFT__SPELLED_TYPE(turn_answer, "turn", answer_fields);

static weft_str last_message(const turn_answer *turn)
{
    for (size_t i = turn->items_count; i-- > 0;)
        if (turn->items[i].type.ptr && strcmp(turn->items[i].type.ptr, "agentMessage") == 0)
            return turn->items[i].text;
    return (weft_str){NULL, 0};
}

static void end_turn(fanout_run *run, fanout_outcome *outcome, weft_call *call, const turn_answer *turn)
{
    bool good = turn->status.ptr && strcmp(turn->status.ptr, "completed") == 0;

    outcome->id = turn->id;
    outcome->status = turn->status;
    outcome->output = last_message(turn);
    run_ended_with_status(run, outcome, call, good, turn->error ? turn->error->message.ptr : NULL);
}

static void on_turn(weft_call *call, const weft_error *error, const weft_agentserver_gateway_run_turn_response *answer,
                    void *arg)
{
    fanout_run *run = arg;
    fanout_outcome outcome = {0};
    weft__codec_error wrong;
    weft__arena arena;
    void *turn = NULL;

    run_connected(run, call);
    if (error) {
        run_failed(run, &outcome, call, error);
        return;
    }
    outcome.session_id = answer->thread_id;
    weft__arena_init(&arena, run->context->heap);
    if (answer->turn.ptr &&
        weft__decode(&arena, &answer_type, answer->turn.ptr, answer->turn.len, &turn, &wrong) == WEFT__CODEC_OK &&
        turn) {
        end_turn(run, &outcome, call, turn);
    } else {
        outcome.failure = weft_code_name(WEFT_E_DECODE);
        outcome.message = "the answer has no turn that can be read";
        run_ended(run, &outcome, call);
    }
    weft__arena_release(&arena);
}

static bool start_turn(fanout_run *run)
{
    weft_call_options options = run_options(run);

    run->state = RUN_ANSWERING;
    run->call = weft_agentserver_gateway_run_turn(run->context->client, run->prompt->request, &options, on_turn, run);
    return run->call != NULL;
}

const fanout_service service_agentserver = {
    .name = "agentserver",
    .start = {[FANOUT_RUN] = start_task, [FANOUT_TURN] = start_turn},
    .open = open_client,
    .read = read_request,
    .abandon = abandon,
};
