/* sim_agentserver.c - the service and its two gateways: their memory, and what they say to what nobody should ask. */
#include "sim_agentserver.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim_services.h"

const char *const agentserver_default_names[AGENTSERVER_DEFAULTS] = {
    "max_workspaces_per_user", "max_sandboxes_per_workspace", "max_workspace_drive_size",
    "max_sandbox_cpu",         "max_sandbox_memory",          "max_idle_timeout",
    "ws_max_total_cpu",        "ws_max_total_memory",         "ws_max_idle_timeout",
};

agentserver *agentserver_state(const sim_call *call)
{
    const sim_server *sim = call->sim;

    for (size_t i = 0; i < sim->mount_count; i++)
        if (sim->mounts[i].service == &sim_agentserver)
            return sim->mounts[i].state;
    abort();
}

agentserver_table *agentserver_rows(const sim_call *call, agentserver_kind kind)
{
    return &agentserver_state(call)->tables[kind];
}

void agentserver_uuid(sim_call *call, const char *prefix, char ret_id[48])
{
    uint64_t high = sim_random_next(&call->random), low = sim_random_next(&call->random);

    snprintf(ret_id, 48, "%s%08x-%04x-4%03x-%04x-%012llx", prefix, (unsigned)(high >> 32),
             (unsigned)(high >> 16 & 0xffff), (unsigned)(high & 0xfff), (unsigned)(0x8000 | (low >> 48 & 0x3fff)),
             (unsigned long long)(low & UINT64_C(0xffffffffffff)));
}

void agentserver_letters(sim_call *call, const char *letters, size_t count, char *ret_text)
{
    size_t choice = strlen(letters);

    for (size_t i = 0; i < count; i++)
        ret_text[i] = letters[sim_random_next(&call->random) % choice];
    ret_text[count] = '\0';
}

void agentserver_now(const sim_call *call, char ret_text[32])
{
    sim_time_text(call->sim, sim_now_ms(call->sim), ret_text);
}

/* ---- Refusals ---------------------------------------------------------------------------------------- */

static void refuse_body(sim_call *call, const char *text)
{
    switch (call->operation->errors & SAYS_MASK) {
    case SAYS_NOTHING:
        call->operation->handle(call);
        break;
    case SAYS_IN_JSON:
        agentserver_answer_word(call, 400, "error", "invalid JSON");
        break;
    case SAYS_INVALID_REQUEST_BODY:
        agentserver_say(call, 400, "invalid request body");
        break;
    case SAYS_INVALID_JSON:
        agentserver_say(call, 400, "invalid JSON");
        break;
    case SAYS_INVALID_JSON_SMALL:
        if (call->service == &sim_agentserver_codex)
            agentserver_say(call, 400, "invalid json: %s", text);
        else
            agentserver_say(call, 400, "invalid json");
        break;
    default:
        agentserver_say(call, 400, "bad request");
    }
}

static bool path_is_known(const sim_call *call)
{
    const sim_service *service = call->service;
    const char *path = call->path;

    for (size_t i = 0; i < service->operation_count; i++)
        if (strcmp(service->operations[i].path, path) == 0)
            return true;
    return false;
}

static void refuse_path(sim_call *call)
{
    bool has_pages = call->service == &sim_agentserver;

    if (has_pages && !path_is_known(call) && strcmp(sim_request_method(call->exchange), "GET") == 0)
        sim_answer_text(call, 200, "text/html; charset=utf-8", "<!doctype html><title>agentserver</title>\n");
    else if (has_pages || path_is_known(call))
        agentserver_answer_empty(call, 405);
    else
        sim_answer_text(call, 404, "text/plain", "404 page not found\n");
}

static void refuse(sim_call *call, sim_refusal why, const char *text)
{
    switch (why) {
    case SIM_NO_ROUTE:
        refuse_path(call);
        break;
    case SIM_RATE_LIMITED:
        agentserver_say(call, 429, "too many requests");
        break;
    case SIM_UNAVAILABLE:
        agentserver_say(call, 503, "service unavailable");
        break;
    case SIM_BAD_QUERY:
        agentserver_say(call, 400, "%s", text);
        break;
    case SIM_BAD_BODY:
        refuse_body(call, text);
        break;
    case SIM_NO_MEMORY:
        sim_reply(call->exchange, 500, NULL, "", 0);
        break;
    }
}

/* ---- Memory ------------------------------------------------------------------------------------------ */

static void begin_afresh(agentserver *state)
{
    static const int64_t defaults[AGENTSERVER_DEFAULTS] = {
        10, 20, INT64_C(10737418240), 2000, INT64_C(2147483648), 1800, 0, 0, 0};

    memcpy(state->defaults, defaults, sizeof(defaults));
    state->interactions = 0;
}

static void reset_state(void *memory)
{
    agentserver *state = memory;

    for (int i = 0; i < AGENTSERVER_TABLES; i++)
        agentserver_clear(&state->tables[i]);
    begin_afresh(state);
}

static void close_state(void *memory)
{
    reset_state(memory);
    free(memory);
}

static void *open_state(sim_server *sim)
{
    agentserver *state = calloc(1, sizeof(*state));

    if (!state)
        return NULL;
    state->sim = sim;
    begin_afresh(state);
    return state;
}

/* The gateways remember what the service does. */
static void *open_nothing(sim_server *sim)
{
    return sim;
}

static void close_nothing(void *memory)
{
    (void)memory;
}

const sim_service sim_agentserver = {
    .name = "agentserver",
    .operations = agentserver_operations,
    .operation_count = AGENTSERVER_OPERATIONS,
    .open = open_state,
    .close = close_state,
    .reset = reset_state,
    .authorize = agentserver_authorize,
    .refuse = refuse,
};

const sim_service sim_agentserver_codex = {
    .name = "agentserver-codex",
    .operations = agentserver_codex_operations,
    .operation_count = AGENTSERVER_CODEX_OPERATIONS,
    .open = open_nothing,
    .close = close_nothing,
    .reset = close_nothing,
    .authorize = agentserver_authorize,
    .refuse = refuse,
};

const sim_service sim_agentserver_executors = {
    .name = "agentserver-executors",
    .operations = agentserver_executor_operations,
    .operation_count = AGENTSERVER_EXECUTOR_OPERATIONS,
    .open = open_nothing,
    .close = close_nothing,
    .reset = close_nothing,
    .authorize = agentserver_authorize,
    .refuse = refuse,
};
