/* sim_agentserver_tasks.c - tasks. Those of a sandbox that the server runs go by themselves, as time passes; those of a
 * registered agent wait until it polls, and go as it reports. */
#include <stdio.h>
#include <string.h>

#include "sim_agentserver.h"

enum { POLLED_AT_ONCE = 5, LISTED = 100 };

static bool is_over(const agentserver_row *task)
{
    return agentserver_is(task, "status", "completed") || agentserver_is(task, "status", "failed") ||
           agentserver_is(task, "status", "cancelled");
}

static void end_task(sim_call *call, agentserver_row *task, const char *status)
{
    char now[32];

    agentserver_now(call, now);
    agentserver_set(task, "status", status);
    agentserver_set(task, "completed_at", now);
}

/* What a prompt asks for: see --help. */
static bool asks_for(const agentserver_row *task, const char *what)
{
    const char *prompt = agentserver_get(task, "prompt");

    return strncmp(prompt, what, strlen(what)) == 0;
}

static void finish(sim_call *call, agentserver_row *task)
{
    const char *workspace_id = agentserver_get(task, "workspace_id");

    if (asks_for(task, "sim:fail") || agentserver_is(task, "_fails", "true")) {
        end_task(call, task, "failed");
        agentserver_set(task, "failure_reason", "the simulated agent was told to fail");
    } else {
        agentserver_set_int(task, "num_turns", 3);
        agentserver_set_json(task, "total_cost_usd", (weft_json){"0.042", 5});
        agentserver_set_json(task, "result", (weft_json){"{\"passed\":12}", 13});
        end_task(call, task, "completed");
    }
    agentserver_trace(call, workspace_id, agentserver_get(task, "target_id"), "claudecode");
    agentserver_note(call, workspace_id, agentserver_get(task, "target_id"), "task_status_changed",
                     agentserver_get(task, "task_id"), "task", NULL);
}

/* Brings the task to where it is by now. */
static agentserver_row *settle(sim_call *call, agentserver_row *task)
{
    uint64_t now = sim_now_ms(call->sim);

    if (!task || !agentserver_is(task, "_runs", "true") || is_over(task))
        return task;
    if (now >= (uint64_t)agentserver_get_int(task, "_starts_ms"))
        agentserver_set(task, "status", "running");
    if (now >= (uint64_t)agentserver_get_int(task, "_ends_ms") && !asks_for(task, "sim:hang"))
        finish(call, task);
    return task;
}

/* ---- Making one -------------------------------------------------------------------------------------- */

static agentserver_row *make_task(sim_call *call, const agentserver_row *target, const char *actor_id)
{
    const sim_options *options = &call->sim->options;
    uint64_t starts = sim_now_ms(call->sim) + sim_spread_draw(&options->job_pending, &call->random);
    uint64_t ends = starts + sim_spread_draw(&options->job_duration, &call->random);
    const char *skill = agentserver_text(call, "skill"), *context = agentserver_text(call, "system_context");
    const char *requester = agentserver_text(call, "requester_id");
    agentserver_row *task = agentserver_add(agentserver_rows(call, TASKS));
    char id[48], now[32];

    agentserver_uuid(call, "task_", id);
    agentserver_now(call, now);
    agentserver_set(task, "task_id", id);
    agentserver_set(task, "workspace_id", agentserver_get(target, "workspace_id"));
    agentserver_set(task, "target_id", agentserver_get(target, "id"));
    agentserver_set(task, "requester_id", requester ? requester : "");
    agentserver_set(task, "prompt", agentserver_text(call, "prompt"));
    agentserver_set(task, "status", "pending");
    agentserver_set_int(task, "num_turns", 0);
    agentserver_set(task, "created_at", now);
    if (skill && *skill)
        agentserver_set(task, "skill", skill);
    agentserver_set(task, "_context", context ? context : "");
    agentserver_set_bool(task, "_runs", !agentserver_is(target, "is_local", "true"));
    agentserver_set_bool(task, "_fails", sim_random_chance(&call->random, options->fail_rate));
    agentserver_set_int(task, "_starts_ms", (int64_t)starts);
    agentserver_set_int(task, "_ends_ms", (int64_t)ends);
    agentserver_note(call, agentserver_get(target, "workspace_id"), actor_id, "task_created", id, "task", NULL);
    return task;
}

void agentserver_create_task(sim_call *call)
{
    bool as_agent = strstr(call->operation->path, "/api/agent/") != NULL;
    const agentserver_row *agent = as_agent ? agentserver_agent(call) : NULL;
    const char *workspace_id = as_agent ? agentserver_get(agent, "workspace_id") : call->params[0].ptr;
    const char *target_id = agentserver_text(call, "target_id"), *prompt = agentserver_text(call, "prompt");
    const agentserver_row *target = agentserver_find(agentserver_rows(call, SANDBOXES), "id", target_id), *task;
    weft__writer writer;

    if (!target_id || !*target_id || !prompt || !*prompt) {
        agentserver_blame(call, 400, "target_id and prompt required");
        return;
    }
    if (!target || !agentserver_is(target, "workspace_id", workspace_id)) {
        agentserver_say(call, target ? 403 : 404, "target agent not %s", target ? "in workspace" : "found");
        return;
    }
    task = make_task(call, target, as_agent ? agentserver_get(agent, "id") : NULL);
    sim_answer_begin(call, &writer);
    weft__write_object(&writer);
    sim_put_text(&writer, "session_id", "");
    sim_put_text(&writer, "status", "pending");
    sim_put_text(&writer, "task_id", agentserver_get(task, "task_id"));
    weft__write_object_end(&writer);
    sim_answer_end(call, 201);
}

/* ---- Looking at them --------------------------------------------------------------------------------- */

void agentserver_list_tasks(sim_call *call)
{
    for (agentserver_row *task = agentserver_rows(call, TASKS)->first; task; task = task->next)
        settle(call, task);
    agentserver_answer_rows(
        call, TASKS,
        &(agentserver_listing){
            .name = "workspace_id", .value = call->params[0].ptr, .newest_first = true, .limit = LISTED});
}

static agentserver_row *task_of(sim_call *call)
{
    return settle(call, agentserver_find(agentserver_rows(call, TASKS), "task_id", call->params[0].ptr));
}

void agentserver_get_task(sim_call *call)
{
    agentserver_row *task = task_of(call);

    if (!task) {
        agentserver_say(call, 404, "not found");
        return;
    }
    if (agentserver_query_true(call, "include_output") && is_over(task))
        agentserver_set(task, "output", "what the session put out");
    agentserver_answer_row(call, 200, task);
    agentserver_unset(task, "output");
}

/* ---- As the agent ------------------------------------------------------------------------------------ */

/* The oldest task that waits for the agent. */
static agentserver_row *waiting(sim_call *call, const char *agent_id)
{
    return agentserver_find_both(agentserver_rows(call, TASKS), "target_id", agent_id, "status", "pending");
}

/* What is told is taken. */
void agentserver_poll_tasks(sim_call *call)
{
    const char *me = agentserver_get(agentserver_agent(call), "id");
    weft_str asked = sim_query(call, "sandbox_id");
    agentserver_row *task;
    weft__writer writer;

    if (asked.ptr && strcmp(asked.ptr, me) != 0) {
        agentserver_say(call, 403, "forbidden");
        return;
    }
    sim_answer_begin(call, &writer);
    weft__write_array(&writer);
    for (int i = 0; i < POLLED_AT_ONCE && (task = waiting(call, me)) != NULL; i++) {
        weft__write_object(&writer);
        sim_put_text(&writer, "task_id", agentserver_get(task, "task_id"));
        sim_put_text(&writer, "prompt", agentserver_get(task, "prompt"));
        sim_put_text(&writer, "system_context", agentserver_get(task, "_context"));
        sim_put_int(&writer, "max_turns", 0);
        sim_put_int(&writer, "max_budget_usd", 0);
        weft__write_object_end(&writer);
        agentserver_set(task, "status", "assigned");
    }
    weft__write_array_end(&writer);
    sim_answer_end(call, 200);
}

/* Costs and turns count only beside a result. */
static void take_result(sim_call *call, agentserver_row *task)
{
    weft_json result = agentserver_json(call, "result"), cost = agentserver_json(call, "total_cost_usd");
    int64_t turns;

    if (!result.ptr)
        return;
    agentserver_set_json(task, "result", result);
    if (cost.ptr)
        agentserver_set_json(task, "total_cost_usd", cost);
    if (agentserver_int(call, "num_turns", &turns))
        agentserver_set_int(task, "num_turns", turns);
}

static void take_report(sim_call *call, agentserver_row *task, const char *status)
{
    const char *reason = agentserver_text(call, "failure_reason");

    if (strcmp(status, "running") == 0) {
        agentserver_set(task, "status", status);
        return;
    }
    if (strcmp(status, "completed") == 0)
        take_result(call, task);
    if (strcmp(status, "failed") == 0 && reason && *reason)
        agentserver_set(task, "failure_reason", reason);
    end_task(call, task, status);
}

void agentserver_update_task(sim_call *call)
{
    static const char *const known[] = {"running", "completed", "failed", "cancelled"};
    const agentserver_row *agent = agentserver_agent(call);
    const char *status = agentserver_text(call, "status");
    agentserver_row *task = task_of(call);
    bool valid = false;

    for (size_t i = 0; status && i < sizeof(known) / sizeof(known[0]); i++)
        valid |= strcmp(status, known[i]) == 0;
    if (!valid) {
        agentserver_say(call, 400, "invalid status");
        return;
    }
    if (task && agentserver_is(task, "target_id", agentserver_get(agent, "id"))) {
        take_report(call, task, status);
        agentserver_note(call, agentserver_get(task, "workspace_id"), agentserver_get(agent, "id"),
                         "task_status_changed", agentserver_get(task, "task_id"), "task", NULL);
    }
    agentserver_answer_empty(call, 200);
}

void agentserver_cancel_task(sim_call *call)
{
    agentserver_row *task = task_of(call);

    if (!task) {
        agentserver_say(call, 404, "not found");
    } else if (is_over(task)) {
        agentserver_say(call, 409, "task already finished");
    } else {
        end_task(call, task, "cancelled");
        agentserver_note(call, agentserver_get(task, "workspace_id"), NULL, "task_cancelled",
                         agentserver_get(task, "task_id"), "task", NULL);
        agentserver_answer_word(call, 200, "status", "cancelled");
    }
}
