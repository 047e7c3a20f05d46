/* sim_agentserver_sandboxes.c - sandboxes, and how they come to be, rest and go. */
#include <stdio.h>
#include <string.h>

#include "sim_agentserver.h"

int64_t agentserver_limit(const sim_call *call, const char *workspace_id, const char *name, agentserver_default number)
{
    const agentserver_row *quota = agentserver_find(agentserver_rows(call, WORKSPACE_QUOTAS), "_id", workspace_id);

    return quota && agentserver_get(quota, name) ? agentserver_get_int(quota, name)
                                                 : agentserver_state(call)->defaults[number];
}

void agentserver_forget_sandbox(sim_call *call, agentserver_row *sandbox)
{
    const char *id = agentserver_get(sandbox, "id");

    agentserver_remove_all(agentserver_rows(call, CARDS), "agent_id", id);
    agentserver_remove_all(agentserver_rows(call, MESSAGES), "_to", id);
    agentserver_remove(agentserver_rows(call, SANDBOXES), sandbox);
}

/* What it changes into at `_next_ms`; none when it stays as it is. */
static void change(sim_call *call, agentserver_row *sandbox, const char *status, const char *next)
{
    uint64_t after = sim_spread_draw(&call->sim->options.job_pending, &call->random);

    agentserver_set(sandbox, "status", status);
    agentserver_set(sandbox, "_next", next);
    agentserver_set_int(sandbox, "_next_ms", (int64_t)(sim_now_ms(call->sim) + after));
}

agentserver_row *agentserver_settle_sandbox(sim_call *call, agentserver_row *sandbox)
{
    const char *next = agentserver_get(sandbox, "_next");
    char at[32];

    if (!next || (uint64_t)agentserver_get_int(sandbox, "_next_ms") > sim_now_ms(call->sim))
        return sandbox;
    if (strcmp(next, "gone") == 0) {
        agentserver_forget_sandbox(call, sandbox);
        return NULL;
    }
    agentserver_set(sandbox, "status", next);
    agentserver_now(call, at);
    agentserver_set(sandbox, "paused_at", strcmp(next, "paused") == 0 ? at : NULL);
    agentserver_set_null(sandbox, "_next");
    return sandbox;
}

static void show_url(sim_call *call, agentserver_row *sandbox, const char *type)
{
    weft_str cookie = sim_request_header(call->exchange, "cookie");
    const char *token = cookie.ptr ? memchr(cookie.ptr, '=', cookie.len) : NULL;
    char name[32], url[256];

    if (strcmp(type, "nanoclaw") == 0 || !token)
        return;
    snprintf(name, sizeof(name), "%s_url", type);
    snprintf(url, sizeof(url), "https://%.20s-%s.sandboxes.example/auth?token=%.*s", type,
             agentserver_get(sandbox, "short_id"), (int)(cookie.ptr + cookie.len - token - 1), token + 1);
    agentserver_set(sandbox, name, url);
}

agentserver_row *agentserver_make_sandbox(sim_call *call, const char *workspace_id, const char *name, const char *type)
{
    agentserver_row *sandbox = agentserver_add(agentserver_rows(call, SANDBOXES));
    char id[48], short_id[9], now[32];

    agentserver_uuid(call, "", id);
    agentserver_letters(call, "abcdefghijklmnopqrstuvwxyz0123456789", 8, short_id);
    agentserver_now(call, now);
    agentserver_set(sandbox, "id", id);
    agentserver_set(sandbox, "short_id", short_id);
    agentserver_set(sandbox, "workspace_id", workspace_id);
    agentserver_set(sandbox, "name", name);
    agentserver_set(sandbox, "type", type);
    agentserver_set(sandbox, "status", "running");
    agentserver_set(sandbox, "created_at", now);
    agentserver_set_null(sandbox, "last_activity_at");
    agentserver_set_null(sandbox, "paused_at");
    agentserver_set_bool(sandbox, "is_local", false);
    return sandbox;
}

void agentserver_list_sandboxes(sim_call *call)
{
    agentserver_row *next;

    for (agentserver_row *row = agentserver_rows(call, SANDBOXES)->first; row; row = next) {
        next = row->next;
        agentserver_settle_sandbox(call, row);
    }
    agentserver_answer_rows(call, SANDBOXES,
                            &(agentserver_listing){.name = "workspace_id", .value = call->params[0].ptr});
}

/* ---- Making one -------------------------------------------------------------------------------------- */

static bool is_type(const char *type)
{
    static const char *const types[] = {"opencode", "openclaw", "nanoclaw", "claudecode", "jupyter"};

    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
        if (strcmp(type, types[i]) == 0)
            return true;
    return false;
}

/* Reads a number that may be left out. False when it has answered that it is none. */
static bool read_limited(sim_call *call, const char *name, const char *unit, int64_t least, int64_t max,
                         int64_t *ret_value)
{
    *ret_value = max;
    if (!agentserver_int(call, name, ret_value) || (*ret_value >= least && (max == 0 || *ret_value <= max)))
        return true;
    agentserver_say(call, 400, "%s must be between 1 and %lld %s", name, (long long)max, unit);
    return false;
}

static int64_t total_of(sim_call *call, const char *workspace_id, const char *name)
{
    int64_t total = 0;

    for (const agentserver_row *row = agentserver_rows(call, SANDBOXES)->first; row; row = row->next)
        if (agentserver_is(row, "workspace_id", workspace_id))
            total += agentserver_get_int(row, name);
    return total;
}

static void refuse_json(sim_call *call, const char *error, const char *message, int64_t current, int64_t max)
{
    weft__writer writer;

    sim_answer_begin(call, &writer);
    weft__write_object(&writer);
    sim_put_text(&writer, "error", error);
    sim_put_text(&writer, "message", message);
    if (max > 0) {
        sim_put_name(&writer, "quota");
        weft__write_object(&writer);
        sim_put_int(&writer, "current", current);
        sim_put_int(&writer, "max", max);
        weft__write_object_end(&writer);
    }
    weft__write_object_end(&writer);
    sim_answer_end(call, 403);
}

static bool within_quota(sim_call *call, const char *id, int64_t cpu, int64_t memory)
{
    int64_t current = (int64_t)agentserver_count(call, SANDBOXES, "workspace_id", id);
    int64_t max = agentserver_limit(call, id, "max_sandboxes", MAX_SANDBOXES_PER_WORKSPACE);
    int64_t max_cpu = agentserver_limit(call, id, "max_total_cpu", WS_MAX_TOTAL_CPU);
    int64_t max_memory = agentserver_limit(call, id, "max_total_memory", WS_MAX_TOTAL_MEMORY);

    if (max > 0 && current >= max) {
        refuse_json(call, "quota_exceeded", "Sandbox limit reached.", current, max);
        return false;
    }
    if ((max_cpu > 0 && total_of(call, id, "cpu") + cpu > max_cpu) ||
        (max_memory > 0 && total_of(call, id, "memory") + memory > max_memory)) {
        refuse_json(call, "resource_budget_exceeded", "The workspace's budget is spent.", 0, 0);
        return false;
    }
    return true;
}

void agentserver_create_sandbox(sim_call *call)
{
    const char *id = call->params[0].ptr, *name = agentserver_text(call, "name");
    const char *type = agentserver_text(call, "type");
    weft_json metadata = agentserver_json(call, "metadata");
    int64_t cpu, memory, idle, max_idle = agentserver_limit(call, id, "max_idle_timeout", MAX_IDLE_TIMEOUT);
    agentserver_row *sandbox;

    if (type && *type && !is_type(type)) {
        agentserver_say(call, 400,
                        "invalid sandbox type: must be opencode, openclaw, nanoclaw, claudecode, or jupyter");
        return;
    }
    if (!name || !*name)
        sim_malformed(call->sim, "agentserver create sandbox: no name");
    if (!read_limited(call, "cpu", "millicores", 1, agentserver_limit(call, id, "max_sandbox_cpu", MAX_SANDBOX_CPU),
                      &cpu) ||
        !read_limited(call, "memory", "bytes", 1, agentserver_limit(call, id, "max_sandbox_memory", MAX_SANDBOX_MEMORY),
                      &memory) ||
        !read_limited(call, "idle_timeout", "seconds", max_idle > 0, max_idle, &idle) ||
        !within_quota(call, id, cpu, memory))
        return;
    sandbox =
        agentserver_make_sandbox(call, id, name && *name ? name : "New Sandbox", type && *type ? type : "opencode");
    change(call, sandbox, "creating",
           sim_random_chance(&call->random, call->sim->options.crash_rate) ? "gone" : "running");
    show_url(call, sandbox, agentserver_get(sandbox, "type"));
    agentserver_set_int(sandbox, "cpu", cpu);
    agentserver_set_int(sandbox, "memory", memory);
    agentserver_set_int(sandbox, "idle_timeout", idle);
    if (metadata.ptr && metadata.ptr[0] == '{')
        agentserver_set_json(sandbox, "metadata", metadata);
    agentserver_answer_row(call, 201, sandbox);
}

/* ---- One that there is ------------------------------------------------------------------------------- */

static agentserver_row *sandbox_of(sim_call *call)
{
    return agentserver_find(agentserver_rows(call, SANDBOXES), "id", call->params[0].ptr);
}

void agentserver_get_sandbox(sim_call *call)
{
    agentserver_row *sandbox = sandbox_of(call);

    agentserver_show_channels(call, sandbox);
    agentserver_answer_row(call, 200, sandbox);
    agentserver_unset(sandbox, "im_bindings");
}

void agentserver_rename_sandbox(sim_call *call)
{
    const char *name = agentserver_text(call, "name");
    agentserver_row *sandbox = sandbox_of(call);

    if (!name || !*name) {
        agentserver_blame(call, 400, "name is required");
        return;
    }
    agentserver_set(sandbox, "name", name);
    agentserver_answer_row(call, 200, sandbox);
}

void agentserver_delete_sandbox(sim_call *call)
{
    agentserver_forget_sandbox(call, sandbox_of(call));
    agentserver_answer_empty(call, 204);
}

void agentserver_pause_sandbox(sim_call *call)
{
    agentserver_row *sandbox = sandbox_of(call);
    bool fails = sim_random_chance(&call->random, call->sim->options.fail_rate);

    if (agentserver_is(sandbox, "is_local", "true")) {
        agentserver_say(call, 400, "local sandboxes cannot be paused");
    } else if (!agentserver_is(sandbox, "status", "running")) {
        agentserver_say(call, 409, "sandbox cannot be paused in current state: %s", agentserver_get(sandbox, "status"));
    } else {
        change(call, sandbox, "pausing", fails ? "running" : "paused");
        agentserver_answer_word(call, 200, "status", "pausing");
    }
}

void agentserver_resume_sandbox(sim_call *call)
{
    agentserver_row *sandbox = sandbox_of(call);
    bool fails = sim_random_chance(&call->random, call->sim->options.fail_rate);

    if (agentserver_is(sandbox, "is_local", "true")) {
        agentserver_say(call, 400, "local sandboxes cannot be resumed from server");
    } else if (!agentserver_is(sandbox, "status", "paused")) {
        agentserver_say(call, 409, "sandbox cannot be resumed in current state: %s",
                        agentserver_get(sandbox, "status"));
    } else {
        change(call, sandbox, "resuming", fails ? "paused" : "running");
        agentserver_answer_word(call, 200, "status", "resuming");
    }
}
