/* sim_agentserver_admin.c - what administrators see and set. */
#include <string.h>

#include "json/codec.h"
#include "sim_agentserver.h"

static void put_copy(weft__writer *writer, const agentserver_row *row, const char *name)
{
    sim_put_text(writer, name, agentserver_get(row, name));
}

void agentserver_list_users(sim_call *call)
{
    agentserver_answer_rows(call, USERS, &(agentserver_listing){0});
}

void agentserver_set_user_role(sim_call *call)
{
    agentserver_row *user = agentserver_find(agentserver_rows(call, USERS), "id", call->params[0].ptr);
    const char *role = agentserver_text(call, "role");

    if (!role || (strcmp(role, "user") != 0 && strcmp(role, "admin") != 0)) {
        agentserver_say(call, 400, "invalid role: must be 'user' or 'admin'");
        return;
    }
    if (user)
        agentserver_set(user, "role", role);
    agentserver_answer_empty(call, 204);
}

static void write_owner(sim_call *call, weft__writer *writer, const agentserver_row *member)
{
    const agentserver_row *user =
        agentserver_find(agentserver_rows(call, USERS), "id", agentserver_get(member, "user_id"));

    weft__write_object(writer);
    sim_put_text(writer, "id", agentserver_get(member, "user_id"));
    sim_put_text(writer, "email", user ? agentserver_get(user, "email") : "");
    sim_put_name(writer, "name");
    weft__write_null(writer);
    sim_put_name(writer, "picture");
    weft__write_null(writer);
    weft__write_object_end(writer);
}

/* One line for each owner; for one who has none, one line. */
static void write_workspace(sim_call *call, weft__writer *writer, const agentserver_row *workspace,
                            const agentserver_row *owner)
{
    const char *id = agentserver_get(workspace, "id");

    weft__write_object(writer);
    put_copy(writer, workspace, "id");
    put_copy(writer, workspace, "name");
    put_copy(writer, workspace, "created_at");
    put_copy(writer, workspace, "updated_at");
    sim_put_name(writer, "owner");
    if (owner)
        write_owner(call, writer, owner);
    else
        weft__write_null(writer);
    sim_put_int(writer, "sandbox_count", (int64_t)agentserver_count(call, SANDBOXES, "workspace_id", id));
    sim_put_int(writer, "max_sandboxes", agentserver_limit(call, id, "max_sandboxes", MAX_SANDBOXES_PER_WORKSPACE));
    weft__write_object_end(writer);
}

void agentserver_list_all_workspaces(sim_call *call)
{
    weft__writer writer;

    sim_answer_begin(call, &writer);
    weft__write_array(&writer);
    for (const agentserver_row *row = agentserver_rows(call, WORKSPACES)->first; row; row = row->next) {
        bool owned = false;

        for (const agentserver_row *member = agentserver_rows(call, MEMBERS)->first; member; member = member->next)
            if (agentserver_is(member, "_workspace", agentserver_get(row, "id")) &&
                agentserver_is(member, "role", "owner")) {
                write_workspace(call, &writer, row, member);
                owned = true;
            }
        if (!owned)
            write_workspace(call, &writer, row, NULL);
    }
    weft__write_array_end(&writer);
    sim_answer_end(call, 200);
}

void agentserver_list_all_sandboxes(sim_call *call)
{
    weft__writer writer;

    sim_answer_begin(call, &writer);
    weft__write_array(&writer);
    for (const agentserver_row *row = agentserver_rows(call, SANDBOXES)->first; row; row = row->next) {
        weft__write_object(&writer);
        put_copy(&writer, row, "id");
        put_copy(&writer, row, "name");
        put_copy(&writer, row, "workspace_id");
        put_copy(&writer, row, "type");
        put_copy(&writer, row, "status");
        put_copy(&writer, row, "created_at");
        sim_put_bool(&writer, "is_local", agentserver_is(row, "is_local", "true"));
        weft__write_object_end(&writer);
    }
    weft__write_array_end(&writer);
    sim_answer_end(call, 200);
}

/* ---- Quotas ------------------------------------------------------------------------------------------ */

void agentserver_get_defaults(sim_call *call)
{
    const agentserver *state = agentserver_state(call);
    weft__writer writer;

    sim_answer_begin(call, &writer);
    weft__write_object(&writer);
    for (int i = 0; i < AGENTSERVER_DEFAULTS; i++)
        sim_put_int(&writer, agentserver_default_names[i], state->defaults[i]);
    weft__write_object_end(&writer);
    sim_answer_end(call, 200);
}

void agentserver_put_defaults(sim_call *call)
{
    agentserver *state = agentserver_state(call);
    int64_t value;

    for (int i = 0; i <= MAX_SANDBOXES_PER_WORKSPACE; i++)
        if (agentserver_int(call, agentserver_default_names[i], &value) && value < 0) {
            agentserver_say(call, 400, "%s must be >= 0", agentserver_default_names[i]);
            return;
        }
    for (int i = 0; i < AGENTSERVER_DEFAULTS; i++)
        agentserver_int(call, agentserver_default_names[i], &state->defaults[i]);
    agentserver_get_defaults(call);
}

static agentserver_row *override_of(sim_call *call, agentserver_kind kind)
{
    return agentserver_find(agentserver_rows(call, kind), "_id", call->params[0].ptr);
}

/* The one that there is, or a new one with all its members null. */
static agentserver_row *override_for(sim_call *call, agentserver_kind kind, const char *const *names, size_t count)
{
    agentserver_row *row = override_of(call, kind);
    char now[32];

    if (!row) {
        row = agentserver_add(agentserver_rows(call, kind));
        agentserver_set(row, "_id", call->params[0].ptr);
        for (size_t i = 0; i < count; i++)
            agentserver_set_null(row, names[i]);
    }
    agentserver_now(call, now);
    agentserver_set(row, "updated_at", now);
    return row;
}

static void write_overrides(sim_call *call, weft__writer *writer, agentserver_kind kind)
{
    const agentserver_row *row = override_of(call, kind);

    sim_put_name(writer, "overrides");
    if (row)
        agentserver_write_row(writer, row);
    else
        weft__write_null(writer);
}

void agentserver_get_user_quota(sim_call *call)
{
    weft__writer writer;

    sim_answer_begin(call, &writer);
    weft__write_object(&writer);
    sim_put_name(&writer, "defaults");
    weft__write_object(&writer);
    sim_put_int(&writer, "max_workspaces_per_user", agentserver_state(call)->defaults[MAX_WORKSPACES_PER_USER]);
    weft__write_object_end(&writer);
    write_overrides(call, &writer, USER_QUOTAS);
    weft__write_object_end(&writer);
    sim_answer_end(call, 200);
}

void agentserver_put_user_quota(sim_call *call)
{
    static const char *const names[] = {"max_workspaces"};
    weft_json given = agentserver_json(call, names[0]);
    int64_t max = 0;

    if (given.ptr && weft__json_int64(given, &max) && max < 0)
        agentserver_say(call, 400, "max_workspaces must be >= 0");
    else if (!agentserver_find(agentserver_rows(call, USERS), "id", call->params[0].ptr))
        agentserver_say(call, 500, "failed to set user quota: no such user");
    else {
        agentserver_set_json(override_for(call, USER_QUOTAS, names, 1), names[0],
                             given.ptr ? given : (weft_json){"null", 4});
        agentserver_answer_empty(call, 204);
    }
}

void agentserver_delete_user_quota(sim_call *call)
{
    agentserver_remove_all(agentserver_rows(call, USER_QUOTAS), "_id", call->params[0].ptr);
    agentserver_answer_empty(call, 204);
}

static const struct {
    const char *name;
    agentserver_default number;
} parts[] = {
    {"max_sandboxes", MAX_SANDBOXES_PER_WORKSPACE},
    {"max_sandbox_cpu", MAX_SANDBOX_CPU},
    {"max_sandbox_memory", MAX_SANDBOX_MEMORY},
    {"max_idle_timeout", MAX_IDLE_TIMEOUT},
    {"max_total_cpu", WS_MAX_TOTAL_CPU},
    {"max_total_memory", WS_MAX_TOTAL_MEMORY},
    {"max_drive_size", MAX_WORKSPACE_DRIVE_SIZE},
};

enum { PARTS = sizeof(parts) / sizeof(parts[0]) };

void agentserver_get_workspace_quota(sim_call *call)
{
    const agentserver *state = agentserver_state(call);
    weft__writer writer;

    sim_answer_begin(call, &writer);
    weft__write_object(&writer);
    sim_put_name(&writer, "defaults");
    weft__write_object(&writer);
    for (int i = 0; i < PARTS; i++)
        sim_put_int(&writer, parts[i].name, state->defaults[parts[i].number]);
    weft__write_object_end(&writer);
    write_overrides(call, &writer, WORKSPACE_QUOTAS);
    weft__write_object_end(&writer);
    sim_answer_end(call, 200);
}

void agentserver_put_workspace_quota(sim_call *call)
{
    const char *names[PARTS];
    agentserver_row *row;
    int64_t value;

    for (int i = 0; i < PARTS; i++)
        names[i] = parts[i].name;
    if (agentserver_int(call, "max_sandboxes", &value) && value < 0) {
        agentserver_say(call, 400, "max_sandboxes must be >= 0");
        return;
    }
    if (!agentserver_find(agentserver_rows(call, WORKSPACES), "id", call->params[0].ptr)) {
        agentserver_say(call, 500, "failed to set workspace quota: no such workspace");
        return;
    }
    row = override_for(call, WORKSPACE_QUOTAS, names, PARTS);
    for (int i = 0; i < PARTS; i++)
        if (agentserver_int(call, names[i], &value))
            agentserver_set_int(row, names[i], value);
    agentserver_answer_empty(call, 204);
}

void agentserver_delete_workspace_quota(sim_call *call)
{
    agentserver_remove_all(agentserver_rows(call, WORKSPACE_QUOTAS), "_id", call->params[0].ptr);
    agentserver_answer_empty(call, 204);
}
