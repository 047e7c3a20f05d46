/* agentserver: tasks, which an agent takes and ends, and codex turns at the gateway. With --workspace tasks are
 * a user's, whose session --token is; without they are an agent's, whose token it is. */
#include "fanout/answer.h"
#include "fanout/service.h"

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

static const char *operation(const fanout_options *options, fanout_mode mode)
{
    if (mode == FANOUT_TURN)
        return "GatewayRunTurn";
    return options->workspace ? "CreateTask" : "CreateTaskAsAgent";
}

static const char *addition(const fanout_options *options, const char **ret_value)
{
    *ret_value = options->workspace;
    if (!options->workspace)
        return NULL;
    return options->mode == FANOUT_TURN ? "workspaceId" : "wid";
}

/* ---- POST /api/workspaces/{wid}/tasks or /api/agent/tasks, then a look now and then until it has ended ---- */

static void on_task(weft_call *call, const weft_error *error, const weft_agentserver_task *task, void *arg)
{
    fanout_run *run = arg;
    fanout_outcome outcome = {.id = {run->id, strlen(run->id)}};

    if (error) {
        run_wait_failed(run, &outcome, call, error);
        return;
    }
    if (!answer_texts(&run->texts, &(answer_text){task->result, &outcome.output}, 1)) {
        run_failed_for_memory(run, call);
        return;
    }
    outcome.status = task->status;
    outcome.session_id = task->session_id;
    if (task->output.ptr)
        outcome.output = task->output;
    if (!outcome.output.ptr)
        outcome.structured_output = task->result;
    run_ended_with_status(run, &outcome, call, weft_agentserver_task_is_completed(task), task->failure_reason.ptr);
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

static void on_created(weft_call *call, const weft_error *error, const weft_operation_result *created, void *arg)
{
    fanout_run *run = arg;
    fanout_outcome outcome = {0};
    weft_str id = {0};

    run_connected(run, call);
    if (error)
        run_failed(run, &outcome, call, error);
    else if (!answer_texts(&run->texts, &(answer_text){weft_json_get_member(created->json, "task_id"), &id}, 1) ||
             (run_has_job(run, call, id) && !start_waiting(run)))
        run_failed_for_memory(run, call);
}

static bool start_task(fanout_run *run)
{
    run->state = RUN_STARTING;
    return run_submit(run, on_created);
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

/* The text of the last message of the agent, among the items of a turn; empty when there is none. */
static weft_json last_message(weft_json items)
{
    weft_json item, message = {0};
    size_t cursor = 0;

    while (weft_json_next_item(items, &cursor, &item))
        if (weft_json_is_text(weft_json_get_member(item, "type"), WEFT_AGENTSERVER_GATEWAY_TURN_AGENT_MESSAGE))
            message = weft_json_get_member(item, "text");
    return message;
}

/* False when there is no memory for it. */
static bool read_turn(fanout_run *run, weft_json answer, fanout_outcome *outcome, weft_str *ret_why)
{
    weft_json turn = weft_json_get_member(answer, "turn");
    weft_json id = {0}, status = {0}, items = {0}, error = {0};
    const answer_member members[] = {
        {"id", &id},
        {"status", &status},
        {"items", &items},
        {"error", &error},
    };

    answer_read(turn, members, ANSWER_COUNT(members));
    const answer_text texts[] = {
        {weft_json_get_member(answer, "threadId"), &outcome->session_id},
        {id, &outcome->id},
        {status, &outcome->status},
        {last_message(items), &outcome->output},
        {weft_json_get_member(error, "message"), ret_why},
    };
    if (!answer_texts(&run->texts, texts, ANSWER_COUNT(texts)))
        return false;
    if (weft_json_get_kind(turn) != WEFT_JSON_KIND_OBJECT) {
        outcome->failure = weft_code_name(WEFT_E_DECODE);
        outcome->message = "the answer has no turn that can be read";
    }
    return true;
}

static void on_turn(weft_call *call, const weft_error *error, const weft_operation_result *answer, void *arg)
{
    fanout_run *run = arg;
    fanout_outcome outcome = {0};
    weft_str why = {0};

    run_connected(run, call);
    if (error)
        run_failed(run, &outcome, call, error);
    else if (!read_turn(run, answer->json, &outcome, &why))
        run_failed_for_memory(run, call);
    else if (outcome.failure)
        run_ended(run, &outcome, call);
    else
        run_ended_with_status(run, &outcome, call, outcome.status.ptr && strcmp(outcome.status.ptr, "completed") == 0,
                              why.ptr);
}

static bool start_turn(fanout_run *run)
{
    run->state = RUN_ANSWERING;
    return run_submit(run, on_turn);
}

const fanout_service service_agentserver = {
    .name = "agentserver",
    .start = {[FANOUT_RUN] = start_task, [FANOUT_TURN] = start_turn},
    .open = open_client,
    .operation = operation,
    .addition = addition,
    .abandon = abandon,
};
