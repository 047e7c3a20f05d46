/* sim_agentserver_access.c - who asks, and whether they may. */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "sim_agentserver.h"

/* ---- Who --------------------------------------------------------------------------------------------- */

/* The value of the session's cookie among those that were sent; NULL when it is not there. */
static const char *session_cookie(const sim_call *call)
{
    static const char name[] = "agentserver-token=";
    weft_str header = sim_request_header(call->exchange, "cookie");
    const char *at = header.ptr ? header.ptr : "", *end = at + header.len;

    while (at < end) {
        const char *stop = memchr(at, ';', (size_t)(end - at));
        size_t len = (size_t)((stop ? stop : end) - at);

        if (len > sizeof(name) - 1 && memcmp(at, name, sizeof(name) - 1) == 0)
            return weft__arena_copy(&call->exchange->arena, at + sizeof(name) - 1, len - (sizeof(name) - 1));
        at += len + 1;
        while (at < end && *at == ' ')
            at++;
    }
    return NULL;
}

/* What stands behind "Bearer "; NULL when nothing does. The case counts. */
static const char *bearer(const sim_call *call)
{
    weft_str header = sim_request_header(call->exchange, "authorization");

    if (!header.ptr || header.len < 8 || memcmp(header.ptr, "Bearer ", 7) != 0)
        return NULL;
    return weft__arena_copy(&call->exchange->arena, header.ptr + 7, header.len - 7);
}

agentserver_row *agentserver_user(const sim_call *call)
{
    const char *token = session_cookie(call);
    const agentserver_row *session = agentserver_find(agentserver_rows(call, SESSIONS), "token", token);

    return session ? agentserver_find(agentserver_rows(call, USERS), "id", agentserver_get(session, "user_id")) : NULL;
}

agentserver_row *agentserver_agent(const sim_call *call)
{
    const char *token = bearer(call);
    agentserver_row *agent = agentserver_find(agentserver_rows(call, SANDBOXES), "_proxy_token", token);

    return agent ? agent : agentserver_find(agentserver_rows(call, SANDBOXES), "_tunnel_token", token);
}

const char *agentserver_role(const sim_call *call, const char *workspace_id)
{
    const agentserver_row *user = agentserver_user(call);
    const agentserver_row *member = user ? agentserver_find_both(agentserver_rows(call, MEMBERS), "_workspace",
                                                                 workspace_id, "user_id", agentserver_get(user, "id"))
                                         : NULL;

    return member ? agentserver_get(member, "role") : NULL;
}

void agentserver_add_member(sim_call *call, const char *workspace_id, const agentserver_row *user, const char *role)
{
    agentserver_row *member = agentserver_add(agentserver_rows(call, MEMBERS));

    agentserver_set(member, "_workspace", workspace_id);
    agentserver_set(member, "user_id", agentserver_get(user, "id"));
    agentserver_set(member, "email", agentserver_get(user, "email"));
    agentserver_set(member, "role", role);
    agentserver_set_null(member, "picture");
}

/* ---- Whether ----------------------------------------------------------------------------------------- */

static bool deny(sim_call *call, int status, const char *text)
{
    call->sim->unauthorized += status == 401;
    agentserver_say(call, status, "%s", text);
    return false;
}

static int rank(const char *role)
{
    static const char *const roles[] = {"guest", "developer", "maintainer", "owner"};

    for (int i = 0; i < 4; i++)
        if (strcmp(role, roles[i]) == 0)
            return i;
    return 0;
}

static bool admit_member(sim_call *call, const char *workspace_id, int least)
{
    const char *role = agentserver_role(call, workspace_id);

    if (!role)
        return deny(call, 403, "not a workspace member");
    return rank(role) >= least || deny(call, 403, "insufficient permissions");
}

static bool admit_in_sandbox(sim_call *call)
{
    agentserver_row *sandbox = agentserver_find(agentserver_rows(call, SANDBOXES), "id", call->params[0].ptr);

    sandbox = sandbox ? agentserver_settle_sandbox(call, sandbox) : NULL;
    if (!sandbox)
        return deny(call, 404, "sandbox not found");
    return admit_member(call, agentserver_get(sandbox, "workspace_id"), 0);
}

static bool admit_user(sim_call *call, agentserver_access access)
{
    const agentserver_row *user = agentserver_user(call);

    if (!user)
        return deny(call, 401, "unauthorized");
    switch (access) {
    case AGENTSERVER_ADMIN:
        return agentserver_is(user, "role", "admin") || deny(call, 403, "forbidden");
    case AGENTSERVER_IN_SANDBOX:
        return admit_in_sandbox(call);
    case AGENTSERVER_MEMBER:
    case AGENTSERVER_DEVELOPER:
    case AGENTSERVER_MAINTAINER:
    case AGENTSERVER_OWNER:
        return admit_member(call, call->params[0].ptr, (int)access - (int)AGENTSERVER_MEMBER);
    default:
        return true;
    }
}

static bool admit_agent(sim_call *call)
{
    if (!bearer(call))
        return deny(call, 401, "missing authorization");
    return agentserver_agent(call) || deny(call, 401, "unauthorized");
}

/* Tokens for the registration of agents are "oauth:" and the id of a workspace: nobody has to make them. */
static bool admit_oauth(sim_call *call)
{
    const char *token = bearer(call);

    if (!token)
        return deny(call, 401, "missing or invalid Authorization header");
    if (strncmp(token, "oauth:", 6) != 0)
        return deny(call, 401, "invalid or expired token");
    if (!token[6])
        return deny(call, 400, "token missing workspace_id claim");
    return agentserver_find(agentserver_rows(call, WORKSPACES), "id", token + 6) ||
           deny(call, 403, "no permission to register agent in this workspace");
}

static bool has_secret(const sim_call *call)
{
    weft_str secret = sim_request_header(call->exchange, "x-internal-secret");

    return secret.ptr && weft__text_equal(secret, weft__str(call->sim->options.internal_secret));
}

/* The rest, whether the key is good for this workspace, takes the body to tell. */
static bool admit_secret_or_key(sim_call *call)
{
    const agentserver_row *key = agentserver_find(agentserver_rows(call, KEYS), "_secret", bearer(call));

    return has_secret(call) || (key && !agentserver_get(key, "revoked_at")) || deny(call, 401, "unauthorized");
}

/* A credential where none belongs is one given away. */
static void check_credentials(sim_call *call, agentserver_access access)
{
    bool user = access >= AGENTSERVER_USER && access <= AGENTSERVER_ADMIN;
    bool token = access == AGENTSERVER_AGENT || access == AGENTSERVER_OAUTH || access == AGENTSERVER_SECRET_OR_KEY;
    bool secret = access == AGENTSERVER_SECRET || access == AGENTSERVER_SECRET_OR_KEY;
    const char *needless = NULL;

    if (!user && sim_request_header(call->exchange, "cookie").ptr)
        needless = "Cookie";
    if (!token && sim_request_header(call->exchange, "authorization").ptr)
        needless = "Authorization";
    if (!secret && sim_request_header(call->exchange, "x-internal-secret").ptr)
        needless = "X-Internal-Secret";
    if (needless)
        sim_malformed(call->sim, "%s %s: %s where it does not belong", call->service->name, call->operation->name,
                      needless);
}

/* ---- Features that are switched off ------------------------------------------------------------------ */

bool agentserver_lacks(const sim_call *call, const char *feature)
{
    const char *list = call->sim->options.without;

    while (list && *list) {
        size_t len = strcspn(list, ",");

        if (strlen(feature) == len && memcmp(list, feature, len) == 0)
            return true;
        list += len + (list[len] == ',');
    }
    return false;
}

/* Unknown paths lead to the web UI, and that can only be looked at. */
static bool no_such_path(sim_call *call)
{
    if (strcmp(sim_request_method(call->exchange), "GET") == 0)
        sim_answer_text(call, 200, "text/html; charset=utf-8", "<!doctype html><title>agentserver</title>\n");
    else
        agentserver_answer_empty(call, 405);
    return false;
}

/* Before anybody's credentials are looked at. */
static bool is_there(sim_call *call)
{
    int needed = call->operation->errors & NEEDS_MASK;

    if ((needed == NEEDS_PASSWORD && agentserver_lacks(call, "password")) ||
        (needed == NEEDS_IM && agentserver_lacks(call, "im")))
        return no_such_path(call);
    if (needed == NEEDS_OAUTH && agentserver_lacks(call, "oauth"))
        return deny(call, 503, "OAuth not configured");
    return true;
}

/* After that. */
static bool works(sim_call *call)
{
    switch (call->operation->errors & NEEDS_MASK) {
    case NEEDS_EXECUTORS:
        return !agentserver_lacks(call, "executors") || deny(call, 503, "executors integration not configured");
    case NEEDS_CREDENTIALS:
        return !agentserver_lacks(call, "credentials") || deny(call, 503, "credential proxy not configured");
    case NEEDS_MODELSERVER:
        return !agentserver_lacks(call, "modelserver") || deny(call, 501, "ModelServer OAuth not configured");
    case NEEDS_LLM:
        if (agentserver_lacks(call, "llm"))
            return deny(call, 503, "llmproxy not configured");
        return !agentserver_lacks(call, "llmproxy") || deny(call, 502, "llmproxy unavailable");
    case NEEDS_IM:
        if (!agentserver_lacks(call, "bridge"))
            return true;
        agentserver_answer_empty(call, 502);
        return false;
    default:
        return true;
    }
}

static bool admit(sim_call *call, agentserver_access access)
{
    switch (access) {
    case AGENTSERVER_ANYBODY:
        return true;
    case AGENTSERVER_AGENT:
        return admit_agent(call);
    case AGENTSERVER_OAUTH:
        return admit_oauth(call);
    case AGENTSERVER_SECRET:
        return has_secret(call) || deny(call, 401, "unauthorized");
    case AGENTSERVER_SECRET_OR_KEY:
        return admit_secret_or_key(call);
    default:
        return admit_user(call, access);
    }
}

bool agentserver_authorize(sim_call *call)
{
    agentserver_access access = (agentserver_access)(call->operation->errors & AGENTSERVER_ACCESS_MASK);

    check_credentials(call, access);
    return is_there(call) && admit(call, access) && works(call);
}
