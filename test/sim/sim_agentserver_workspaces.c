/* sim_agentserver_workspaces.c - workspaces, their members and their keys. */
#include <stdio.h>
#include <string.h>

#include "sim_agentserver.h"

static agentserver_row *workspace(sim_call *call)
{
    return agentserver_find(agentserver_rows(call, WORKSPACES), "id", call->params[0].ptr);
}

agentserver_row *agentserver_make_workspace(sim_call *call, const char *name, const agentserver_row *owner)
{
    agentserver_row *made = agentserver_add(agentserver_rows(call, WORKSPACES));
    char id[48], now[32];

    agentserver_uuid(call, "", id);
    agentserver_now(call, now);
    agentserver_set(made, "id", id);
    agentserver_set(made, "name", name);
    agentserver_set(made, "created_at", now);
    agentserver_set(made, "updated_at", now);
    agentserver_add_member(call, id, owner, "owner");
    return made;
}

void agentserver_list_workspaces(sim_call *call)
{
    weft__writer writer;

    sim_answer_begin(call, &writer);
    weft__write_array(&writer);
    for (const agentserver_row *row = agentserver_rows(call, WORKSPACES)->first; row; row = row->next)
        if (agentserver_role(call, agentserver_get(row, "id")))
            agentserver_write_row(&writer, row);
    weft__write_array_end(&writer);
    sim_answer_end(call, 200);
}

static int64_t owned_by(sim_call *call, const char *user_id)
{
    int64_t count = 0;

    for (const agentserver_row *row = agentserver_rows(call, MEMBERS)->first; row; row = row->next)
        count += agentserver_is(row, "user_id", user_id) && agentserver_is(row, "role", "owner");
    return count;
}

static int64_t may_own(sim_call *call, const char *user_id)
{
    const agentserver_row *quota = agentserver_find(agentserver_rows(call, USER_QUOTAS), "_id", user_id);

    return quota && agentserver_get(quota, "max_workspaces")
               ? agentserver_get_int(quota, "max_workspaces")
               : agentserver_state(call)->defaults[MAX_WORKSPACES_PER_USER];
}

static void refuse_quota(sim_call *call, int64_t current, int64_t max)
{
    weft__writer writer;
    char text[128];

    snprintf(text, sizeof(text), "Workspace limit reached (%lld/%lld). Contact an admin to increase your quota.",
             (long long)current, (long long)max);
    sim_answer_begin(call, &writer);
    weft__write_object(&writer);
    sim_put_text(&writer, "error", "quota_exceeded");
    sim_put_text(&writer, "message", text);
    sim_put_name(&writer, "quota");
    weft__write_object(&writer);
    sim_put_int(&writer, "current", current);
    sim_put_int(&writer, "max", max);
    weft__write_object_end(&writer);
    weft__write_object_end(&writer);
    sim_answer_end(call, 403);
}

void agentserver_create_workspace(sim_call *call)
{
    const agentserver_row *user = agentserver_user(call);
    const char *name = agentserver_text(call, "name");
    int64_t current = owned_by(call, agentserver_get(user, "id")), max = may_own(call, agentserver_get(user, "id"));

    if (max > 0 && current >= max) {
        refuse_quota(call, current, max);
        return;
    }
    if (!name || !*name)
        sim_malformed(call->sim, "agentserver create workspace: no name");
    agentserver_answer_row(call, 201, agentserver_make_workspace(call, name && *name ? name : "New Workspace", user));
}

void agentserver_workspace_quota(sim_call *call)
{
    const char *user_id = agentserver_get(agentserver_user(call), "id");
    weft__writer writer;

    sim_answer_begin(call, &writer);
    weft__write_object(&writer);
    sim_put_int(&writer, "current", owned_by(call, user_id));
    sim_put_int(&writer, "max", may_own(call, user_id));
    weft__write_object_end(&writer);
    sim_answer_end(call, 200);
}

void agentserver_get_workspace(sim_call *call)
{
    agentserver_answer_row(call, 200, workspace(call));
}

void agentserver_rename_workspace(sim_call *call)
{
    const char *name = agentserver_text(call, "name");
    agentserver_row *row = workspace(call);
    char now[32];

    if (!name || !*name) {
        agentserver_blame(call, 400, "name is required");
        return;
    }
    agentserver_now(call, now);
    agentserver_set(row, "name", name);
    agentserver_set(row, "updated_at", now);
    agentserver_answer_row(call, 200, row);
}

void agentserver_delete_workspace(sim_call *call)
{
    static const agentserver_kind kinds[] = {MEMBERS,  KEYS,        TASKS,     INTERACTIONS, BOUND,      CODEX_TOKENS,
                                             CHANNELS, CREDENTIALS, QR_LOGINS, LLM_CONFIGS,  OPERATIONS, TRACES};
    const char *id = call->params[0].ptr;
    agentserver_row *sandbox;

    while ((sandbox = agentserver_find(agentserver_rows(call, SANDBOXES), "workspace_id", id)) != NULL)
        agentserver_forget_sandbox(call, sandbox);
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        agentserver_remove_all(agentserver_rows(call, kinds[i]), "_workspace", id);
        agentserver_remove_all(agentserver_rows(call, kinds[i]), "workspace_id", id);
    }
    agentserver_remove(agentserver_rows(call, WORKSPACES), workspace(call));
    agentserver_answer_empty(call, 204);
}

void agentserver_workspace_defaults(sim_call *call)
{
    const char *id = call->params[0].ptr;
    weft__writer writer;

    sim_answer_begin(call, &writer);
    weft__write_object(&writer);
    sim_put_int(&writer, "max_sandbox_cpu", agentserver_limit(call, id, "max_sandbox_cpu", MAX_SANDBOX_CPU));
    sim_put_int(&writer, "max_sandbox_memory", agentserver_limit(call, id, "max_sandbox_memory", MAX_SANDBOX_MEMORY));
    sim_put_int(&writer, "max_idle_timeout", agentserver_limit(call, id, "max_idle_timeout", MAX_IDLE_TIMEOUT));
    sim_put_int(&writer, "max_sandboxes", agentserver_limit(call, id, "max_sandboxes", MAX_SANDBOXES_PER_WORKSPACE));
    sim_put_int(&writer, "current_sandboxes", (int64_t)agentserver_count(call, SANDBOXES, "workspace_id", id));
    weft__write_object_end(&writer);
    sim_answer_end(call, 200);
}

/* ---- Members ----------------------------------------------------------------------------------------- */

static agentserver_row *member(sim_call *call)
{
    return agentserver_find_both(agentserver_rows(call, MEMBERS), "_workspace", call->params[0].ptr, "user_id",
                                 call->params[1].ptr);
}

void agentserver_list_members(sim_call *call)
{
    agentserver_answer_rows(call, MEMBERS, &(agentserver_listing){.name = "_workspace", .value = call->params[0].ptr});
}

void agentserver_post_member(sim_call *call)
{
    const char *email = agentserver_text(call, "email"), *role = agentserver_text(call, "role");
    const char *id = call->params[0].ptr;
    const agentserver_row *user = agentserver_find(agentserver_rows(call, USERS), "email", email);

    if (!email || !*email) {
        agentserver_blame(call, 400, "bad request");
    } else if (!user) {
        agentserver_say(call, 404, "user not found");
    } else if (agentserver_find_both(agentserver_rows(call, MEMBERS), "_workspace", id, "user_id",
                                     agentserver_get(user, "id"))) {
        agentserver_say(call, 500, "failed to add member");
    } else {
        agentserver_add_member(call, id, user, role && *role ? role : "developer");
        agentserver_answer_row(call, 201,
                               agentserver_find_both(agentserver_rows(call, MEMBERS), "_workspace", id, "user_id",
                                                     agentserver_get(user, "id")));
    }
}

void agentserver_change_member_role(sim_call *call)
{
    const char *role = agentserver_text(call, "role");
    agentserver_row *row = member(call);

    if (!role || !*role) {
        agentserver_blame(call, 400, "bad request");
        return;
    }
    if (row)
        agentserver_set(row, "role", role);
    agentserver_answer_empty(call, 204);
}

void agentserver_remove_member(sim_call *call)
{
    agentserver_row *row = member(call);

    if (row)
        agentserver_remove(agentserver_rows(call, MEMBERS), row);
    agentserver_answer_empty(call, 204);
}

/* ---- Keys -------------------------------------------------------------------------------------------- */

static const struct {
    const char *name;
    bool available;
} scopes[] = {
    {"turns:submit", true},  {"turns:read", false},   {"threads:create", false}, {"threads:cancel", false},
    {"threads:read", false}, {"mailbox:read", false}, {"mailbox:send", false},
};

enum { SCOPES = sizeof(scopes) / sizeof(scopes[0]) };

void agentserver_list_key_scopes(sim_call *call)
{
    weft__writer writer;

    sim_answer_begin(call, &writer);
    weft__write_array(&writer);
    for (int i = 0; i < SCOPES; i++) {
        weft__write_object(&writer);
        sim_put_text(&writer, "name", scopes[i].name);
        sim_put_text(&writer, "description", "What it says.");
        sim_put_bool(&writer, "available", scopes[i].available);
        weft__write_object_end(&writer);
    }
    weft__write_array_end(&writer);
    sim_answer_end(call, 200);
}

void agentserver_list_keys(sim_call *call)
{
    agentserver_answer_rows(call, KEYS,
                            &(agentserver_listing){"_workspace", call->params[0].ptr, .newest_first = true});
}

/* Stops at a scope that is not to be had, which `arg` is then told. */
static bool is_available(weft_str name, weft_str value, void *arg)
{
    (void)name;
    for (int i = 0; i < SCOPES; i++)
        if (scopes[i].available && strcmp(scopes[i].name, value.ptr) == 0)
            return true;
    *(const char **)arg = value.ptr;
    return false;
}

static void make_key(sim_call *call, const char *name, const char *expires_at)
{
    agentserver_row *key = agentserver_add(agentserver_rows(call, KEYS));
    char id[16] = "wak_", secret[64], now[32];
    weft__writer writer;

    agentserver_letters(call, "0123456789ABCDEFGHJKMNPQRSTVWXYZ", 8, id + 4);
    snprintf(secret, sizeof(secret), "%s_", id);
    agentserver_letters(call, "0123456789ABCDEFGHJKMNPQRSTVWXYZ", 40, secret + strlen(secret));
    agentserver_now(call, now);
    agentserver_set(key, "_workspace", call->params[0].ptr);
    agentserver_set(key, "_secret", secret);
    agentserver_set(key, "id", id);
    agentserver_set(key, "name", name);
    agentserver_set(key, "prefix", id);
    agentserver_set_json(key, "scopes", agentserver_json(call, "scopes"));
    agentserver_set(key, "created_at", now);
    agentserver_set_null(key, "last_used_at");
    agentserver_set_null(key, "revoked_at");
    if (expires_at)
        agentserver_set(key, "expires_at", expires_at);
    sim_answer_begin(call, &writer);
    weft__write_object(&writer);
    sim_put_text(&writer, "id", id);
    sim_put_text(&writer, "name", name);
    sim_put_text(&writer, "prefix", id);
    sim_put_text(&writer, "secret", secret);
    sim_put_name(&writer, "scopes");
    weft__write_raw(&writer, agentserver_get(key, "scopes"), strlen(agentserver_get(key, "scopes")));
    sim_put_text(&writer, "created_at", now);
    if (expires_at)
        sim_put_text(&writer, "expires_at", expires_at);
    weft__write_object_end(&writer);
    sim_answer_end(call, 201);
}

void agentserver_mint_key(sim_call *call)
{
    const char *name = agentserver_text(call, "name"), *bad = NULL, *expires_at;
    weft_json wanted = agentserver_json(call, "scopes");

    if (!name || strspn(name, " ") == strlen(name))
        agentserver_blame(call, 400, "name required");
    else if (!wanted.ptr || wanted.len <= 2 || wanted.ptr[0] != '[')
        agentserver_blame(call, 400, "at least one scope required");
    else if (!sim_json_each(&call->exchange->arena, sim_request_body(call->exchange), "scopes", is_available, &bad))
        agentserver_say(call, 400, "scope not available: %s", bad ? bad : "");
    else if (agentserver_expiry(call, &expires_at))
        make_key(call, name, expires_at);
}

void agentserver_revoke_key(sim_call *call)
{
    agentserver_row *key = agentserver_find_both(agentserver_rows(call, KEYS), "_workspace", call->params[0].ptr, "id",
                                                 call->params[1].ptr);
    char now[32];

    agentserver_now(call, now);
    if (key && !agentserver_get(key, "revoked_at"))
        agentserver_set(key, "revoked_at", now);
    agentserver_answer_empty(call, 204);
}
