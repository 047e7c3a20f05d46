/* sim_agentserver_executors.c - executors, as the service and as its gateway has them; browsers and codex tokens. */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "sim_agentserver.h"

/* ---- Executors in workspaces ------------------------------------------------------------------------- */

static agentserver_row *bound(sim_call *call, const char *workspace_id, const char *name, const char *value)
{
    return agentserver_find_both(agentserver_rows(call, BOUND), "_workspace", workspace_id, name, value);
}

static void bind_executor(sim_call *call, const char *exe_id, const char *name, const char *description,
                          bool is_default)
{
    agentserver_row *row = agentserver_add(agentserver_rows(call, BOUND));

    agentserver_set(row, "_workspace", call->params[0].ptr);
    agentserver_set(row, "exe_id", exe_id);
    agentserver_set(row, "name", name);
    agentserver_set(row, "description", description ? description : "");
    agentserver_set_bool(row, "is_default", is_default);
    agentserver_set_bool(row, "is_online", false);
}

static void make_executor(sim_call *call, const char *name, char ret_id[48])
{
    agentserver_row *executor = agentserver_add(agentserver_rows(call, EXECUTORS));

    agentserver_uuid(call, "exe_", ret_id);
    agentserver_set(executor, "exe_id", ret_id);
    agentserver_set(executor, "display_name", name);
}

static bool is_name(const char *name)
{
    static const char good[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";

    return strlen(name) <= 64 && strspn(name, good) == strlen(name);
}

void agentserver_register_executor(sim_call *call)
{
    const char *name = agentserver_text(call, "name");
    weft__writer writer;
    char id[48], command[128];

    if (!name || !*name) {
        agentserver_blame(call, 400, "name required");
        return;
    }
    if (!is_name(name)) {
        agentserver_say(call, 400, "name must be 1-64 chars of [A-Za-z0-9._-]");
        return;
    }
    if (bound(call, call->params[0].ptr, "name", name)) {
        agentserver_say(call, 502,
                        "bind: bind: status=409 body=\"{\\\"error\\\":\\\"bind failed (name may already be "
                        "taken in this workspace)\\\"}\"");
        return;
    }
    make_executor(call, name, id);
    bind_executor(call, id, name, agentserver_text(call, "description"), false);
    snprintf(command, sizeof(command), "export CODEX_IDENTITY=simulated.jwt\ncodex exec-server --id %s\n", id);
    sim_answer_begin(call, &writer);
    weft__write_object(&writer);
    sim_put_text(&writer, "exe_id", id);
    sim_put_text(&writer, "connect_command", command);
    sim_put_text(&writer, "agent_identity_jwt", "simulated.jwt");
    sim_put_name(&writer, "connect_commands");
    weft__write_object(&writer);
    sim_put_text(&writer, "agent_identity", command);
    weft__write_object_end(&writer);
    weft__write_object_end(&writer);
    sim_answer_end(call, 201);
}

/* Without a gateway there is an empty list that does not call itself JSON. */
void agentserver_list_executors(sim_call *call)
{
    if (agentserver_lacks(call, "executors"))
        sim_answer_text(call, 200, "text/plain; charset=utf-8", "[]\n");
    else
        agentserver_answer_rows(call, BOUND,
                                &(agentserver_listing){.name = "_workspace", .value = call->params[0].ptr});
}

void agentserver_remove_executor(sim_call *call)
{
    agentserver_row *row = bound(call, call->params[0].ptr, "exe_id", call->params[1].ptr);

    if (row)
        agentserver_remove(agentserver_rows(call, BOUND), row);
    agentserver_answer_empty(call, 204);
}

/* ---- Browsers and codex tokens ----------------------------------------------------------------------- */

void agentserver_list_browsers(sim_call *call)
{
    const char *id = call->params[0].ptr;
    weft__writer writer;

    sim_answer_begin(call, &writer);
    weft__write_array(&writer);
    for (const agentserver_row *token = agentserver_rows(call, CODEX_TOKENS)->first; token; token = token->next) {
        if (!agentserver_is(token, "workspace_id", id) || agentserver_is(token, "revoked", "true"))
            continue;
        weft__write_object(&writer);
        sim_put_text(&writer, "id", agentserver_get(token, "id"));
        sim_put_text(&writer, "name", agentserver_get(token, "name"));
        sim_put_text(&writer, "workspace_id", id);
        sim_put_text(&writer, "created_at", agentserver_get(token, "created_at"));
        sim_put_text(&writer, "expires_at", agentserver_get(token, "expires_at"));
        sim_put_bool(&writer, "is_online", false);
        weft__write_object_end(&writer);
    }
    weft__write_array_end(&writer);
    sim_answer_end(call, 200);
}

bool agentserver_expiry(sim_call *call, const char **ret_expires_at)
{
    const char *text = agentserver_text(call, "expires_at");
    int64_t now = (call->sim->epoch_ms + (int64_t)sim_now_ms(call->sim)) * 1000000,
            year = (int64_t)366 * 86400 * 1000000000;
    weft_time when = text && *text ? weft_time_parse(weft__str(text)) : now + 1;

    *ret_expires_at = text && *text ? text : NULL;
    if (when != WEFT_TIME_NONE && when > now && when < now + year)
        return true;
    agentserver_say(call, 422, "expires_at must be an RFC 3339 time at most 365 days ahead");
    return false;
}

static void make_codex_token(sim_call *call, const char *workspace_id, const char *name, int64_t days,
                             const char *expires_at)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789";
    agentserver_row *row = agentserver_add(agentserver_rows(call, CODEX_TOKENS));
    char id[9], token[64], now[32], expires[32];
    weft__writer writer;

    agentserver_letters(call, letters, 8, id);
    snprintf(token, sizeof(token), "ast_%s_", id);
    agentserver_letters(call, letters, 40, token + strlen(token));
    agentserver_now(call, now);
    if (expires_at)
        snprintf(expires, sizeof(expires), "%s", expires_at);
    else
        sim_time_text(call->sim, sim_now_ms(call->sim) + (uint64_t)days * 86400000, expires);
    agentserver_set(row, "_owner", agentserver_get(agentserver_user(call), "id"));
    agentserver_set(row, "id", id);
    agentserver_set(row, "name", name);
    agentserver_set(row, "workspace_id", workspace_id);
    agentserver_set(row, "created_at", now);
    agentserver_set(row, "expires_at", expires);
    agentserver_set_bool(row, "revoked", false);
    sim_answer_begin(call, &writer);
    weft__write_object(&writer);
    sim_put_text(&writer, "id", id);
    sim_put_text(&writer, "token", token);
    sim_put_text(&writer, "name", name);
    sim_put_text(&writer, "workspace_id", workspace_id);
    sim_put_text(&writer, "expires_at", expires);
    sim_put_text(&writer, "created_at", now);
    weft__write_object_end(&writer);
    sim_answer_end(call, 201);
}

void agentserver_mint_codex_token(sim_call *call)
{
    const char *workspace_id = agentserver_text(call, "workspace_id"), *name = agentserver_text(call, "name");
    const char *role, *expires_at;
    int64_t days = 0;

    agentserver_int(call, "ttl_days", &days);
    if (!workspace_id || !*workspace_id || !name || !*name) {
        agentserver_blame(call, 422, "workspace_id and name are required");
        return;
    }
    if (!agentserver_expiry(call, &expires_at))
        return;
    role = agentserver_role(call, workspace_id);
    if (!expires_at && (days < 0 || days > 365))
        agentserver_say(call, 422, "ttl_days out of range [1, 365]");
    else if (!role || strcmp(role, "guest") == 0)
        agentserver_say(call, 403, "not a member of this workspace");
    else
        make_codex_token(call, workspace_id, name, days ? days : 90, expires_at);
}

void agentserver_list_codex_tokens(sim_call *call)
{
    weft_str workspace = sim_query(call, "workspace_id");
    bool revoked = agentserver_query_true(call, "include_revoked");
    weft__writer writer;

    if (!workspace.ptr || workspace.len == 0) {
        agentserver_blame(call, 400, "workspace_id required");
        return;
    }
    if (!agentserver_role(call, workspace.ptr)) {
        agentserver_say(call, 403, "not a member");
        return;
    }
    sim_answer_begin(call, &writer);
    weft__write_array(&writer);
    for (const agentserver_row *token = agentserver_rows(call, CODEX_TOKENS)->first; token; token = token->next)
        if (agentserver_is(token, "workspace_id", workspace.ptr) &&
            (revoked || agentserver_is(token, "revoked", "false")))
            agentserver_write_row(&writer, token);
    weft__write_array_end(&writer);
    sim_answer_end(call, 200);
}

static bool may_revoke(sim_call *call, const agentserver_row *token)
{
    const char *role = agentserver_role(call, agentserver_get(token, "workspace_id"));

    return agentserver_is(token, "_owner", agentserver_get(agentserver_user(call), "id")) ||
           (role && (strcmp(role, "owner") == 0 || strcmp(role, "maintainer") == 0));
}

void agentserver_revoke_codex_token(sim_call *call)
{
    agentserver_row *token = agentserver_find(agentserver_rows(call, CODEX_TOKENS), "id", call->params[0].ptr);
    char now[32];

    if (token && !may_revoke(call, token)) {
        agentserver_say(call, 403, "forbidden");
        return;
    }
    agentserver_now(call, now);
    if (token && !agentserver_get(token, "revoked_at")) {
        agentserver_set_bool(token, "revoked", true);
        agentserver_set(token, "revoked_at", now);
    }
    agentserver_answer_empty(call, 204);
}

/* ---- The gateway ------------------------------------------------------------------------------------- */

void agentserver_executor_register(sim_call *call)
{
    const char *name = agentserver_text(call, "display_name");
    weft_str user = sim_request_header(call->exchange, "x-user-id");
    char id[48];

    if (!user.ptr || user.len == 0) {
        agentserver_answer_word(call, 401, "error", "missing user");
        return;
    }
    make_executor(call, name ? name : "", id);
    agentserver_answer_word(call, 201, "exe_id", id);
}

void agentserver_executor_bind(sim_call *call)
{
    const char *exe_id = agentserver_text(call, "exe_id"), *name = agentserver_text(call, "name");
    weft_json is_default = agentserver_json(call, "is_default");

    if (!agentserver_text(call, "description") || !is_default.ptr)
        sim_malformed(call->sim, "agentserver-executors Bind: description and is_default are always sent");
    if (!exe_id || !*exe_id)
        agentserver_answer_word(call, 400, "error", "exe_id required");
    else if (!name || !*name)
        agentserver_answer_word(call, 400, "error", "name required");
    else if (bound(call, call->params[0].ptr, "name", name) ||
             !agentserver_find(agentserver_rows(call, EXECUTORS), "exe_id", exe_id))
        agentserver_answer_word(call, 409, "error", "bind failed (name may already be taken in this workspace)");
    else {
        bind_executor(call, exe_id, name, agentserver_text(call, "description"), is_default.len == 4);
        agentserver_answer_word(call, 201, "status", "ok");
    }
}

void agentserver_executor_list(sim_call *call)
{
    agentserver_answer_rows(call, BOUND, &(agentserver_listing){.name = "_workspace", .value = call->params[0].ptr});
}

void agentserver_executor_unbind(sim_call *call)
{
    agentserver_remove_executor(call);
}

/* A row that is not there is deleted all the same; --without executors answers as proxies do. */
void agentserver_executor_unregister(sim_call *call)
{
    const char *id = call->params[0].ptr;

    if (agentserver_lacks(call, "executors")) {
        agentserver_answer_word(call, 404, "error", "not found");
        return;
    }
    agentserver_remove_all(agentserver_rows(call, EXECUTORS), "exe_id", id);
    agentserver_remove_all(agentserver_rows(call, BOUND), "exe_id", id);
    agentserver_answer_empty(call, 204);
}
